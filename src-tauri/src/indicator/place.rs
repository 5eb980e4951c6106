//! Where the indicator stands: where the agent put it, as long as that is on a screen.

/// A monitor, in the desktop's coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Monitor {
    /// The left edge; may be negative.
    pub(crate) x: i32,
    /// The upper edge; may be negative.
    pub(crate) y: i32,
    /// How wide.
    pub(crate) width: i32,
    /// How high.
    pub(crate) height: i32,
    /// Where panels end: the first line that is free, from the upper edge of the desktop.
    pub(crate) free_from: i32,
    /// Whether it is the primary one.
    pub(crate) primary: bool,
}

/// The middle of the indicator's upper edge. It holds for bars of any width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// From the left edge of the desktop.
    pub(crate) x: i32,
    /// From the upper edge of the desktop.
    pub(crate) y: i32,
}

/// The upper left corner of a bar of this size, so that all of it is on one monitor: the one
/// that its anchor is on, or else the nearest.
pub(crate) fn corner(
    anchor: Anchor,
    (width, height): (i32, i32),
    monitors: &[Monitor],
) -> (i32, i32) {
    let wished = (anchor.x - width / 2, anchor.y);
    let nearest = monitors.iter().min_by_key(|monitor| {
        let beside = beyond(anchor.x, monitor.x, monitor.width);
        let above_or_below = beyond(anchor.y, monitor.y, monitor.height);
        i64::from(beside).pow(2) + i64::from(above_or_below).pow(2)
    });
    match nearest {
        None => wished,
        // What is too large begins at the edge.
        Some(monitor) => (
            wished
                .0
                .min(monitor.x + monitor.width - width)
                .max(monitor.x),
            wished
                .1
                .min(monitor.y + monitor.height - height)
                .max(monitor.y),
        ),
    }
}

/// The monitor that an anchor is on or next to.
pub(crate) fn monitor_at(anchor: Anchor, monitors: &[Monitor]) -> Option<Monitor> {
    let (x, y) = corner(anchor, (1, 1), monitors);
    monitors
        .iter()
        .copied()
        .find(|monitor| {
            beyond(x, monitor.x, monitor.width) == 0 && beyond(y, monitor.y, monitor.height) == 0
        })
        .or_else(|| primary(monitors))
}

/// An edge counted from below as one counted from above, or the other way round: of something of
/// this height, within a whole.
#[cfg(any(target_os = "macos", test))]
pub(crate) const fn turned_over(edge: i32, height: i32, whole: i32) -> i32 {
    whole - edge - height
}

/// How far a point is outside a stretch.
fn beyond(point: i32, start: i32, length: i32) -> i32 {
    (start - point).max(point - (start + length - 1)).max(0)
}

/// The top of the primary monitor, below its panel.
pub(crate) fn top_of_primary(monitors: &[Monitor]) -> Anchor {
    primary(monitors).map_or(Anchor { x: 0, y: 0 }, |monitor| Anchor {
        x: monitor.x + monitor.width / 2,
        y: monitor.free_from,
    })
}

fn primary(monitors: &[Monitor]) -> Option<Monitor> {
    let primary = monitors.iter().find(|monitor| monitor.primary);
    primary.or(monitors.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: Monitor = Monitor {
        x: 0,
        y: 0,
        width: 1920,
        height: 1080,
        free_from: 30,
        primary: true,
    };
    /// To the left of the primary one, and higher.
    const LEFT: Monitor = Monitor {
        x: -1280,
        y: -200,
        width: 1280,
        height: 1024,
        free_from: -200,
        primary: false,
    };
    const BAR: (i32, i32) = (400, 60);

    #[test]
    fn it_begins_at_the_top_of_the_primary_monitor_below_its_panel() {
        let anchor = top_of_primary(&[LEFT, DESK]);
        assert_eq!(corner(anchor, BAR, &[LEFT, DESK]), (760, 30));
    }

    #[test]
    fn a_bar_of_another_width_keeps_its_middle() {
        let anchor = Anchor { x: 500, y: 100 };
        assert_eq!(corner(anchor, (400, 60), &[DESK]), (300, 100));
        assert_eq!(corner(anchor, (600, 60), &[DESK]), (200, 100));
    }

    #[test]
    fn all_of_it_is_on_one_monitor() {
        let monitors = [LEFT, DESK];
        let corner_at = |x, y| corner(Anchor { x, y }, BAR, &monitors);
        assert_eq!(corner_at(10, 100), (0, 100), "not across two monitors");
        assert_eq!(corner_at(-10, 100), (-400, 100));
        assert_eq!(corner_at(1919, 1079), (1520, 1020));
        assert_eq!(corner_at(-1280, -200), (-1280, -200));
    }

    #[test]
    fn a_place_on_a_monitor_that_is_gone_moves_to_the_nearest() {
        let anchor = Anchor { x: -900, y: -150 };
        assert_eq!(corner(anchor, BAR, &[DESK]), (0, 0));
    }

    #[test]
    fn a_failure_spans_the_monitor_that_the_agent_put_it_on() {
        let anchor = Anchor { x: -300, y: 0 };
        let monitor = monitor_at(anchor, &[LEFT, DESK]).expect("there are monitors");
        assert_eq!(monitor, LEFT);
        assert_eq!(
            corner(anchor, (monitor.width, 80), &[LEFT, DESK]),
            (-1280, 0)
        );
    }

    #[test]
    fn edges_are_turned_over_and_back() {
        // A menu bar of 30 at the top of a monitor, and a monitor that stands higher.
        assert_eq!(turned_over(1050, 30, 1080), 0);
        assert_eq!(turned_over(256, 1024, 1080), -200);
        assert_eq!(turned_over(-200, 1024, 1080), 256);
    }

    #[test]
    fn without_any_monitor_nothing_breaks() {
        let anchor = top_of_primary(&[]);
        assert_eq!(corner(anchor, BAR, &[]), (-200, 0));
        assert_eq!(monitor_at(anchor, &[]), None);
    }
}
