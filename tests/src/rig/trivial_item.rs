//! The smallest program in the tray: an icon, and a menu that says what was clicked.

use std::collections::HashMap;

use tokio::sync::mpsc::UnboundedSender;
use zbus::zvariant::{ObjectPath, OwnedValue, Value};
use zbus::{Connection, interface};

use super::Desktop;

type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

struct TrivialItem;

#[interface(name = "org.kde.StatusNotifierItem")]
impl TrivialItem {
    #[zbus(property)]
    fn id(&self) -> &'static str {
        "trivial"
    }
    #[zbus(property)]
    fn category(&self) -> &'static str {
        "ApplicationStatus"
    }
    #[zbus(property)]
    fn icon_name(&self) -> &'static str {
        "media-record"
    }
    #[zbus(property)]
    fn title(&self) -> &'static str {
        "Trivial"
    }
    #[zbus(property)]
    fn status(&self) -> &'static str {
        "Active"
    }
    #[zbus(property)]
    fn menu(&self) -> ObjectPath<'static> {
        ObjectPath::from_static_str_unchecked("/Menu")
    }
}

struct TrivialMenu {
    clicks: UnboundedSender<i32>,
}

#[interface(name = "com.canonical.dbusmenu")]
impl TrivialMenu {
    fn about_to_show(&self, _id: i32) -> bool {
        false
    }

    fn get_layout(&self, _parent: i32, _depth: i32, _names: Vec<String>) -> (u32, Node) {
        let entry = |id: i32, properties: &[(&str, Value<'_>)]| {
            let properties = properties
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.try_to_owned().unwrap()))
                .collect();
            let node: Node = (id, properties, Vec::new());
            Value::from(node).try_to_owned().unwrap()
        };
        let entries = vec![
            entry(1, &[("label", "_Pause".into()), ("enabled", false.into())]),
            entry(2, &[("type", "separator".into())]),
            entry(3, &[("label", "_Quit".into())]),
            entry(4, &[("label", "Hidden".into()), ("visible", false.into())]),
        ];
        (1, (0, HashMap::new(), entries))
    }

    fn event(&self, id: i32, kind: &str, _data: Value<'_>, _timestamp: u32) {
        if kind == "clicked" {
            self.clicks.send(id).unwrap();
        }
    }
}

pub(super) async fn register(desktop: &Desktop, clicks: UnboundedSender<i32>) -> Connection {
    let address = desktop.variable("DBUS_SESSION_BUS_ADDRESS").unwrap();
    let application = zbus::connection::Builder::address(address)
        .unwrap()
        .serve_at("/Item", TrivialItem)
        .unwrap()
        .serve_at("/Menu", TrivialMenu { clicks })
        .unwrap()
        .build()
        .await
        .unwrap();
    let host = zbus::Proxy::new(
        &application,
        "org.kde.StatusNotifierWatcher",
        "/StatusNotifierWatcher",
        "org.kde.StatusNotifierWatcher",
    )
    .await
    .unwrap();
    let () = host
        .call("RegisterStatusNotifierItem", &("/Item",))
        .await
        .unwrap();
    application
}
