//! A desktop without a screen, and what drives and watches Fermata on it.

mod app;
mod bus;
mod children;
mod ctl;
mod desktop;
mod frozen;
mod keyring_daemon;
mod keys;
mod looks;
mod loudspeaker;
mod notifications;
mod other_program;
mod page;
mod panel;
mod picture;
mod processes;
mod programs;
mod screen;
mod system;
mod tray;
mod until;
mod watcher;

pub use app::{App, Secret, Start};
pub use ctl::{Call, Ctl, Evidence, Problem, Ran, Status, Watch};
pub use desktop::{Desktop, Keyring, Options, TrayHost};
pub use frozen::Frozen;
pub use keys::Chord;
pub use looks::{Looks, Shown};
pub use loudspeaker::Loudspeaker;
pub use notifications::{Notification, Notifications};
pub use other_program::OtherProgram;
pub use page::Page;
pub use picture::Picture;
pub use processes::{Left, Process};
pub use programs::program;
pub use screen::{Rectangle, Screen, Window};
pub use system::System;
pub use tray::{Entry, Item, Tray};
pub use until::{PATIENCE, until};

// It needs what the desktop journeys need, so it is run with them.
#[cfg(feature = "desktop")]
#[cfg(test)]
mod self_test;
#[cfg(feature = "desktop")]
#[cfg(test)]
mod trivial_item;
