//! The least that a tray has to be for applications to register with it.

use anyhow::{Context, Result};
use futures_util::StreamExt;
use zbus::fdo::DBusProxy;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::{Connection, interface};

pub(super) const NAME: &str = "org.kde.StatusNotifierWatcher";
pub(super) const PATH: &str = "/StatusNotifierWatcher";

/// Takes the name of the tray and keeps the list of its items.
pub(super) async fn start(bus: &Connection) -> Result<()> {
    bus.object_server()
        .at(PATH, Watcher { items: Vec::new() })
        .await?;
    bus.request_name(NAME)
        .await
        .context("another tray host is on the bus")?;
    let mut owners = DBusProxy::new(bus)
        .await?
        .receive_name_owner_changed()
        .await?;
    let bus = bus.clone();
    tokio::spawn(async move {
        while let Some(change) = owners.next().await {
            let Ok(change) = change.args() else { continue };
            if change.new_owner().is_none() {
                // The bus itself may be ending; then there is nobody left to tell.
                let _gone = forget(&bus, change.name().as_str()).await;
            }
        }
    });
    Ok(())
}

/// Ends the tray, as if its program had crashed.
pub(super) async fn stop(bus: &Connection) -> Result<()> {
    bus.release_name(NAME).await?;
    bus.object_server().remove::<Watcher, _>(PATH).await?;
    Ok(())
}

async fn forget(bus: &Connection, owner: &str) -> zbus::Result<()> {
    let watcher = bus.object_server().interface::<_, Watcher>(PATH).await?;
    let gone: Vec<String> = {
        let mut watcher = watcher.get_mut().await;
        let is_gone = |item: &String| item.starts_with(owner);
        let gone = watcher
            .items
            .iter()
            .filter(|item| is_gone(item))
            .cloned()
            .collect();
        watcher.items.retain(|item| !is_gone(item));
        gone
    };
    for item in gone {
        watcher.status_notifier_item_unregistered(&item).await?;
    }
    Ok(())
}

struct Watcher {
    items: Vec<String>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(
        &mut self,
        name: String,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let item = match header.sender() {
            // An application may name its object and leave out whose it is.
            Some(sender) if name.starts_with('/') => format!("{sender}{name}"),
            Some(_) | None => name,
        };
        if !self.items.contains(&item) {
            self.items.push(item.clone());
        }
        Ok(Self::status_notifier_item_registered(&emitter, &item).await?)
    }

    async fn register_status_notifier_host(
        &self,
        _name: String,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        Ok(Self::status_notifier_host_registered(&emitter).await?)
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.items.clone()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(signal)]
    async fn status_notifier_item_registered(
        emitter: &SignalEmitter<'_>,
        item: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_item_unregistered(
        emitter: &SignalEmitter<'_>,
        item: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}
