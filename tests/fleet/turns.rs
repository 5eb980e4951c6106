//! Whose turn it is.

use std::sync::{Condvar, Mutex, PoisonError};

/// So many shifts at a time: more would only slow each other down.
pub(crate) struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Turns {
    pub(crate) const fn new(at_a_time: usize) -> Self {
        Self {
            free: Mutex::new(at_a_time),
            freed: Condvar::new(),
        }
    }

    /// Waits for a turn, and does this in it.
    pub(crate) fn take<T>(&self, work: impl FnOnce() -> T) -> T {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.freed.wait_while(free, |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        let done = work();
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.freed.notify_one();
        done
    }
}
