//! What the shell does for support: keeps the log to what is in force, and gathers and writes the
//! bundle. What is to be done is taken from each view, and what came of it becomes part of one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::support::{Bundle, Content, Log, Logging, Part, Volume, computer, file_to_write};
use controller::Handle;
use controller::paths::Paths;
use controller::settings;
use controller::view::{BundleFileView, BundleView, Request, SupportRequest, SupportView, View};
use tokio::task::spawn_blocking;

/// What it takes.
pub(crate) struct Support {
    /// The running engine.
    pub(crate) handle: Handle,
    /// The log of this process.
    pub(crate) log: Arc<Log>,
    /// This user's files.
    pub(crate) paths: Paths,
}

impl Support {
    /// Looks after the log and the bundle for as long as there is an engine.
    pub(crate) async fn look_after(self) {
        let of_the_log = self.handle.clone();
        self.log
            .when_not_written(move |why| of_the_log.log_not_written(why));
        let mut views = self.handle.views();
        let mut gathered = None;
        let mut seen = 0;
        loop {
            let view = Arc::clone(&views.borrow_and_update());
            self.log
                .keep_to(Logging::decided(|key| view.policy.value(key)));
            self.log.turn_to(volume(&view.support));
            // Of a step that has been seen to there are views until the engine has taken in what
            // came of it.
            if view.support.bundle_steps != seen {
                seen = view.support.bundle_steps;
                if let Some(came) = self.bundle(&view, &mut gathered).await {
                    let request = SupportRequest::Bundle(came);
                    self.handle.send(Request::Support(request));
                }
            }
            if views.changed().await.is_err() {
                return;
            }
        }
    }

    /// Takes the bundle one step on, if one is wanted; says how far it has come then.
    async fn bundle(
        &self,
        view: &Arc<View>,
        gathered: &mut Option<(Bundle, PathBuf)>,
    ) -> Option<BundleView> {
        match view.support.bundle {
            BundleView::Gathering => {
                let (view, paths) = (Arc::clone(view), self.paths.clone());
                let gathering = spawn_blocking(move || gather(&view, &paths));
                let Ok(bundle) = gathering.await else {
                    return Some(failed(
                        "The bundle could not be gathered; start Fermata again.",
                    ));
                };
                let path = file_to_write();
                let listed = listed(&bundle, &path);
                *gathered = Some((bundle, path));
                Some(listed)
            }
            BundleView::Writing => {
                let (bundle, path) = gathered.take()?;
                Some(write(bundle, path).await)
            }
            BundleView::None => {
                *gathered = None;
                None
            }
            BundleView::Listed { .. } | BundleView::Written { .. } | BundleView::Failed { .. } => {
                None
            }
        }
    }
}

fn volume(support: &SupportView) -> Volume {
    match support.logs_everything_for_ms {
        Some(_) => Volume::Everything,
        None => Volume::Usual,
    }
}

fn gather(view: &View, paths: &Paths) -> Bundle {
    let json = |value: Result<_, serde_json::Error>| match value {
        Ok(value) => Content::Json(value),
        Err(error) => Content::Text(error.to_string()),
    };
    let settings = settings::written(paths.settings());
    let webview = tauri::webview_version().ok();
    let parts = vec![
        Part {
            name: "computer.json",
            content: Content::Json(computer(
                "fermata",
                env!("CARGO_PKG_VERSION"),
                webview.as_deref(),
            )),
        },
        Part {
            name: "policy.json",
            content: json(serde_json::to_value(&view.policy)),
        },
        Part {
            name: "settings.toml",
            content: Content::Text(settings.unwrap_or_else(|error| error.to_string())),
        },
        Part {
            name: "view.json",
            content: json(serde_json::to_value(view)),
        },
    ];
    Bundle::gather(parts, &paths.logs())
}

fn listed(bundle: &Bundle, path: &Path) -> BundleView {
    let files = bundle.items().map(|item| BundleFileView {
        name: item.name,
        bytes: item.bytes.try_into().unwrap_or(u32::MAX),
    });
    BundleView::Listed {
        files: files.collect(),
        path: path.display().to_string(),
    }
}

async fn write(bundle: Bundle, path: PathBuf) -> BundleView {
    let shown = path.display().to_string();
    match spawn_blocking(move || bundle.write(&path)).await {
        Ok(Ok(())) => BundleView::Written { path: shown },
        Ok(Err(error)) => {
            tracing::warn!(%error, "the support bundle is not written");
            failed(&format!("The bundle is not written: {error}."))
        }
        Err(_) => failed("The bundle is not written; start Fermata again."),
    }
}

fn failed(message: &str) -> BundleView {
    BundleView::Failed {
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use controller::Setup;
    use controller::secrets::MemoryStore;
    use controller::settings::Settings;
    use tokio::time::timeout;

    use super::*;

    /// An engine, and a shell that looks after its log and bundle.
    fn bench(root: &Path) -> Handle {
        let paths = Paths::within(root).expect("it is ours");
        let console = ::support::Console {
            variable: "FERMATA_NO_SUCH_VARIABLE",
            otherwise: "off",
        };
        let log = Arc::new(Log::start("tests", console));
        log.write_to(&paths.logs(), Logging::default());
        let secrets = Arc::new(MemoryStore::default());
        let settings = paths.settings().to_path_buf();
        let (handle, _) = controller::start(Setup::new(Settings::default(), settings, secrets));
        let support = Support {
            handle: handle.clone(),
            log,
            paths,
        };
        tokio::spawn(support.look_after());
        handle
    }

    async fn comes_to(handle: &Handle, so: impl Fn(&BundleView) -> bool) -> BundleView {
        let mut views = handle.views();
        let view = views.wait_for(|view| so(&view.support.bundle));
        let view = timeout(Duration::from_secs(20), view).await;
        let view = view.expect("it comes in time").expect("the engine lives");
        view.support.bundle.clone()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_bundle_is_listed_before_it_is_written_and_dropped_when_nobody_wants_it() {
        // I2
        let root = tempfile::tempdir().expect("a directory");
        let handle = bench(root.path());
        let ask = |step| handle.send(Request::Support(SupportRequest::Bundle(step)));
        let is_listed = |step: &BundleView| matches!(step, BundleView::Listed { .. });
        for _ in 0..20 {
            ask(BundleView::Gathering);
            let BundleView::Listed { files, path } = comes_to(&handle, is_listed).await else {
                panic!("it has been waited for");
            };
            for name in ["computer.json", "policy.json", "settings.toml", "view.json"] {
                assert!(files.iter().any(|file| file.name == name), "{files:?}");
            }
            // What is dropped is not written later, however quickly that follows.
            ask(BundleView::None);
            ask(BundleView::Writing);
            comes_to(&handle, |step| *step == BundleView::None).await;
            assert!(!Path::new(&path).exists(), "nothing is written");
        }
    }
}
