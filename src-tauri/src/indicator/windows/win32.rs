//! What the indicator needs of Windows itself: a window and its messages. The rest of the
//! presenter does without unsafe code.
#![expect(unsafe_code, reason = "Windows is called through C functions")]

mod pixels;
mod surroundings;

use std::cell::RefCell;
use std::io;
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::task::Wake;

use indicator::Rectangle;
use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, RECT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::SystemServices::MK_LBUTTON;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DispatchMessageW, GetMessageW, GetWindowRect, HWND_TOPMOST,
    IDC_ARROW, KillTimer, LoadCursorW, MA_NOACTIVATE, MSG, PostMessageW, PostQuitMessage,
    RegisterClassW, RegisterWindowMessageW, SW_HIDE, SWP_NOACTIVATE, SWP_NOMOVE, SWP_NOSIZE,
    SWP_NOZORDER, SWP_SHOWWINDOW, SetTimer, SetWindowPos, SetWindowTextW, ShowWindow, WM_APP,
    WM_DISPLAYCHANGE, WM_DPICHANGED, WM_LBUTTONDOWN, WM_LBUTTONUP, WM_MOUSEACTIVATE, WM_MOUSEMOVE,
    WM_SETTINGCHANGE, WM_TIMER, WNDCLASSW, WS_EX_LAYERED, WS_EX_NOACTIVATE, WS_EX_TOOLWINDOW,
    WS_EX_TOPMOST, WS_EX_TRANSPARENT, WS_POPUP,
};
use windows_sys::core::{PCWSTR, w};

use crate::indicator::bar::{Message, NOWHERE};
use crate::indicator::listener::tell;
use crate::os::wide;

pub(super) use surroundings::{
    count_in_pixels, dots_per_inch, is_animated, is_high_contrast, monitors, pointer, setting,
};

/// The name of the class of the indicator's windows.
const CLASS: PCWSTR = w!("FermataIndicator");
/// The bell was rung.
const RUNG: u32 = WM_APP;
/// Monitors, theme, text size or the taskbar are not what they were.
const DESKTOP_CHANGED: u32 = WM_APP + 1;
/// How often a window looks where the pointer is, while it does, in milliseconds.
const LOOK_EVERY_MS: u32 = 10;
/// Its timer.
const LOOK: usize = 1;
/// Hands out the messages of this thread until [`stop`].
pub(super) fn run() {
    let mut message = MSG::default();
    // SAFETY: `message` is writable, and no window handle restricts whose messages it gets.
    while unsafe { GetMessageW(&raw mut message, null_mut(), 0, 0) } > 0 {
        // SAFETY: the message is one that Windows has just filled in.
        unsafe { DispatchMessageW(&raw const message) };
    }
}

/// Ends [`run`] on this thread.
pub(super) fn stop() {
    // SAFETY: it takes a number and touches no memory.
    unsafe { PostQuitMessage(0) };
}

/// What becomes of clicks on a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clicks {
    /// They go to what is beneath, whatever program that belongs to.
    GoThrough,
    /// They are ours where the window is not clear.
    Stay,
}

/// A window that shows pixels and nothing else. It lives as long as its thread.
#[derive(Debug)]
pub(super) struct Window {
    handle: HWND,
    /// Its name, as it was given last.
    name: RefCell<String>,
}

impl Window {
    /// Makes one, which is hidden.
    ///
    /// # Errors
    /// Windows has no room for it.
    pub(super) fn new(name: &str, clicks: Clicks) -> io::Result<Self> {
        // SAFETY: no name asks for the program's own module, which is never unloaded.
        let module = unsafe { GetModuleHandleW(null()) };
        let class = WNDCLASSW {
            lpfnWndProc: Some(hear),
            hInstance: module,
            lpszClassName: CLASS,
            // SAFETY: a cursor of the system, which is never unloaded.
            hCursor: unsafe { LoadCursorW(null_mut(), IDC_ARROW) },
            ..WNDCLASSW::default()
        };
        // The second window finds the class there already; without one no window is made below.
        // SAFETY: the class, its name and its function outlive the call.
        unsafe { RegisterClassW(&raw const class) };
        let kind = WS_EX_LAYERED | WS_EX_TOPMOST | WS_EX_NOACTIVATE | WS_EX_TOOLWINDOW;
        let kind = match clicks {
            Clicks::GoThrough => kind | WS_EX_TRANSPARENT,
            Clicks::Stay => kind,
        };
        let title = wide(name);
        // SAFETY: the class name and the title end in zero and outlive the call.
        let handle = unsafe {
            CreateWindowExW(
                kind,
                CLASS,
                title.as_ptr(),
                WS_POPUP,
                0,
                0,
                1,
                1,
                null_mut(),
                null_mut(),
                module,
                null(),
            )
        };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        Ok(Self {
            handle,
            name: RefCell::new(name.to_owned()),
        })
    }

    /// What brings [`Message::Rung`] from any thread.
    pub(super) fn bell(&self) -> Bell {
        Bell(self.handle as isize)
    }

    /// Shows pixels (blue first, premultiplied) at a corner. A hidden window stays hidden.
    ///
    /// # Errors
    /// Windows has no room for them.
    pub(super) fn paint(
        &self,
        corner: (i32, i32),
        size: (i32, i32),
        pixels: &[u8],
    ) -> io::Result<()> {
        pixels::paint(self.handle, corner, size, pixels)
    }

    /// Leaves nothing of it but these places: neither pixels nor clicks.
    pub(super) fn cut_to(&self, places: impl Iterator<Item = Rectangle>) {
        pixels::cut(self.handle, places);
    }

    /// Has screen readers call it by this name.
    pub(super) fn name(&self, name: &str) {
        if *self.name.borrow() == name {
            return;
        }
        let title = wide(name);
        // SAFETY: the title ends in zero and outlives the call.
        if unsafe { SetWindowTextW(self.handle, title.as_ptr()) } != 0 {
            name.clone_into(&mut self.name.borrow_mut());
        }
    }

    /// Shows it above all other windows, without giving it the focus.
    pub(super) fn show_above_all(&self) {
        self.place(HWND_TOPMOST, None, SWP_NOMOVE | SWP_NOSIZE | SWP_SHOWWINDOW);
    }

    /// Shows it next beneath another one, without giving it the focus.
    pub(super) fn show_beneath(&self, other: &Self) {
        self.place(other.handle, None, SWP_NOMOVE | SWP_NOSIZE | SWP_SHOWWINDOW);
    }

    /// Puts its upper left corner somewhere.
    pub(super) fn stand_at(&self, corner: (i32, i32)) {
        self.place(null_mut(), Some(corner), SWP_NOSIZE | SWP_NOZORDER);
    }

    fn place(&self, beneath: HWND, corner: Option<(i32, i32)>, flags: u32) {
        let (x, y) = corner.unwrap_or_default();
        // SAFETY: our own window, of this thread. That it fails leaves it where it was.
        unsafe { SetWindowPos(self.handle, beneath, x, y, 0, 0, flags | SWP_NOACTIVATE) };
    }

    /// Takes it off the screen.
    pub(super) fn hide(&self) {
        // SAFETY: our own window, of this thread.
        unsafe { ShowWindow(self.handle, SW_HIDE) };
    }

    /// Its upper left corner.
    pub(super) fn corner(&self) -> (i32, i32) {
        let mut area = RECT::default();
        // SAFETY: our own window, and a writable rectangle.
        unsafe { GetWindowRect(self.handle, &raw mut area) };
        (area.left, area.top)
    }

    /// Has it told to look where the pointer is, again and again.
    ///
    /// A window that has not got the focus is told of the pointer only while that is above it
    /// (documented: `SetCapture`), and a quick hand is soon beside it.
    pub(super) fn begin_to_look(&self) {
        // SAFETY: our own window, of this thread; no function is to be called.
        unsafe { SetTimer(self.handle, LOOK, LOOK_EVERY_MS, None) };
    }

    /// Ends that.
    pub(super) fn look_no_more(&self) {
        // SAFETY: our own window, of this thread.
        unsafe { KillTimer(self.handle, LOOK) };
    }
}

/// Wakes the thread of a window.
///
/// It keeps the window's number: a handle may be named by any thread, and a window that is gone
/// is not woken.
#[derive(Debug)]
pub(super) struct Bell(isize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        // SAFETY: messages may be posted from any thread, and to windows that are gone.
        unsafe { PostMessageW(self.0 as HWND, RUNG, 0, 0) };
    }
}

/// Takes a message from Windows and passes on what matters.
unsafe extern "system" fn hear(window: HWND, code: u32, wide: WPARAM, long: LPARAM) -> LRESULT {
    let at = point(long as u32);
    match code {
        RUNG => tell(Message::Rung),
        DESKTOP_CHANGED => tell(Message::DesktopChanged),
        WM_LBUTTONDOWN => tell(Message::Pressed(at)),
        WM_LBUTTONUP => tell(Message::Released(at)),
        // The button went up elsewhere, and nobody told us.
        WM_MOUSEMOVE if wide & MK_LBUTTON as usize == 0 => tell(Message::Released(NOWHERE)),
        WM_TIMER if wide == LOOK => tell(Message::Look),
        // A click must not take the focus from the program that the agent works with.
        WM_MOUSEACTIVATE => return MA_NOACTIVATE as LRESULT,
        // Later, when Windows is done with the change: some of these come from within our calls.
        WM_DISPLAYCHANGE | WM_DPICHANGED | WM_SETTINGCHANGE => post_change(window),
        code if code == taskbar_created() => post_change(window),
        // SAFETY: the message as it came.
        _ => return unsafe { DefWindowProcW(window, code, wide, long) },
    }
    0
}

fn post_change(window: HWND) {
    // SAFETY: it carries no pointers.
    unsafe { PostMessageW(window, DESKTOP_CHANGED, 0, 0) };
}

/// The message that says that Explorer has started anew; its taskbar is above everything then.
fn taskbar_created() -> u32 {
    thread_local! {
        // SAFETY: the name ends in zero.
        static CODE: u32 = unsafe { RegisterWindowMessageW(w!("TaskbarCreated")) };
    }
    CODE.with(|code| *code)
}

/// The two signed halves of a number.
const fn point(packed: u32) -> (i32, i32) {
    (
        packed as u16 as i16 as i32,
        (packed >> 16) as u16 as i16 as i32,
    )
}
