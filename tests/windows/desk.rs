//! An agent's desk with Windows on it, and a simulated vendor.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use controller::view::{DisplayName, View};
use indicator::Face;
use simulators::audio::Script;
use simulators::{Anywhere365Options, Bearer, Simulator, Truth, Vendor};
use tests::rig::{Desktop, Looks, Rectangle, Shown, Window, until};
use tokio::time::sleep;

use crate::wine::{App, PATIENCE, Wine};

/// Nothing else in the world is spelled like this.
pub(crate) const CANARY: &str = "canary-4Tz8bNq1kR6yWc3";

/// The title of the indicator's window.
const INDICATOR: &str = "Fermata indicator";

/// The title of the window in which wine shows tray icons where no panel does.
const TRAY: &str = "Wine System Tray";

/// Everything around Fermata.
pub(crate) struct Desk<'a> {
    pub(crate) simulator: Simulator,
    pub(crate) wine: Wine<'a>,
    desktop: &'a Desktop,
    looks: Looks,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(desktop: &'a Desktop) -> Self {
        let options = simulators::Options {
            secret: Some(CANARY.to_owned()),
            anywhere365: Anywhere365Options {
                bearer: Bearer::Secret,
                ..Anywhere365Options::default()
            },
            ..simulators::Options::default()
        };
        Self {
            simulator: Simulator::start(Vendor::Anywhere365, options).unwrap(),
            wine: Wine::on(desktop).unwrap(),
            desktop,
            looks: Looks::default(),
        }
    }

    /// Puts the settings where the program looks for them, and has `fermatactl` keep the secret
    /// in the Credential Manager. The program does not run yet.
    pub(crate) async fn sign_in(&self) {
        let profile = self.wine.profile().unwrap();
        let folder = profile.join("Roaming/fermata/config");
        std::fs::create_dir_all(&folder).unwrap();
        let settings = self.simulator.settings();
        tokio::fs::write(folder.join("settings.toml"), &settings)
            .await
            .unwrap();
        let secret = format!("{CANARY}\r\n");
        let vendor = self.simulator.vendor().to_string();
        let arguments = ["sign-in", "--vendor", &vendor, "--stdin"];
        let ran = self.wine.ctl_told(&secret, &arguments).await.unwrap();
        assert_eq!(ran.code, 0, "{ran:?}");
    }

    /// Starts Fermata and waits until it is signed in and it is decided whether hotkeys work.
    pub(crate) async fn start(&self, arguments: &[&str]) -> App {
        let app = self.wine.start(arguments).unwrap();
        let ready = until("a session and hotkeys", PATIENCE, async || {
            let view = self.wine.view().await?;
            let link_up = view.vendor.as_ref().is_some_and(|vendor| vendor.link_up);
            ensure!(link_up && !view.hotkeys.is_empty(), "the view is {view:?}");
            Ok(Some(view))
        })
        .await;
        let view = ready.unwrap_or_else(|error| panic!("{error:#}\nit said:\n{}", app.said()));
        for hotkey in &view.hotkeys {
            assert!(hotkey.works, "{hotkey:?}");
        }
        app
    }

    /// Puts the agent on a call and tells Fermata.
    pub(crate) async fn call_arrives(&self) -> String {
        let site = self.simulator.site();
        let call = site.start_call(&site.agent(), Script::default());
        let told = self.wine.ctl(&["call", "start", &call]).await.unwrap();
        assert_eq!(told.code, 0, "{told:?}");
        self.wine
            .wait_for_display(DisplayName::Recording)
            .await
            .unwrap();
        call
    }

    /// What the vendor's recorder really does.
    pub(crate) fn truth(&self, call: &str) -> Truth {
        let truth = self.simulator.site().truth(call);
        truth.expect("there is the call")
    }

    /// Waits until the vendor's recorder really does this.
    pub(crate) async fn becomes(&self, call: &str, truth: Truth) {
        let what = format!("the recorder to be {truth:?}");
        until(&what, PATIENCE, async || {
            let now = self.truth(call);
            ensure!(now == truth, "it is {now:?}");
            Ok(Some(()))
        })
        .await
        .unwrap();
    }

    /// Waits until the indicator's window is, pixel by pixel, what `indicator` draws of this
    /// face and the words of the newest view; and of no other face.
    pub(crate) async fn shows(&self, app: &App, face: Face) -> Shown {
        let what = format!("the indicator with the face {face:?}");
        let shown = until(&what, PATIENCE, async || {
            let view = self.wine.view().await?;
            self.shown(&view, face).map(Some)
        })
        .await;
        if shown.is_err() {
            self.photograph("failed-here").await;
        }
        shown.unwrap_or_else(|error| panic!("{error:#}\nFermata said:\n{}", app.said()))
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

    /// Waits until the tray has an icon with the color of this face.
    pub(crate) async fn tray_shows(&self, face: Face) {
        let color = most_of(&indicator::tray_icon(face, 64).straight());
        let screen = self.desktop.screen();
        until(&format!("a tray icon of {face:?}"), PATIENCE, async || {
            let tray = screen.window(TRAY)?.context("there is no tray")?;
            let picture = screen.picture_of(tray.area)?;
            let whole = Rectangle {
                x: 0,
                y: 0,
                ..tray.area
            };
            Ok((picture.count(whole, |pixel| pixel == color) > 0).then_some(()))
        })
        .await
        .unwrap();
    }

    /// Waits for a message to the agent.
    pub(crate) async fn message(&self) -> Window {
        let screen = self.desktop.screen();
        until("a message", PATIENCE, async || {
            let windows = screen.windows()?.into_iter();
            let mut visible = windows.filter(|window| window.visible);
            Ok(visible.find(|window| window.title == "Fermata"))
        })
        .await
        .unwrap()
    }

    /// Has a message go as the agent does.
    pub(crate) async fn close(&self, message: &Window) {
        self.wine.press("Enter").await.unwrap();
        let screen = self.desktop.screen();
        until("the message to go", PATIENCE, async || {
            let windows = screen.windows()?.into_iter();
            let mut visible = windows.filter(|window| window.visible);
            Ok((!visible.any(|window| window.id == message.id)).then_some(()))
        })
        .await
        .unwrap();
    }

    /// No file that a program has written for this user holds this text.
    pub(crate) fn no_file_holds(&self, text: &str) {
        let mut looked_at = 0;
        look(&self.wine.profiles(), &mut |path, bytes| {
            looked_at += 1;
            let found = bytes.windows(text.len()).any(|at| at == text.as_bytes());
            assert!(!found, "{} holds the secret", path.display());
        });
        assert!(looked_at > 0, "there is the settings file at least");
    }

    /// Leaves a picture of the screen in `target/pictures/`.
    pub(crate) async fn photograph(&self, moment: &str) {
        sleep(Duration::from_millis(300)).await;
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../target/pictures")
            .join(format!("windows-{moment}.png"));
        self.desktop
            .screen()
            .picture()
            .unwrap()
            .save(&file)
            .unwrap();
    }

    fn shown(&self, view: &View, face: Face) -> anyhow::Result<Shown> {
        let screen = self.desktop.screen();
        let Some(window) = screen.window(INDICATOR)? else {
            anyhow::bail!("there is no indicator; the view is {view:?}");
        };
        let picture = screen.picture_of(window.area)?;
        let faces = self.looks.faces(&picture, view);
        ensure!(
            faces == [face],
            "it looks like {faces:?}; the view is {view:?}"
        );
        Ok(self.looks.shown(window, view, face))
    }
}

/// The color of most pixels that can be seen.
fn most_of(rgba: &[u8]) -> [u8; 3] {
    let mut counts = BTreeMap::<[u8; 3], usize>::new();
    for pixel in rgba.chunks_exact(4).filter(|pixel| pixel[3] == 255) {
        *counts.entry([pixel[0], pixel[1], pixel[2]]).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.expect("an icon has pixels").0
}

fn look(folder: &Path, at: &mut impl FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        // Wine links the folders of the desktop, which are not part of this.
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            look(&entry.path(), at);
        } else if kind.is_file() {
            at(&entry.path(), &std::fs::read(entry.path()).unwrap());
        }
    }
}
