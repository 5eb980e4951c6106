//! A real panel with a tray in it.

use std::path::Path;

use anyhow::Result;
use tokio::process::Child;
use zbus::Connection;

use super::children::Children;
use super::{bus, watcher};

/// A bar along the lower edge with a list of windows at its left and a tray at its right.
/// Without it the panel opens a window that asks which panel to begin with.
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="28"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
    </property>
    <property name="plugin-3" type="string" value="systray"/>
  </property>
</channel>
"#;

/// Starts the panel and waits until it takes tray items.
pub(super) async fn start(children: &Children, config: &Path, on: &Connection) -> Result<Child> {
    let folder = config.join("xfce4/xfconf/xfce-perchannel-xml");
    tokio::fs::create_dir_all(&folder).await?;
    tokio::fs::write(folder.join("xfce4-panel.xml"), SETTINGS).await?;
    let panel = children.start("xfce4-panel", |panel| {
        panel.arg("--disable-wm-check");
    })?;
    bus::wait_for_name(on, watcher::NAME).await?;
    Ok(panel)
}
