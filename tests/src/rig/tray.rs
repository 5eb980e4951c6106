//! The tray as a panel sees it: items, and the menus behind them.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy};

use super::{PATIENCE, bus, until, watcher};

/// One node of a menu: its number, its properties, and the nodes in it.
type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// The tray of a desktop.
#[derive(Clone, Debug)]
pub struct Tray {
    bus: Connection,
}

impl Tray {
    pub(super) fn new(bus: &Connection) -> Self {
        Self { bus: bus.clone() }
    }

    /// All items that are registered now.
    ///
    /// # Errors
    /// There is no tray host.
    pub async fn items(&self) -> Result<Vec<Item>> {
        let host = Proxy::new(&self.bus, watcher::NAME, watcher::PATH, watcher::NAME).await?;
        let names: Vec<String> = host
            .get_property("RegisteredStatusNotifierItems")
            .await
            .context("there is no tray host")?;
        Ok(names
            .iter()
            .map(|name| Item::new(&self.bus, name))
            .collect())
    }

    /// Waits for the item of a process.
    ///
    /// # Errors
    /// It does not come; the error lists the items that are there.
    pub async fn wait_for_item_of(&self, pid: u32) -> Result<Item> {
        until(
            &format!("the tray item of process {pid}"),
            PATIENCE,
            async || {
                for item in self.items().await? {
                    // An item may go while we look at it.
                    if bus::process_of(&self.bus, &item.owner)
                        .await
                        .is_ok_and(|owner| owner == pid)
                    {
                        return Ok(Some(item));
                    }
                }
                Ok(None)
            },
        )
        .await
    }

    /// Waits until a process has no item (it has ended, or its item went).
    ///
    /// # Errors
    /// It stays.
    pub async fn wait_until_gone(&self, item: &Item) -> Result<()> {
        until("the tray item to go", PATIENCE, async || {
            let stays = self
                .items()
                .await?
                .iter()
                .any(|one| one.owner == item.owner);
            Ok((!stays).then_some(()))
        })
        .await
    }

    /// Ends the tray host of [`TrayHost::Stub`](super::TrayHost::Stub), as if it had crashed.
    ///
    /// # Errors
    /// It was not running.
    pub async fn stop_host(&self) -> Result<()> {
        watcher::stop(&self.bus).await
    }

    /// Starts a tray host where there is none.
    ///
    /// # Errors
    /// There is one already.
    pub async fn start_host(&self) -> Result<()> {
        watcher::start(&self.bus).await
    }
}

/// The tray item of an application.
#[derive(Clone, Debug)]
pub struct Item {
    bus: Connection,
    owner: String,
    path: String,
}

/// One entry of a tray menu, in the order of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number within the menu; changes when the menu is built anew.
    pub id: i32,
    /// What it says, without the sign for the access key; empty for a separator.
    pub label: String,
    /// Whether it can be clicked.
    pub enabled: bool,
    /// Whether it is shown.
    pub visible: bool,
    /// Whether it is only a line.
    pub separator: bool,
    /// Whether it is ticked, if it can be.
    pub checked: Option<bool>,
    /// 1 in the menu itself, 2 in a menu within it.
    pub depth: usize,
}

impl Item {
    fn new(bus: &Connection, name: &str) -> Self {
        let (owner, path) = match name.find('/') {
            Some(at) => name.split_at(at),
            None => (name, "/StatusNotifierItem"),
        };
        Self {
            bus: bus.clone(),
            owner: owner.to_owned(),
            path: path.to_owned(),
        }
    }

    /// The icon: a name of the theme, or a path to a file.
    ///
    /// # Errors
    /// The item is gone.
    pub async fn icon_name(&self) -> Result<String> {
        self.property("IconName").await
    }

    /// Its title.
    ///
    /// # Errors
    /// The item is gone.
    pub async fn title(&self) -> Result<String> {
        self.property("Title").await
    }

    /// "Active", "Passive" or "NeedsAttention".
    ///
    /// # Errors
    /// The item is gone.
    pub async fn status(&self) -> Result<String> {
        self.property("Status").await
    }

    /// The id by which panels remember it.
    ///
    /// # Errors
    /// The item is gone.
    pub async fn id(&self) -> Result<String> {
        self.property("Id").await
    }

    /// Its menu, read anew, flat.
    ///
    /// # Errors
    /// It has none, or is gone.
    pub async fn menu(&self) -> Result<Vec<Entry>> {
        // Lazy menus fill in when they are told that somebody is about to look.
        let _needs_update: bool = self.call("AboutToShow", &(0i32,)).await?;
        let (_revision, root): (u32, Node) = self
            .call("GetLayout", &(0i32, -1i32, Vec::<String>::new()))
            .await?;
        let mut entries = Vec::new();
        flatten(root, 0, &mut entries)?;
        Ok(entries)
    }

    /// What the shown entries of its menu say, without separators.
    ///
    /// # Errors
    /// It has no menu, or is gone.
    pub async fn labels(&self) -> Result<Vec<String>> {
        let mut entries = self.menu().await?;
        entries.retain(|entry| entry.visible && !entry.separator);
        Ok(entries.into_iter().map(|entry| entry.label).collect())
    }

    /// Waits until an entry has a label that contains this.
    ///
    /// # Errors
    /// It does not come; the error lists those that are there.
    pub async fn wait_for_label(&self, text: &str) -> Result<Entry> {
        until(
            &format!("a menu entry with {text:?}"),
            PATIENCE,
            async || {
                let entries = self.menu().await?;
                let found = entries
                    .iter()
                    .find(|one| one.visible && one.label.contains(text));
                match found {
                    Some(entry) => Ok(Some(entry.clone())),
                    None => bail!("the menu says {:?}", self.labels().await?),
                }
            },
        )
        .await
    }

    /// Clicks the entry that has exactly this label.
    ///
    /// # Errors
    /// There is none, it is grayed out, or the item is gone.
    pub async fn click(&self, label: &str) -> Result<()> {
        let mut tries = 0;
        loop {
            let entries = self.menu().await?;
            let entry = entries
                .iter()
                .find(|entry| entry.visible && entry.label == label)
                .with_context(|| format!("no menu entry {label:?} in {entries:?}"))?;
            ensure!(entry.enabled, "the menu entry {label:?} is grayed out");
            match self
                .call("Event", &(entry.id, "clicked", Value::I32(0), 0u32))
                .await
            {
                // The menu may have been built anew since it was read; then nothing was clicked.
                Err(_) if tries < 5 => tries += 1,
                clicked => return clicked,
            }
        }
    }

    async fn property<T>(&self, name: &'static str) -> Result<T>
    where
        T: TryFrom<OwnedValue>,
        T::Error: Into<zbus::Error>,
    {
        let item = Proxy::new(
            &self.bus,
            self.owner.as_str(),
            self.path.as_str(),
            "org.kde.StatusNotifierItem",
        )
        .await?;
        Ok(item.get_property(name).await?)
    }

    async fn call<T: DeserializeOwned + zbus::zvariant::Type>(
        &self,
        method: &'static str,
        arguments: &(impl serde::Serialize + DynamicType),
    ) -> Result<T> {
        let path: OwnedObjectPath = self.property("Menu").await?;
        let menu = Proxy::new(
            &self.bus,
            self.owner.as_str(),
            path.as_str(),
            "com.canonical.dbusmenu",
        )
        .await?;
        Ok(menu.call(method, arguments).await?)
    }
}

fn flatten((id, properties, nodes): Node, depth: usize, entries: &mut Vec<Entry>) -> Result<()> {
    // The root (depth 0) is the menu itself; what has its default value is left out on the wire.
    if depth > 0 {
        let text = |name| match properties.get(name).map(|value| &**value) {
            Some(Value::Str(text)) => text.to_string(),
            Some(_) | None => String::new(),
        };
        let flag = |name| {
            !matches!(
                properties.get(name).map(|value| &**value),
                Some(Value::Bool(false))
            )
        };
        let state = match properties.get("toggle-state").map(|value| &**value) {
            Some(Value::I32(state)) => *state,
            Some(_) | None => -1,
        };
        entries.push(Entry {
            id,
            label: without_access_key(&text("label")),
            enabled: flag("enabled"),
            visible: flag("visible"),
            separator: text("type") == "separator",
            checked: (!text("toggle-type").is_empty()).then_some(state == 1),
            depth,
        });
    }
    for node in nodes {
        let node = Node::try_from(node).context("a menu entry of an unknown form")?;
        flatten(node, depth + 1, entries)?;
    }
    Ok(())
}

/// `_Quit` is shown as Quit with its first letter underlined; two underscores are one.
fn without_access_key(label: &str) -> String {
    label
        .replace("__", "\u{0}")
        .replace('_', "")
        .replace('\u{0}', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_what_people_read() {
        assert_eq!(without_access_key("_Quit"), "Quit");
        assert_eq!(without_access_key("a__b"), "a_b");
    }
}
