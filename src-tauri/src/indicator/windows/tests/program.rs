//! Another program's window, and what a person with a mouse does.
#![expect(unsafe_code, reason = "Windows is called through C functions")]

use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::Graphics::Gdi::{
    BI_RGB, BITMAPINFO, BITMAPINFOHEADER, BitBlt, COLOR_WINDOW, CreateCompatibleBitmap,
    CreateCompatibleDC, DIB_RGB_COLORS, DeleteDC, DeleteObject, GetDC, GetDIBits, GetSysColorBrush,
    ReleaseDC, SRCCOPY, SelectObject,
};
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{
    INPUT, INPUT_0, INPUT_MOUSE, MOUSEEVENTF_LEFTDOWN, MOUSEEVENTF_LEFTUP, MOUSEINPUT, SendInput,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DispatchMessageW, GetForegroundWindow, GetMessageW, HWND_TOP,
    MSG, PostMessageW, PostQuitMessage, RegisterClassW, SWP_NOMOVE, SWP_NOSIZE, SetCursorPos,
    SetForegroundWindow, SetWindowPos, WM_CLOSE, WM_DESTROY, WM_LBUTTONDOWN, WNDCLASSW, WS_POPUP,
    WS_VISIBLE,
};
use windows_sys::core::w;

/// How many times the window was pressed since it was made.
static PRESSES: AtomicU32 = AtomicU32::new(0);

/// The window of another program, as far as Windows can tell: its thread is not ours.
pub(super) struct Program {
    window: isize,
}

impl Program {
    /// Opens it over most of the desktop, and gives it the focus.
    pub(super) fn in_front() -> Self {
        PRESSES.store(0, Ordering::SeqCst);
        let (made, window) = sync_channel(1);
        thread::spawn(move || {
            let class = WNDCLASSW {
                lpfnWndProc: Some(hear),
                lpszClassName: w!("FermataTestProgram"),
                // SAFETY: a brush of the system, which is never unloaded.
                hbrBackground: unsafe { GetSysColorBrush(COLOR_WINDOW) },
                ..WNDCLASSW::default()
            };
            // SAFETY: names end in zero; the message loop gets a writable message.
            unsafe {
                RegisterClassW(&raw const class);
                let window = CreateWindowExW(
                    0,
                    class.lpszClassName,
                    w!("Program beneath"),
                    WS_POPUP | WS_VISIBLE,
                    0,
                    0,
                    1000,
                    700,
                    null_mut(),
                    null_mut(),
                    null_mut(),
                    null(),
                );
                SetForegroundWindow(window);
                made.send(window as isize).expect("the test waits");
                let mut message = MSG::default();
                while GetMessageW(&raw mut message, null_mut(), 0, 0) > 0 {
                    DispatchMessageW(&raw const message);
                }
            }
        });
        let program = Self {
            window: window.recv().expect("it is made"),
        };
        wait_until("the program is in front", || program.is_in_front());
        program
    }

    /// Whether it has the focus.
    pub(super) fn is_in_front(&self) -> bool {
        // SAFETY: it takes nothing.
        unsafe { GetForegroundWindow() as isize == self.window }
    }

    /// Comes above all windows that are not kept above others.
    pub(super) fn raise(&self) {
        let (window, keep) = (self.window as HWND, SWP_NOMOVE | SWP_NOSIZE);
        // SAFETY: a window may be placed from another thread.
        unsafe { SetWindowPos(window, HWND_TOP, 0, 0, 0, 0, keep) };
    }

    /// How many times it was pressed.
    pub(super) fn presses(&self) -> u32 {
        PRESSES.load(Ordering::SeqCst)
    }

    /// Waits until it was pressed so many times.
    pub(super) fn wait_for_presses(&self, number: u32) {
        wait_until("the press beneath", || self.presses() == number);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // SAFETY: messages may be posted from any thread.
        unsafe { PostMessageW(self.window as HWND, WM_CLOSE, 0, 0) };
    }
}

unsafe extern "system" fn hear(window: HWND, code: u32, wide: WPARAM, long: LPARAM) -> LRESULT {
    match code {
        WM_LBUTTONDOWN => {
            PRESSES.fetch_add(1, Ordering::SeqCst);
            0
        }
        WM_DESTROY => {
            // SAFETY: it takes a number.
            unsafe { PostQuitMessage(0) };
            0
        }
        // SAFETY: the message as it came.
        _ => unsafe { DefWindowProcW(window, code, wide, long) },
    }
}

/// Waits until something is so.
///
/// # Panics
/// It does not come to be.
pub(super) fn wait_until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..500 {
        if so() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("waited in vain: {what}");
}

/// Clicks at a point of the desktop.
pub(super) fn click(at: (i32, i32)) {
    point_at(at);
    press(MOUSEEVENTF_LEFTDOWN);
    press(MOUSEEVENTF_LEFTUP);
}

/// Presses at one point, moves to another one and lets go.
pub(super) fn drag(from: (i32, i32), to: (i32, i32)) {
    point_at(from);
    press(MOUSEEVENTF_LEFTDOWN);
    point_at(((from.0 + to.0) / 2, (from.1 + to.1) / 2));
    point_at(to);
    press(MOUSEEVENTF_LEFTUP);
}

fn point_at((x, y): (i32, i32)) {
    // SAFETY: it takes numbers.
    unsafe { SetCursorPos(x, y) };
    thread::sleep(Duration::from_millis(50));
}

fn press(flags: u32) {
    let input = INPUT {
        r#type: INPUT_MOUSE,
        Anonymous: INPUT_0 {
            mi: MOUSEINPUT {
                dwFlags: flags,
                ..MOUSEINPUT::default()
            },
        },
    };
    // SAFETY: one input of the size that is said.
    unsafe { SendInput(1, &raw const input, size_of::<INPUT>() as i32) };
    thread::sleep(Duration::from_millis(50));
}

/// What is on the screen, blue first, row by row from the top.
pub(super) fn pixels((x, y): (i32, i32), (width, height): (u32, u32)) -> Vec<u8> {
    let (across, down) = (width.cast_signed(), height.cast_signed());
    let mut pixels = vec![0; (width * height * 4) as usize];
    let mut info = BITMAPINFO {
        bmiHeader: BITMAPINFOHEADER {
            biSize: size_of::<BITMAPINFOHEADER>() as u32,
            biWidth: across,
            biHeight: -down,
            biPlanes: 1,
            biBitCount: 32,
            biCompression: BI_RGB,
            ..BITMAPINFOHEADER::default()
        },
        ..BITMAPINFO::default()
    };
    // SAFETY: every handle is made here and let go here, and `pixels` has room for all of them.
    unsafe {
        let screen = GetDC(null_mut());
        let context = CreateCompatibleDC(screen);
        let bitmap = CreateCompatibleBitmap(screen, across, down);
        let first = SelectObject(context, bitmap);
        assert!(BitBlt(context, 0, 0, across, down, screen, x, y, SRCCOPY) != 0);
        SelectObject(context, first);
        let lines = GetDIBits(
            context,
            bitmap,
            0,
            height,
            pixels.as_mut_ptr().cast(),
            &raw mut info,
            DIB_RGB_COLORS,
        );
        assert_eq!(lines, down);
        DeleteObject(bitmap);
        DeleteDC(context);
        ReleaseDC(null_mut(), screen);
    }
    pixels
}
