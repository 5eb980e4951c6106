//! D-Bus: a session on which only those services start by themselves that a test wants, and a
//! system bus of the desktop's own.

use std::path::Path;

use anyhow::{Context, Result};
use zbus::Connection;
use zbus::fdo::DBusProxy;

use super::children::Children;
use super::{PATIENCE, until};

/// Where Debian keeps what can be started by a message to it.
const SERVICES: &str = "/usr/share/dbus-1/services";

/// What a desktop of ours may start by a message: the panel's settings, and the window that
/// asks for a keyring's password. Not the keyring: a test says itself whether there is one.
const WANTED: [&str; 2] = [
    "org.xfce.Xfconf.service",
    "org.gnome.keyring.SystemPrompter.service",
];

/// Starts a bus in this folder and connects to it.
pub(super) async fn start(children: &mut Children, folder: &Path) -> Result<Connection> {
    let services = folder.join("services");
    std::fs::create_dir_all(&services)?;
    for name in WANTED {
        let from = Path::new(SERVICES).join(name);
        if from.exists() {
            std::fs::copy(&from, services.join(name))?;
        }
    }
    let services = format!("<servicedir>{}</servicedir>", services.display());
    let bus = Bus {
        name: "bus",
        variable: "DBUS_SESSION_BUS_ADDRESS",
        kind: "session",
        services: &services,
    };
    bus.start(children, folder).await
}

/// Starts another in this folder that programs take for the system's, and connects to it.
pub(super) async fn start_system(children: &mut Children, folder: &Path) -> Result<Connection> {
    let bus = Bus {
        name: "system_bus",
        variable: "DBUS_SYSTEM_BUS_ADDRESS",
        kind: "system",
        services: "",
    };
    bus.start(children, folder).await
}

struct Bus<'a> {
    name: &'a str,
    /// Where programs find its address.
    variable: &'a str,
    kind: &'a str,
    services: &'a str,
}

impl Bus<'_> {
    async fn start(&self, children: &mut Children, folder: &Path) -> Result<Connection> {
        let address = format!("unix:path={}", folder.join(self.name).display());
        let settings = folder.join(self.name).with_extension("conf");
        tokio::fs::write(&settings, self.configuration(&address)).await?;
        children.set(self.variable, &address);
        children.start("dbus-daemon", |daemon| {
            daemon.arg("--nofork").arg("--config-file").arg(&settings);
        })?;
        until(&format!("the {} bus", self.kind), PATIENCE, async || {
            Ok(Some(
                zbus::connection::Builder::address(address.as_str())?
                    .build()
                    .await?,
            ))
        })
        .await
    }

    fn configuration(&self, address: &str) -> String {
        format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>{}</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  {}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
            self.kind, self.services
        )
    }
}

/// Waits until somebody has this name on the bus.
pub(super) async fn wait_for_name(bus: &Connection, name: &str) -> Result<()> {
    let names = DBusProxy::new(bus).await?;
    until(&format!("{name} on the bus"), PATIENCE, async || {
        Ok(names.name_has_owner(name.try_into()?).await?.then_some(()))
    })
    .await
}

/// Waits until nobody has this name on the bus.
pub(super) async fn wait_until_nobody_is(bus: &Connection, name: &str) -> Result<()> {
    let names = DBusProxy::new(bus).await?;
    until(&format!("nobody to be {name}"), PATIENCE, async || {
        Ok((!names.name_has_owner(name.try_into()?).await?).then_some(()))
    })
    .await
}

/// The process behind a name.
pub(super) async fn process_of(bus: &Connection, name: &str) -> Result<u32> {
    DBusProxy::new(bus)
        .await?
        .get_connection_unix_process_id(name.try_into()?)
        .await
        .with_context(|| format!("nobody is {name} on the bus"))
}
