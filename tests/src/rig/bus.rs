//! A D-Bus session on which only those services start by themselves that a test wants.

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
    let address = format!("unix:path={}", folder.join("bus").display());
    let settings = folder.join("bus.conf");
    tokio::fs::write(&settings, configuration(&address, &services)).await?;
    children.set("DBUS_SESSION_BUS_ADDRESS", &address);
    children.start("dbus-daemon", |daemon| {
        daemon.arg("--nofork").arg("--config-file").arg(&settings);
    })?;
    until("the D-Bus session", PATIENCE, async || {
        Ok(Some(
            zbus::connection::Builder::address(address.as_str())?
                .build()
                .await?,
        ))
    })
    .await
}

/// Waits until somebody has this name on the bus.
pub(super) async fn wait_for_name(bus: &Connection, name: &str) -> Result<()> {
    let names = DBusProxy::new(bus).await?;
    until(&format!("{name} on the bus"), PATIENCE, async || {
        Ok(names.name_has_owner(name.try_into()?).await?.then_some(()))
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

fn configuration(address: &str, services: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        services.display()
    )
}
