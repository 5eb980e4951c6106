//! What the desktop is like: its monitors, its theme.

use indicator::{Style, Theme};
use objc2::MainThreadMarker;
use objc2_app_kit::{NSApplication, NSScreen, NSWorkspace};

use crate::indicator::place::{Monitor, turned_over};

/// Every monitor there is, in points.
pub(super) fn monitors(main_thread: MainThreadMarker) -> Vec<Monitor> {
    let primary = height_of_primary(main_thread);
    screens(main_thread)
        .into_iter()
        .zip(0..)
        .map(|(screen, number)| {
            let (whole, free) = (screen.frame(), screen.visibleFrame());
            let (top, height) = (whole.origin.y as i32, whole.size.height as i32);
            let (free_top, free_height) = (free.origin.y as i32, free.size.height as i32);
            Monitor {
                x: whole.origin.x as i32,
                y: turned_over(top, height, primary),
                width: whole.size.width as i32,
                height,
                free_from: turned_over(free_top, free_height, primary),
                // Documented: the first screen has the menu bar and the origin.
                primary: number == 0,
            }
        })
        .collect()
}

/// The height of the monitor with the origin. AppKit counts upward from its lower edge.
pub(super) fn height_of_primary(main_thread: MainThreadMarker) -> i32 {
    let screens = screens(main_thread);
    let primary = screens.first();
    primary.map_or(0, |screen| screen.frame().size.height as i32)
}

/// How many pixels make a point on a monitor.
pub(super) fn factor(main_thread: MainThreadMarker, monitor: Option<Monitor>) -> i32 {
    let all = monitors(main_thread).into_iter().map(Some);
    all.zip(screens(main_thread))
        .find(|(known, _)| *known == monitor)
        .map_or(1, |(_, screen)| screen.backingScaleFactor().round() as i32)
        .max(1)
}

/// How large and in which colors: as the system's own, on that monitor.
pub(super) fn style(main_thread: MainThreadMarker, monitor: Option<Monitor>, factor: i32) -> Style {
    let appearance = NSApplication::sharedApplication(main_thread).effectiveAppearance();
    // Every dark appearance of the system says so in its name (observed).
    let is_dark = appearance.name().to_string().contains("Dark");
    let workspace = NSWorkspace::sharedWorkspace();
    Style {
        scale: factor as f32,
        theme: if workspace.accessibilityDisplayShouldIncreaseContrast() {
            Theme::HighContrast
        } else if is_dark {
            Theme::Dark
        } else {
            Theme::Light
        },
        screen_width: monitor.map(|monitor| (monitor.width * factor).unsigned_abs()),
    }
}

/// Whether things may move on the screen.
pub(super) fn is_animated() -> bool {
    !NSWorkspace::sharedWorkspace().accessibilityDisplayShouldReduceMotion()
}

fn screens(main_thread: MainThreadMarker) -> Vec<objc2::rc::Retained<NSScreen>> {
    NSScreen::screens(main_thread).to_vec()
}
