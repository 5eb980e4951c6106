//! Decides what the indicator looks like: a claim in, pixels and click areas out.
//!
//! It knows no window, no clock and no vendor, and it makes no claim of its own: the words,
//! the elapsed time and the display are given to it. It decides shapes, colors and layout, and
//! sees to it that two displays never look alike and that no text is cut off without a sign.
//! The signs of the displays serve as tray icons too, and the program's own icon is drawn here.

mod bar;
mod claim;
mod icon;
mod layout;
mod lettering;
mod palette;
mod picture;
mod sign;

pub use bar::Painter;
pub use claim::{Button, Claim, Face, Lamp, Style, Theme};
pub use icon::{app_icon, app_icon_svg, template_icon, tray_icon};
pub use picture::{Area, Picture, Rectangle};
