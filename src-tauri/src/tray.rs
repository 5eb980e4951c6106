//! The tray icon and its menu. Shows what it is given, and tells what was clicked.

mod content;

use std::path::Path;

use controller::view::View;
use indicator::Face;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};

use content::{Content, content, shape};

/// Opens the main window.
pub(crate) const OPEN: &str = "open";

/// Trays scale icons down, and do it well.
const ICON_PX: u32 = 64;

/// The tray icon.
pub(crate) struct Tray {
    icon: TrayIcon,
    app: AppHandle,
    items: Vec<MenuItem<Wry>>,
    content: Content,
}

impl Tray {
    /// Puts the icon into the tray. `clicked` gets the id of each entry that is clicked.
    ///
    /// Whether there is an entry that ends the program is `may_quit`.
    ///
    /// On Linux icons are handed over as files, which go into `directory`.
    pub(crate) fn new(
        app: &AppHandle,
        directory: &Path,
        view: &View,
        may_quit: bool,
        clicked: impl Fn(&str) + Send + Sync + 'static,
    ) -> tauri::Result<Self> {
        let content = content(view, may_quit);
        let (menu, items) = menu(app, &content)?;
        let icon = TrayIconBuilder::with_id("fermata")
            .menu(&menu)
            .icon(picture(content.icon))
            .icon_as_template(cfg!(target_os = "macos"))
            .tooltip(&content.tooltip)
            .temp_dir_path(directory)
            .on_menu_event(move |_, event| clicked(event.id().as_ref()))
            .build(app)?;
        Ok(Self {
            icon,
            app: app.clone(),
            items,
            content,
        })
    }

    /// Shows what has changed. Waits for the main thread.
    pub(crate) fn show(&mut self, view: &View, may_quit: bool) -> tauri::Result<()> {
        let content = content(view, may_quit);
        if content == self.content {
            return Ok(());
        }
        if content.icon != self.content.icon {
            let as_template = cfg!(target_os = "macos");
            self.icon
                .set_icon_with_as_template(Some(picture(content.icon)), as_template)?;
        }
        if content.tooltip != self.content.tooltip {
            self.icon.set_tooltip(Some(&content.tooltip))?;
        }
        if shape(&content) == shape(&self.content) {
            let entries = content.menu.iter().zip(&self.content.menu);
            let entries = entries.flat_map(|(new, old)| new.iter().zip(old));
            for (item, (new, old)) in self.items.iter().zip(entries) {
                if new.label != old.label {
                    item.set_text(escaped(&new.label))?;
                }
                if new.enabled != old.enabled {
                    item.set_enabled(new.enabled)?;
                }
            }
        } else {
            let (menu, items) = menu(&self.app, &content)?;
            self.icon.set_menu(Some(menu))?;
            self.items = items;
        }
        self.content = content;
        Ok(())
    }
}

fn menu(app: &AppHandle, content: &Content) -> tauri::Result<(Menu<Wry>, Vec<MenuItem<Wry>>)> {
    let menu = Menu::new(app)?;
    let mut items = Vec::new();
    for (number, entries) in content.menu.iter().enumerate() {
        if number > 0 {
            menu.append(&PredefinedMenuItem::separator(app)?)?;
        }
        for entry in entries {
            let (label, enabled) = (escaped(&entry.label), entry.enabled);
            let item = match entry.id {
                Some(id) => MenuItem::with_id(app, id, label, enabled, None::<&str>)?,
                None => MenuItem::new(app, label, enabled, None::<&str>)?,
            };
            menu.append(&item)?;
            items.push(item);
        }
    }
    Ok((menu, items))
}

/// In a menu a single "&" marks the letter to press.
fn escaped(label: &str) -> String {
    label.replace('&', "&&")
}

fn picture(face: Face) -> Image<'static> {
    let picture = if cfg!(target_os = "macos") {
        indicator::template_icon(face, ICON_PX)
    } else {
        indicator::tray_icon(face, ICON_PX)
    };
    Image::new_owned(picture.straight(), picture.width, picture.height)
}
