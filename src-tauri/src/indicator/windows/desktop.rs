//! What the desktop is like: its text size, its theme.

use indicator::{Style, Theme};

use super::win32;
use crate::indicator::place::Monitor;

/// How large and in which colors: as large as the desktop's text on that monitor, in its theme.
pub(super) fn style(monitor: Option<Monitor>) -> Style {
    let middle = monitor.map_or((0, 0), |monitor| {
        (
            monitor.x + monitor.width / 2,
            monitor.y + monitor.height / 2,
        )
    });
    // Settings, Accessibility, Text size; in percent, absent where it was never changed (observed).
    let text = win32::setting(r"Software\Microsoft\Accessibility", "TextScaleFactor");
    let apps_use_light_theme = win32::setting(
        r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize",
        "AppsUseLightTheme",
    );
    Style {
        scale: scale(win32::dots_per_inch(middle), text),
        theme: if win32::is_high_contrast() {
            Theme::HighContrast
        } else {
            theme(apps_use_light_theme)
        },
        screen_width: monitor.map(|monitor| monitor.width.unsigned_abs()),
    }
}

fn scale(dots_per_inch: u32, text_percent: Option<u32>) -> f32 {
    let text = text_percent.unwrap_or(100).clamp(100, 225);
    dots_per_inch as f32 / 96.0 * text as f32 / 100.0
}

fn theme(apps_use_light_theme: Option<u32>) -> Theme {
    match apps_use_light_theme {
        Some(0) => Theme::Dark,
        Some(_) | None => Theme::Light,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_large_as_the_text_on_its_monitor() {
        assert_eq!(scale(96, None), 1.0);
        assert_eq!(scale(144, None), 1.5);
        assert_eq!(scale(144, Some(200)), 3.0);
        assert_eq!(scale(96, Some(7)), 1.0, "no text is smaller than that");
    }

    #[test]
    fn it_is_dark_where_programs_are() {
        assert_eq!(theme(Some(0)), Theme::Dark);
        assert_eq!(theme(Some(1)), Theme::Light);
        assert_eq!(theme(None), Theme::Light, "Windows before 10");
    }
}
