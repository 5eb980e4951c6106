//! An agent's desk: a desktop without a screen, a simulated vendor, and Fermata between them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::ensure;
use controller::settings::Settings;
use controller::view::{DisplayName, View};
use indicator::Face;
use simulators::audio::Script;
use simulators::{Anywhere365Options, Bearer, Simulator, Truth, Vendor};
use tests::leaks::{Search, Sought};
use tests::rig::{
    App, Desktop, Keyring, Looks, Options, PATIENCE, Page, Shown, Start, Window, until,
};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::sleep;

use crate::canary::{CANARY, look_everywhere};

/// The title of the indicator's window.
pub(crate) const INDICATOR: &str = "Fermata indicator";
/// The title of the main window, or how it begins.
pub(crate) const MAIN_WINDOW: &str = "Fermata";

/// As set by default: for how long the proof of a pause is good.
pub(crate) const FRESHNESS: Duration = Duration::from_secs(6);

/// A desktop is a dozen programs; more than two at a time only wait for each other.
static SEATS: Semaphore = Semaphore::const_new(2);

/// Everything around Fermata. Its own processes end with it.
pub(crate) struct Desk {
    pub(crate) simulator: Simulator,
    pub(crate) desktop: Desktop,
    pub(crate) looks: Looks,
    journey: &'static str,
    _seat: SemaphorePermit<'static>,
}

impl Desk {
    /// A desk with an unlocked keyring, in which nothing is kept yet. Pictures are named after
    /// the journey.
    pub(crate) async fn new(journey: &'static str, vendor: Vendor) -> Self {
        Self::with_keyring(journey, vendor, Keyring::Unlocked).await
    }

    /// A desk whose keyring is in this state.
    pub(crate) async fn with_keyring(
        journey: &'static str,
        vendor: Vendor,
        keyring: Keyring,
    ) -> Self {
        let seat = SEATS.acquire().await.expect("it is never closed");
        let options = Options {
            keyring,
            ..Options::default()
        };
        Self {
            simulator: simulator(vendor),
            desktop: Desktop::start_with(options).await.unwrap(),
            looks: Looks::default(),
            journey,
            _seat: seat,
        }
    }

    /// The name under which Fermata looks for the agent's secret.
    pub(crate) fn account(&self) -> String {
        let settings = Settings::parse(Path::new("settings.toml"), &self.simulator.settings());
        let vendor = settings.unwrap().vendor.expect("a simulator names one");
        controller::secrets::account(vendor.open().as_ref())
    }

    /// Starts Fermata with the secret in the keyring, and waits until it is signed in.
    pub(crate) async fn sign_in(&self) -> App {
        self.sign_in_with(Start::default()).await
    }

    /// The same with more settings, arguments or environment. Settings come after those of the
    /// vendor.
    pub(crate) async fn sign_in_with(&self, start: Start) -> App {
        self.desktop
            .keep_secret(&self.account(), CANARY)
            .await
            .unwrap();
        let mut app = App::start(&self.desktop, self.settled(start))
            .await
            .unwrap();
        self.signed_in(&mut app).await;
        app
    }

    /// How Fermata is started for this vendor.
    pub(crate) fn settled(&self, start: Start) -> Start {
        let more = start.settings.unwrap_or_default();
        Start {
            settings: Some(format!("{}\n{more}", self.simulator.settings())),
            ..start
        }
    }

    /// Waits until there is a session.
    pub(crate) async fn signed_in(&self, app: &mut App) {
        let link_up = |view: &View| view.vendor.as_ref().is_some_and(|vendor| vendor.link_up);
        app.wait_for("a session", link_up).await.unwrap();
    }

    /// Puts the agent on a call, and has `fermatactl` tell Fermata, where the vendor does not.
    pub(crate) async fn call_arrives(&self, app: &App) -> String {
        let site = self.simulator.site();
        let call = site.start_call(&site.agent(), Script::default());
        let vendor = self.simulator.vendor();
        if !vendor.knows_calls() {
            let told = app.ctl().run(&["call", "start", &call]).await.unwrap();
            assert_eq!(told.code, 0, "{told:?}");
        }
        let heard = if vendor.proves() {
            DisplayName::Recording
        } else {
            DisplayName::Unknown
        };
        app.ctl().wait_for_display(heard).await.unwrap();
        call
    }

    /// Presses the one key for both.
    pub(crate) async fn press(&self) {
        self.desktop.screen().press("Ctrl+Alt+P").await.unwrap();
    }

    /// Presses it once more, too late to be the same press.
    pub(crate) async fn press_again(&self) {
        sleep(Duration::from_millis(400)).await;
        self.press().await;
    }

    /// What the vendor's recorder really does.
    pub(crate) fn truth(&self, call: &str) -> Truth {
        self.simulator
            .site()
            .truth(call)
            .expect("there is the call")
    }

    /// Waits until the vendor's recorder really does this.
    pub(crate) async fn becomes(&self, call: &str, truth: Truth) {
        until(
            &format!("the recorder to be {truth:?}"),
            PATIENCE,
            async || Ok((self.truth(call) == truth).then_some(())),
        )
        .await
        .unwrap();
    }

    /// Waits until the indicator's window is, pixel by pixel, what `indicator` draws of this
    /// face and the words of the newest view; and of no other face.
    pub(crate) async fn shows(&self, app: &App, face: Face) -> Shown {
        let screen = self.desktop.screen();
        let what = format!("the indicator with the face {face:?}");
        let shown = until(&what, PATIENCE, async || {
            let view = app.view().await?;
            let Some(window) = screen.window(INDICATOR)? else {
                anyhow::bail!("there is no indicator; the view is {view:?}");
            };
            let picture = screen.picture_of(window.area)?;
            let faces = self.looks.faces(&picture, &view);
            ensure!(
                faces == [face],
                "it looks like {faces:?}; the view is {view:?}"
            );
            Ok(Some(self.looks.shown(window, &view, face)))
        })
        .await;
        if shown.is_err() {
            self.photograph("failed-here").await;
        }
        shown.unwrap_or_else(|error| panic!("{error:#}\nFermata said:\n{}", app.said()))
    }

    /// The main window, if it is open. The indicator begins with the same name.
    pub(crate) fn main_window(&self) -> Option<Window> {
        let windows = self.desktop.screen().windows().unwrap().into_iter();
        windows
            .filter(|window| window.visible)
            .find(|window| window.title == MAIN_WINDOW)
    }

    /// Closes the main window as an agent does, by the keyboard.
    pub(crate) async fn close_main_window(&self) {
        let screen = self.desktop.screen();
        until("the main window to have the focus", PATIENCE, async || {
            let focused = screen.focused()?;
            Ok(focused.filter(|window| window.title == MAIN_WINDOW))
        })
        .await
        .unwrap();
        screen.press("Alt+F4").await.unwrap();
        until("the main window to go", PATIENCE, async || {
            Ok(self.main_window().is_none().then_some(()))
        })
        .await
        .unwrap();
    }

    /// Waits until there is no indicator.
    pub(crate) async fn shows_nothing(&self) {
        let screen = self.desktop.screen();
        screen.wait_until_gone(INDICATOR).await.unwrap();
    }

    /// Clicks a button of the indicator with the pointer.
    pub(crate) async fn click(&self, shown: &Shown, button: &str) {
        // The indicator takes no click on a button that has only just come under the pointer.
        sleep(Duration::from_millis(500)).await;
        let screen = self.desktop.screen();
        screen.click(shown.middle_of(button)).await.unwrap();
    }

    /// Leaves a picture of the screen once the page has painted what it says now.
    pub(crate) async fn photograph_page(&self, page: &Page, moment: &str) {
        // The second frame begins when the first has been painted.
        let painted =
            "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0](null)))";
        page.execute_async(painted, Vec::new()).await.unwrap();
        self.photograph(moment).await;
    }

    /// Leaves a picture of the screen in `target/pictures/`.
    pub(crate) async fn photograph(&self, moment: &str) {
        // The panel draws a new icon when it comes to it.
        sleep(Duration::from_millis(300)).await;
        let file = pictures().join(format!("{}-{moment}.png", self.journey));
        self.desktop
            .screen()
            .picture()
            .unwrap()
            .save(&file)
            .unwrap();
    }
}

/// Every journey is searched at its end.
impl Drop for Desk {
    fn drop(&mut self) {
        // A journey that has failed says why.
        if std::thread::panicking() {
            return;
        }
        let sought = Sought::canary_and(&[]);
        let mut search = Search::of(&sought);
        look_everywhere(&self.desktop, &mut search);
        search.ends();
    }
}

/// Where pictures are left.
pub(crate) fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures")
}

/// A vendor that wants a secret and knows only the recognizable one.
fn simulator(vendor: Vendor) -> Simulator {
    let options = simulators::Options {
        secret: Some(CANARY.to_owned()),
        anywhere365: Anywhere365Options {
            bearer: Bearer::Secret,
            ..Anywhere365Options::default()
        },
        ..simulators::Options::default()
    };
    Simulator::start(vendor, options).expect("a free port on this computer")
}
