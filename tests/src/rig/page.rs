//! The main window's page, driven from outside by WebKit's own driver.

use std::ops::Deref;
use std::process::Stdio;

use anyhow::{Context, Result};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::process::Child;

use super::app::free_address;
use super::children::missing;
use super::{App, Desktop, PATIENCE, until};

const DRIVER: &str = "WebKitWebDriver";

/// The page of Fermata's main window. What a [`Client`] can do, it can do.
#[derive(Debug)]
pub struct Page {
    client: Client,
    _driver: Child,
}

impl Page {
    /// Takes hold of the page of a main window that is open or opens soon.
    ///
    /// The driver joins the running program: it neither starts nor ends it. Only one at a time.
    ///
    /// # Errors
    /// The driver is missing, or there is no main window.
    pub async fn of(desktop: &Desktop, app: &App) -> Result<Self> {
        let address = free_address()?;
        let driver = desktop
            .command(DRIVER)
            .arg(format!("--port={}", address.port()))
            .arg(format!("--target={}", app.inspector()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| missing(DRIVER))?;
        let url = format!("http://{address}");
        let client = until("the main window to be driven", PATIENCE, async || {
            Ok(Some(
                ClientBuilder::new(HttpConnector::new())
                    .connect(&url)
                    .await?,
            ))
        })
        .await?;
        let page = Self {
            client,
            _driver: driver,
        };
        page.find_main_window().await?;
        Ok(page)
    }

    /// The first element that a CSS selector finds; waits for it.
    ///
    /// # Errors
    /// It does not come.
    pub async fn element(&self, selector: &str) -> Result<Element> {
        until(&format!("{selector:?} on the page"), PATIENCE, async || {
            Ok(Some(self.client.find(Locator::Css(selector)).await?))
        })
        .await
    }

    /// The text of an element, as a person reads it.
    ///
    /// # Errors
    /// There is no such element.
    pub async fn text(&self, selector: &str) -> Result<String> {
        Ok(self.element(selector).await?.text().await?)
    }

    /// Waits until the text of an element contains this.
    ///
    /// # Errors
    /// It does not; the error has its newest text.
    pub async fn wait_for_text(&self, selector: &str, text: &str) -> Result<String> {
        until(
            &format!("{selector:?} to say {text:?}"),
            PATIENCE,
            async || {
                let says = self
                    .client
                    .find(Locator::Css(selector))
                    .await?
                    .text()
                    .await?;
                anyhow::ensure!(says.contains(text), "it says {says:?}");
                Ok(Some(says))
            },
        )
        .await
    }

    /// Clicks an element.
    ///
    /// # Errors
    /// There is no such element, or it cannot be clicked.
    pub async fn click(&self, selector: &str) -> Result<()> {
        Ok(self.element(selector).await?.click().await?)
    }

    /// Replaces what a field holds.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.element(selector).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Lets go of the page; the program and its window stay.
    ///
    /// # Errors
    /// The driver is gone.
    pub async fn release(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    /// A session starts on the webview that was made first, whichever that was.
    async fn find_main_window(&self) -> Result<()> {
        until("the page of the main window", PATIENCE, async || {
            for window in self.client.windows().await? {
                self.client.switch_to_window(window).await?;
                if self
                    .client
                    .current_url()
                    .await?
                    .as_str()
                    .starts_with("tauri://localhost")
                {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
        .await
    }
}

impl Deref for Page {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
