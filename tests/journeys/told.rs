//! Everything that an engine shows and tells while it runs.

use std::sync::{Arc, Mutex};

use controller::Handle;
use tokio::sync::broadcast::error::RecvError;

/// What was shown and told so far.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Said>>);

#[derive(Default)]
struct Said {
    views: String,
    notices: String,
}

impl Told {
    /// Takes down every view, every change of the display and every notice from here on, for as
    /// long as the engine runs.
    pub(crate) fn by(handle: &Handle) -> Self {
        let told = Self::default();
        let (mut views, mut changes) = (handle.views(), handle.changes());
        let mut notices = handle.notices();
        let first = format!("{:?}", views.borrow_and_update());
        told.take(|said| said.views += &first);
        let all = told.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    changed = views.changed() => {
                        if changed.is_err() {
                            return;
                        }
                        let view = views.borrow_and_update().clone();
                        let json = serde_json::to_string(&*view).expect("a view is JSON");
                        all.take(|said| said.views += &json);
                    }
                    change = changes.recv() => match change {
                        Ok(change) => all.take(|said| said.views += &format!("{change:?}")),
                        // What changed too fast to be taken down was in a view.
                        Err(RecvError::Lagged(_)) => {}
                        Err(RecvError::Closed) => return,
                    },
                    notice = notices.recv() => match notice {
                        Ok(notice) => all.take(|said| said.notices += &format!("{notice:?}")),
                        Err(RecvError::Lagged(missed)) => {
                            panic!("{missed} notices came too fast to be taken down")
                        }
                        Err(RecvError::Closed) => return,
                    },
                }
            }
        });
        told
    }

    /// All of it.
    pub(crate) fn everything(&self) -> Vec<u8> {
        let said = self.0.lock().expect("nobody panics while holding it");
        format!("{}{}", said.views, said.notices).into_bytes()
    }

    /// What the system shows as notifications, and may keep.
    pub(crate) fn notices(&self) -> Vec<u8> {
        let said = self.0.lock().expect("nobody panics while holding it");
        said.notices.clone().into_bytes()
    }

    fn take(&self, add: impl FnOnce(&mut Said)) {
        add(&mut self.0.lock().expect("nobody panics while holding it"));
    }
}
