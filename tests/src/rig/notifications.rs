//! A notification server that shows nothing and remembers everything.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::{Context, Result};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, interface};

use super::{PATIENCE, until};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// The urgency that gets through do-not-disturb.
const CRITICAL: u8 = 2;

/// One notification as the application asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Its number; one that replaces another has that one's number.
    pub id: u32,
    /// The name of the application.
    pub application: String,
    /// The icon's name or path.
    pub icon: String,
    /// The title.
    pub summary: String,
    /// The text.
    pub body: String,
    /// Keys and labels of its buttons, in turn.
    pub actions: Vec<String>,
    /// 0 low, 1 normal, 2 critical, where the application said so.
    pub urgency: Option<u8>,
    /// For how long it wants to be shown, in milliseconds; -1 leaves it open, 0 is for ever.
    pub timeout_ms: i32,
    /// Whether the agent sees it: with do-not-disturb on, only what is critical is shown.
    pub shown: bool,
    /// Whether the application has taken it back.
    pub closed: bool,
}

/// All notifications of a desktop.
#[derive(Clone, Debug)]
pub struct Notifications {
    records: Arc<Mutex<Vec<Notification>>>,
    do_not_disturb: Arc<AtomicBool>,
    bus: Connection,
}

impl Notifications {
    pub(super) async fn start(bus: &Connection) -> Result<Self> {
        let records = Arc::default();
        let do_not_disturb = Arc::default();
        let server = Server {
            records: Arc::clone(&records),
            do_not_disturb: Arc::clone(&do_not_disturb),
            newest: 0,
        };
        bus.object_server().at(PATH, server).await?;
        bus.request_name(NAME)
            .await
            .context("another notification server is on the bus")?;
        Ok(Self {
            records,
            do_not_disturb,
            bus: bus.clone(),
        })
    }

    /// All that came, the oldest first; a replaced one is still there.
    pub fn all(&self) -> Vec<Notification> {
        locked(&self.records).clone()
    }

    /// Turns do-not-disturb on or off, as the agent may on a desktop.
    pub fn set_do_not_disturb(&self, on: bool) {
        self.do_not_disturb.store(on, Ordering::SeqCst);
    }

    /// Forgets all that came.
    pub fn forget(&self) {
        locked(&self.records).clear();
    }

    /// Waits for one whose title or text contains this.
    ///
    /// # Errors
    /// It does not come; the error lists those that did.
    pub async fn wait_for(&self, text: &str) -> Result<Notification> {
        until(
            &format!("a notification with {text:?}"),
            PATIENCE,
            async || {
                let found =
                    |one: &Notification| one.summary.contains(text) || one.body.contains(text);
                Ok(self.all().into_iter().find(found))
            },
        )
        .await
        .with_context(|| format!("there were {:?}", self.all()))
    }

    /// Presses a button of a notification; `default` is a click on the notification itself.
    ///
    /// # Errors
    /// The bus is gone.
    pub async fn press(&self, id: u32, action: &str) -> Result<()> {
        let server = self
            .bus
            .object_server()
            .interface::<_, Server>(PATH)
            .await?;
        server.action_invoked(id, action).await?;
        Ok(())
    }
}

fn locked(records: &Mutex<Vec<Notification>>) -> MutexGuard<'_, Vec<Notification>> {
    records.lock().expect("nobody panics while holding it")
}

struct Server {
    records: Arc<Mutex<Vec<Notification>>>,
    do_not_disturb: Arc<AtomicBool>,
    newest: u32,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[expect(
        clippy::too_many_arguments,
        reason = "the desktop notifications specification"
    )]
    fn notify(
        &mut self,
        application: String,
        replaces: u32,
        icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        timeout_ms: i32,
    ) -> u32 {
        let id = if replaces == 0 {
            self.newest += 1;
            self.newest
        } else {
            replaces
        };
        let urgency = hints
            .get("urgency")
            .and_then(|value| u8::try_from(value).ok());
        let shown = !self.do_not_disturb.load(Ordering::SeqCst) || urgency == Some(CRITICAL);
        locked(&self.records).push(Notification {
            id,
            application,
            icon,
            summary,
            body,
            actions,
            urgency,
            timeout_ms,
            shown,
            closed: false,
        });
        id
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        for record in locked(&self.records)
            .iter_mut()
            .filter(|record| record.id == id)
        {
            record.closed = true;
        }
        // 3: closed by a call of CloseNotification.
        Ok(Self::notification_closed(&emitter, id, 3).await?)
    }

    /// Whether do-not-disturb is on, as programs may ask.
    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.do_not_disturb.load(Ordering::SeqCst)
    }

    fn get_capabilities(&self) -> Vec<&'static str> {
        vec!["actions", "body", "persistence"]
    }

    fn get_server_information(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        ("rig", "Fermata", "1", "1.2")
    }

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;
}
