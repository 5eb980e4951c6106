//! What the tray says: a plain value made of a view.

use controller::view::View;
use indicator::Face;

use super::OPEN;
use crate::indicator::claim::{EXTEND, PAUSE, RESUME, UNDERSTOOD, face};
use crate::quit::{self, LEAVE_PAUSED, QUIT, RESUME_FIRST};
use crate::words;

/// What the tray says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Content {
    pub(super) icon: Face,
    /// On systems where a tray icon has one.
    pub(super) tooltip: String,
    /// Groups of entries, with a line between two groups.
    pub(super) menu: Vec<Vec<Entry>>,
}

/// An entry of the menu. One without an id only says something.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) id: Option<&'static str>,
    pub(super) label: String,
    pub(super) enabled: bool,
}

impl Entry {
    fn says(label: String) -> Self {
        Self {
            id: None,
            label,
            enabled: false,
        }
    }

    fn asks(id: &'static str, label: &str, enabled: bool) -> Self {
        Self {
            id: Some(id),
            label: label.to_owned(),
            enabled,
        }
    }
}

/// Returns what the tray says of a view. An agent who may not end the program has no entry for
/// it (A8).
pub(super) fn content(view: &View, may_quit: bool) -> Content {
    let mut state = view.headline.clone();
    if let Some(ms) = view.paused_for_ms {
        state = format!("{state} {}", words::minutes_and_seconds(ms));
    }
    if view.simulation {
        state = format!("{} {state}", words::SIMULATION);
    }
    let mut says = vec![state.clone(), view.reason.clone()];
    // The hotkeys have lines of their own.
    let problems = view.problems.iter();
    for problem in problems.filter(|problem| problem.code != "hotkey-does-not-work") {
        says.push(words::first_sentence(&problem.message).to_owned());
    }
    let hotkeys = view.hotkeys.iter();
    let hotkeys =
        hotkeys.map(|hotkey| words::hotkey(&hotkey.chord, &hotkey.action, &hotkey.message));
    says.extend(hotkeys);
    says.extend(
        view.support
            .update
            .iter()
            .map(|update| words::first_sentence(&update.message).to_owned()),
    );
    says.retain(|line| !line.is_empty());
    says.dedup();

    let mut asks = vec![
        Entry::asks(PAUSE, words::PAUSE, view.can_pause),
        Entry::asks(RESUME, words::RESUME, view.can_resume),
    ];
    if view.extensions_left > 0 {
        asks.push(Entry::asks(EXTEND, words::EXTEND, true));
    }
    if view.can_acknowledge {
        asks.push(Entry::asks(UNDERSTOOD, words::UNDERSTOOD, true));
    }
    let mut ends = vec![Entry::asks(OPEN, words::OPEN, true)];
    if may_quit && quit::is_asked(view) {
        ends.push(Entry::asks(RESUME_FIRST, words::RESUME_FIRST, true));
        ends.push(Entry::asks(LEAVE_PAUSED, words::LEAVE_PAUSED, true));
    } else if may_quit {
        ends.push(Entry::asks(QUIT, words::QUIT, true));
    }
    let broken = view.hotkeys.iter().find(|hotkey| !hotkey.works);
    let broken = broken.map(|hotkey| words::hotkey(&hotkey.chord, &hotkey.action, &hotkey.message));
    Content {
        icon: face(view.display),
        tooltip: std::iter::once(state)
            .chain(broken)
            .collect::<Vec<_>>()
            .join("\n"),
        menu: vec![says.into_iter().map(Entry::says).collect(), asks, ends],
    }
}

/// Which entries there are. While they are the same, an open menu stays open.
pub(super) fn shape(content: &Content) -> Vec<Vec<Option<&'static str>>> {
    let groups = content.menu.iter();
    groups
        .map(|entries| entries.iter().map(|entry| entry.id).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use controller::view::{DisplayName, HotkeyView, Problem};

    use super::*;
    use crate::shown::tests::view;

    fn shown(view: &View) -> Content {
        content(view, true)
    }

    fn labels(content: &Content, group: usize) -> Vec<&str> {
        let entries = content.menu[group].iter();
        entries.map(|entry| entry.label.as_str()).collect()
    }

    fn enabled(content: &Content) -> Vec<&str> {
        let entries = content.menu.iter().flatten();
        entries
            .filter(|entry| entry.enabled)
            .filter_map(|entry| entry.id)
            .collect()
    }

    fn paused() -> View {
        View {
            headline: "RECORDING PAUSED".to_owned(),
            paused_for_ms: Some(83_400),
            can_resume: true,
            ..view(DisplayName::Paused)
        }
    }

    #[test]
    fn the_state_is_told_in_words_and_cannot_be_clicked() {
        let content = shown(&paused());
        assert_eq!(labels(&content, 0), ["RECORDING PAUSED 01:23"]);
        assert_eq!(content.icon, Face::Paused);
        assert_eq!(enabled(&content), [RESUME, OPEN, QUIT]);
    }

    #[test]
    fn only_what_can_be_asked_for_can_be_clicked() {
        let recording = View {
            can_pause: true,
            ..view(DisplayName::Recording)
        };
        assert_eq!(enabled(&shown(&recording)), [PAUSE, OPEN, QUIT]);
        assert_eq!(enabled(&shown(&view(DisplayName::NoCall))), [OPEN, QUIT]);
    }

    #[test]
    fn a_failure_can_be_acknowledged_in_the_menu() {
        let failed = View {
            can_pause: true,
            can_acknowledge: true,
            ..view(DisplayName::Failed)
        };
        assert_eq!(enabled(&shown(&failed)), [PAUSE, UNDERSTOOD, OPEN, QUIT]);
        let labels_after = shown(&paused());
        assert!(!labels(&labels_after, 1).contains(&words::UNDERSTOOD));
    }

    // A6
    #[test]
    fn a_pause_that_can_be_extended_has_an_entry_for_it() {
        let extensible = View {
            extensions_left: 2,
            ..paused()
        };
        assert_eq!(enabled(&shown(&extensible)), [RESUME, EXTEND, OPEN, QUIT]);
        assert!(!labels(&shown(&paused()), 1).contains(&words::EXTEND));
    }

    #[test]
    fn a_hotkey_that_does_not_work_is_told_in_the_menu_and_in_the_tooltip() {
        let hotkey = |message: &str| HotkeyView {
            action: "toggle".to_owned(),
            chord: "Ctrl+Alt+P".to_owned(),
            works: message.is_empty(),
            message: message.to_owned(),
        };
        let mut view = paused();
        view.hotkeys = vec![hotkey("")];
        let working = shown(&view);
        assert_eq!(labels(&working, 0)[1], "Ctrl+Alt+P: toggle");
        assert_eq!(working.tooltip, "RECORDING PAUSED 01:23");

        view.hotkeys = vec![hotkey("Another program uses Ctrl+Alt+P. Set another one.")];
        let broken = shown(&view);
        let told = "Ctrl+Alt+P does not work. Another program uses Ctrl+Alt+P.";
        assert_eq!(labels(&broken, 0)[1], told);
        assert!(broken.tooltip.ends_with(told), "{}", broken.tooltip);
    }

    #[test]
    fn problems_are_told_one_line_each() {
        let mut view = paused();
        view.problems = vec![Problem {
            code: "keyring-locked".to_owned(),
            message: "The keyring is locked. Unlock it.".to_owned(),
            blocks_pausing: true,
        }];
        assert_eq!(labels(&shown(&view), 0)[1], "The keyring is locked.");
    }

    #[test]
    fn a_simulation_is_labelled() {
        let mut view = paused();
        view.simulation = true;
        assert!(labels(&shown(&view), 0)[0].starts_with("SIMULATION"));
    }

    #[test]
    fn a_second_that_passes_changes_labels_only() {
        let (mut view, before) = (paused(), shown(&paused()));
        view.paused_for_ms = Some(84_400);
        let after = shown(&view);
        assert_ne!(before, after);
        assert_eq!(shape(&before), shape(&after));
    }

    // A7
    #[test]
    fn who_is_asked_what_becomes_of_a_pause_can_answer_and_nothing_else_ends_the_program() {
        let mut view = paused();
        view.problems = vec![Problem {
            code: "quit-while-paused".to_owned(),
            message: words::STAYS_WHILE_PAUSED.to_owned(),
            blocks_pausing: false,
        }];
        let asked = [RESUME, OPEN, RESUME_FIRST, LEAVE_PAUSED];
        assert_eq!(enabled(&shown(&view)), asked);
        assert_eq!(enabled(&content(&view, false)), [RESUME, OPEN]);
    }

    // A8
    #[test]
    fn who_may_not_end_the_program_has_no_entry_for_it() {
        let menu = content(&paused(), false);
        assert_eq!(enabled(&menu), [RESUME, OPEN]);
        assert!(!labels(&menu, 2).contains(&words::QUIT));
    }
}
