//! A panic says where it happened, and nothing of the values that it stumbled over.

use std::io::{self, Write};
use std::panic::{self, Location, PanicHookInfo};
use std::thread;

/// Has every panic from here on told by the place in the source, and by that alone: its message
/// may quote what was in memory.
///
/// It goes to the log, or to standard error where there is none.
pub fn tell_panics_by_place() {
    panic::set_hook(Box::new(tell));
}

/// The same, and has the log written to its end where a panic ends the program at once.
pub(crate) fn flush_on_panic(flush: impl Fn() + Send + Sync + 'static) {
    panic::set_hook(Box::new(move |panic| {
        tell(panic);
        if cfg!(panic = "abort") {
            flush();
        }
    }));
}

fn tell(panic: &PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map_or_else(String::new, Location::to_string);
    let thread = thread::current();
    let thread = thread.name().unwrap_or("without a name");
    if tracing::dispatcher::has_been_set() {
        tracing::error!(thread, place, "a panic; its message is not logged");
    } else {
        let said = format!("a panic at {place} in thread {thread}\n");
        // There is nowhere else to say it.
        let _ = io::stderr().write_all(said.as_bytes());
    }
}
