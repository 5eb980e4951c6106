//! What a crash leaves behind: where it happened, and nothing that was in memory (E1).

mod memory;
mod panics;

pub use memory::close_memory;
pub use panics::tell_panics_by_place;

pub(crate) use panics::flush_on_panic;

#[cfg(test)]
mod tests;
