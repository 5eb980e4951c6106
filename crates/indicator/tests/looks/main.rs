//! What the indicator and the icons look like, picture by picture.

mod accepted;
mod claims;
mod color_blindness;
mod golden;
mod icons;
