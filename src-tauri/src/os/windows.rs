//! Calls of Windows that concern the whole program.
#![expect(unsafe_code, reason = "Windows is called through C functions")]

use std::ptr::null_mut;

use windows_sys::Win32::System::Threading::GetCurrentThreadId;
use windows_sys::Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    MB_ICONWARNING, MB_OK, MB_SETFOREGROUND, MessageBoxW,
};

use super::IDENTITY;
use crate::words;

/// Makes [`IDENTITY`] known. To be called before there is any window.
pub(crate) fn take_identity() {
    let identity = wide(IDENTITY);
    // SAFETY: the text ends in zero and outlives the call.
    let outcome = unsafe { SetCurrentProcessExplicitAppUserModelID(identity.as_ptr()) };
    if outcome < 0 {
        tracing::warn!("Windows does not take the program's identity (0x{outcome:08x})");
    }
}

/// The number by which Windows knows the calling thread.
pub(crate) fn this_thread() -> u32 {
    // SAFETY: asks for nothing but a number.
    unsafe { GetCurrentThreadId() }
}

/// Tells the agent something in a box, and waits until it is closed.
pub(crate) fn say(message: &str) {
    tracing::error!("{message}");
    let (text, title) = (wide(message), wide(words::FERMATA));
    let kind = MB_OK | MB_ICONWARNING | MB_SETFOREGROUND;
    // SAFETY: both texts end in zero and outlive the call; the box belongs to no window.
    unsafe { MessageBoxW(null_mut(), text.as_ptr(), title.as_ptr(), kind) };
}

/// A text as Windows wants it: in UTF-16, up to a zero.
pub(crate) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// A desktop has one pointer and one window in front: held by each test that changes either.
#[cfg(test)]
pub(crate) static DESKTOP: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[cfg(test)]
mod tests {
    use std::sync::PoisonError;
    use std::thread;
    use std::time::Duration;

    use windows_sys::Win32::UI::WindowsAndMessaging::{FindWindowW, PostMessageW, WM_CLOSE};
    use windows_sys::core::w;

    use super::*;

    #[test]
    fn a_box_stays_until_it_is_closed() {
        // F6
        let _alone = DESKTOP.lock().unwrap_or_else(PoisonError::into_inner);
        let open = thread::spawn(|| say("There is something to say."));
        let title = wide(words::FERMATA);
        for _ in 0..500 {
            // SAFETY: both texts end in zero; a message may be posted from any thread.
            unsafe {
                let found = FindWindowW(w!("#32770"), title.as_ptr());
                if !found.is_null() {
                    assert!(!open.is_finished());
                    PostMessageW(found, WM_CLOSE, 0, 0);
                    break;
                }
            }
            thread::sleep(Duration::from_millis(20));
        }
        open.join().expect("it is closed");
    }
}
