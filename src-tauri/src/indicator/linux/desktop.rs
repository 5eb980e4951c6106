//! What the desktop is like: its monitors, its text size, its theme.

use gtk::gdk;
use gtk::gdk::prelude::*;
use gtk::prelude::*;
use indicator::{Style, Theme};

use crate::indicator::place::Monitor;

/// The screen that a window is on.
pub(super) fn screen(window: &gtk::Window) -> Option<gdk::Screen> {
    gtk::prelude::GtkWindowExt::screen(window)
}

/// Whether somebody mixes windows with what is beneath them.
pub(super) fn is_composited(window: &gtk::Window) -> bool {
    screen(window).is_some_and(|screen| screen.is_composited())
}

/// Whether things may move on the screen.
pub(super) fn is_animated() -> bool {
    gtk::Settings::default().is_none_or(|settings| settings.is_gtk_enable_animations())
}

/// Every monitor there is.
pub(super) fn monitors() -> Vec<Monitor> {
    let Some(display) = gdk::Display::default() else {
        return Vec::new();
    };
    (0..display.n_monitors())
        .filter_map(|number| display.monitor(number))
        .map(|monitor| {
            let whole = monitor.geometry();
            Monitor {
                x: whole.x(),
                y: whole.y(),
                width: whole.width(),
                height: whole.height(),
                free_from: monitor.workarea().y(),
                primary: monitor.is_primary(),
            }
        })
        .collect()
}

/// How large and in which colors: as large as the desktop's text, in its theme.
pub(super) fn style(window: &gtk::Window, monitor: Option<Monitor>) -> Style {
    let factor = window.scale_factor();
    // GDK says -1 where the desktop sets no resolution.
    let resolution = screen(window)
        .map(|screen| screen.resolution())
        .filter(|resolution| *resolution > 0.0)
        .unwrap_or(96.0);
    let settings = gtk::Settings::default();
    let theme = settings
        .as_ref()
        .and_then(|settings| settings.gtk_theme_name())
        .map(|name| name.to_lowercase())
        .unwrap_or_default();
    let dark = settings.is_some_and(|settings| settings.is_gtk_application_prefer_dark_theme());
    Style {
        scale: factor as f32 * (resolution / 96.0) as f32,
        theme: if theme.contains("highcontrast") {
            Theme::HighContrast
        } else if dark || theme.contains("dark") {
            Theme::Dark
        } else {
            Theme::Light
        },
        screen_width: monitor.map(|monitor| (monitor.width * factor).unsigned_abs()),
    }
}
