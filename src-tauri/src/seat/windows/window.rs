//! A window that nobody sees and that is told what all windows are told.
#![expect(unsafe_code, reason = "Windows is called through C functions")]

use std::cell::RefCell;
use std::io;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::Power::RegisterSuspendResumeNotification;
use windows_sys::Win32::System::RemoteDesktop::{
    NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification,
};
use windows_sys::Win32::System::Shutdown::{ShutdownBlockReasonCreate, ShutdownBlockReasonDestroy};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DEVICE_NOTIFY_WINDOW_HANDLE, DefWindowProcW, DispatchMessageW, GetMessageW,
    MSG, PostMessageW, RegisterClassW, WM_APP, WNDCLASSW, WS_EX_TOOLWINDOW, WS_POPUP,
};
use windows_sys::core::{PCWSTR, w};

use super::messages::Message;
use crate::os::wide;

/// The name of the window's class; tests find it by that.
const CLASS: PCWSTR = w!("FermataSeat");
/// The bell was rung.
const RUNG: u32 = WM_APP;

/// What the window hears.
pub(super) enum Heard {
    /// Somebody has rung its bell.
    Rung,
    /// Windows has told it something.
    Message(Message),
}

/// What it says to that.
pub(super) enum Answer {
    /// It has been taken in.
    Taken,
    /// Whether the session may end.
    MayEnd(bool),
    /// What any window would say.
    AsUsual,
}

type Listener = Box<dyn FnMut(Heard) -> Answer>;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// A window that is never shown. It lives as long as its thread.
#[derive(Debug)]
pub(super) struct Window(HWND);

impl Window {
    /// Makes one of this name, which is what Windows calls the program in a list of those that
    /// hold a shutdown up.
    ///
    /// # Errors
    /// Windows has no room for it.
    pub(super) fn new(name: &str) -> io::Result<Self> {
        // SAFETY: no name asks for the program's own module, which is never unloaded.
        let module = unsafe { GetModuleHandleW(null()) };
        let class = WNDCLASSW {
            lpfnWndProc: Some(hear),
            hInstance: module,
            lpszClassName: CLASS,
            ..WNDCLASSW::default()
        };
        // SAFETY: the class, its name and its function outlive the call.
        unsafe { RegisterClassW(&raw const class) };
        let title = wide(name);
        // Not one for messages only: that is not told what all windows are told (documented:
        // "Window Features").
        // SAFETY: the class name and the title end in zero and outlive the call.
        let window = unsafe {
            CreateWindowExW(
                WS_EX_TOOLWINDOW,
                CLASS,
                title.as_ptr(),
                WS_POPUP,
                0,
                0,
                0,
                0,
                null_mut(),
                null_mut(),
                module,
                null(),
            )
        };
        if window.is_null() {
            return Err(io::Error::last_os_error());
        }
        let window = Self(window);
        window.register();
        Ok(window)
    }

    /// Wakes it from any thread.
    pub(super) fn bell(&self) -> Bell {
        Bell(self.0 as isize)
    }

    /// Tells Windows why a shutdown is to wait, or that it need not any longer.
    ///
    /// # Errors
    /// Windows does not take it.
    pub(super) fn explain(&self, reason: Option<&str>) -> io::Result<()> {
        let Some(reason) = reason else {
            // It fails where there is no reason yet.
            // SAFETY: our own window, of this thread.
            unsafe { ShutdownBlockReasonDestroy(self.0) };
            return Ok(());
        };
        let reason = wide(reason);
        // SAFETY: our own window, of this thread; the text ends in zero and outlives the call.
        match unsafe { ShutdownBlockReasonCreate(self.0, reason.as_ptr()) } {
            0 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// Has Windows tell what it does not tell all windows.
    fn register(&self) {
        // SAFETY: our own window, which is there for as long as the program runs.
        if unsafe { WTSRegisterSessionNotification(self.0, NOTIFY_FOR_THIS_SESSION) } == 0 {
            let error = io::Error::last_os_error();
            tracing::warn!(%error, "the system does not tell of a lock");
        }
        // Computers that are never quite asleep tell those that ask (documented: "How to get
        // notified when going in and out of connected standby").
        // SAFETY: as above.
        if unsafe { RegisterSuspendResumeNotification(self.0, DEVICE_NOTIFY_WINDOW_HANDLE) } == 0 {
            let error = io::Error::last_os_error();
            tracing::warn!(%error, "the system may not tell of sleep");
        }
    }
}

/// Wakes the thread of a window, by the window's number.
#[derive(Debug)]
pub(super) struct Bell(isize);

impl Bell {
    /// Has the window hear it.
    pub(super) fn ring(&self) {
        // SAFETY: messages may be posted from any thread, and to windows that are gone.
        unsafe { PostMessageW(self.0 as HWND, RUNG, 0, 0) };
    }
}

/// Hands the messages of this thread to its window, and what that hears to `listener`, for ever.
pub(super) fn run(listener: impl FnMut(Heard) -> Answer + 'static) {
    LISTENER.set(Some(Box::new(listener)));
    let mut message = MSG::default();
    // SAFETY: `message` is writable, and no window handle restricts whose messages it gets.
    while unsafe { GetMessageW(&raw mut message, null_mut(), 0, 0) } > 0 {
        // SAFETY: the message is one that Windows has just filled in.
        unsafe { DispatchMessageW(&raw const message) };
    }
}

unsafe extern "system" fn hear(window: HWND, code: u32, wide: WPARAM, long: LPARAM) -> LRESULT {
    let heard = match code {
        RUNG => Heard::Rung,
        code => Heard::Message(Message { code, wide, long }),
    };
    match tell(heard) {
        Answer::Taken => 1,
        Answer::MayEnd(may) => may.into(),
        // SAFETY: the message as it came.
        Answer::AsUsual => unsafe { DefWindowProcW(window, code, wide, long) },
    }
}

/// While the window is being made nobody listens, and a call of our own may be answered with a
/// message before it returns: neither is told anything that matters.
fn tell(heard: Heard) -> Answer {
    LISTENER.with(|listener| match listener.try_borrow_mut() {
        Ok(mut listener) => (listener.as_mut()).map_or(Answer::AsUsual, |listener| listener(heard)),
        Err(_) => Answer::AsUsual,
    })
}
