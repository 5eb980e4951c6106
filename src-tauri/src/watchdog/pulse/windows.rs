//! How Windows finds out whether a thread takes messages.
#![expect(unsafe_code, reason = "Windows is called through C functions")]

use std::ptr::{from_mut, null_mut};

use tauri::AppHandle;
use windows_sys::Win32::Foundation::{HWND, LPARAM};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, TerminateProcess};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    EnumThreadWindows, SMTO_NORMAL, SendMessageTimeoutW, WM_NULL,
};
use windows_sys::core::BOOL;

use crate::{indicator, os};

/// Within how many milliseconds a message is taken. One that comes at a bad moment is asked again.
const WITHIN: u32 = 50;

/// Sends a message that means nothing to a window of each thread that draws. It is taken also
/// while a menu is open or a window is moved, when other work of the thread waits.
#[derive(Debug)]
pub(super) struct Pulse {
    threads: Vec<Thread>,
}

impl Pulse {
    /// Of this thread and, if there is one, of the indicator's.
    pub(super) fn of_this_thread(_: &AppHandle) -> Self {
        let threads = [Some(os::this_thread()), indicator::thread()];
        Self {
            threads: threads.into_iter().flatten().map(Thread).collect(),
        }
    }

    /// Whether all of them take messages now.
    pub(super) fn beats(&mut self) -> bool {
        self.threads.iter().all(Thread::takes_messages)
    }
}

/// A thread, by its number.
#[derive(Clone, Copy, Debug)]
struct Thread(u32);

impl Thread {
    /// Whether it takes messages now; one without a window need not.
    fn takes_messages(&self) -> bool {
        let Some(window) = self.window() else {
            return true;
        };
        // SAFETY: a window that is gone is an error; nothing is pointed to.
        let taken =
            unsafe { SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_NORMAL, WITHIN, null_mut()) };
        taken != 0
    }

    fn window(&self) -> Option<HWND> {
        unsafe extern "system" fn take(window: HWND, found: LPARAM) -> BOOL {
            // SAFETY: `window` below passes a place that outlives the enumeration.
            unsafe { *(found as *mut HWND) = window };
            0
        }
        let mut found: HWND = null_mut();
        // SAFETY: `take` is called before this returns, with the place that is meant for it.
        unsafe { EnumThreadWindows(self.0, Some(take), from_mut(&mut found) as LPARAM) };
        (!found.is_null()).then_some(found)
    }
}

/// Ends the program at once. Windows would ask what is wrong with one that aborts.
pub(super) fn die() -> ! {
    // SAFETY: the handle of the calling process needs no closing.
    unsafe { TerminateProcess(GetCurrentProcess(), 1) };
    std::process::abort()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use windows_sys::Win32::UI::WindowsAndMessaging::{
        CreateWindowExW, DispatchMessageW, GetMessageW, MSG, PostThreadMessageW, WM_QUIT,
    };
    use windows_sys::core::w;

    use super::*;

    #[test]
    fn threads_have_a_pulse_if_each_of_them_takes_messages() {
        // B11
        let (hangs, until) = channel::<()>();
        let (began, begun) = channel();
        let thread = thread::spawn(move || {
            // SAFETY: the class is a known one, and nothing is pointed to.
            let window = unsafe {
                let nobody = null_mut();
                CreateWindowExW(
                    0,
                    w!("STATIC"),
                    w!(""),
                    0,
                    0,
                    0,
                    1,
                    1,
                    nobody,
                    nobody,
                    nobody,
                    null_mut(),
                )
            };
            assert!(!window.is_null());
            began.send(Thread(os::this_thread())).expect("awaited");
            until.recv().expect_err("nothing is sent");
            // SAFETY: the message is ours.
            unsafe {
                let mut message: MSG = std::mem::zeroed();
                while GetMessageW(&raw mut message, null_mut(), 0, 0) > 0 {
                    DispatchMessageW(&raw const message);
                }
            }
        });
        let one = begun.recv().expect("it begins");
        let mine = Thread(os::this_thread());
        let pulse = |threads: &[Thread]| Pulse {
            threads: threads.to_vec(),
        };
        assert!(pulse(&[mine]).beats(), "it has no window");
        assert!(!pulse(&[one]).beats());
        assert!(!pulse(&[mine, one]).beats(), "one that hangs is enough");
        drop(hangs);
        assert!((0..100).any(|_| pulse(&[mine, one]).beats()));
        // SAFETY: the thread is there as long as it is not told this.
        unsafe { PostThreadMessageW(one.0, WM_QUIT, 0, 0) };
        thread.join().expect("it ends");
    }
}
