//! Monitors and settings, as Windows states them.

use std::ffi::c_void;

use windows_sys::Win32::Foundation::{LPARAM, POINT, RECT, TRUE};
use windows_sys::Win32::Graphics::Gdi::{
    EnumDisplayMonitors, GetMonitorInfoW, HDC, HMONITOR, MONITOR_DEFAULTTONEAREST, MONITORINFO,
    MonitorFromPoint,
};
use windows_sys::Win32::System::Registry::{HKEY_CURRENT_USER, RRF_RT_REG_DWORD, RegGetValueW};
use windows_sys::Win32::UI::Accessibility::{HCF_HIGHCONTRASTON, HIGHCONTRASTW};
use windows_sys::Win32::UI::HiDpi::{
    DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2, GetDpiForMonitor, MDT_EFFECTIVE_DPI,
    SetThreadDpiAwarenessContext,
};
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{GetAsyncKeyState, VK_LBUTTON, VK_RBUTTON};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    GetCursorPos, GetSystemMetrics, MONITORINFOF_PRIMARY, SM_SWAPBUTTON,
    SPI_GETCLIENTAREAANIMATION, SPI_GETHIGHCONTRAST, SystemParametersInfoW,
};
use windows_sys::core::BOOL;

use crate::indicator::place::Monitor;
use crate::os::wide;

/// Has all that this thread asks and says count in pixels, on each monitor as it is.
pub(in super::super) fn count_in_pixels() {
    // SAFETY: it concerns this thread only, which has no window yet.
    unsafe { SetThreadDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2) };
}

/// Every monitor there is.
pub(in super::super) fn monitors() -> Vec<Monitor> {
    let mut monitors: Vec<Monitor> = Vec::new();
    let collected = &raw mut monitors as LPARAM;
    // SAFETY: `collect` gets the address of `monitors`, which outlives the call and which
    // nobody else uses meanwhile.
    unsafe {
        EnumDisplayMonitors(
            std::ptr::null_mut(),
            std::ptr::null(),
            Some(collect),
            collected,
        )
    };
    monitors
}

unsafe extern "system" fn collect(
    monitor: HMONITOR,
    _: HDC,
    _: *mut RECT,
    collected: LPARAM,
) -> BOOL {
    let mut info = MONITORINFO {
        cbSize: size_of::<MONITORINFO>() as u32,
        ..MONITORINFO::default()
    };
    // SAFETY: the monitor is the one we are told of, and `info` is writable and says its size.
    if unsafe { GetMonitorInfoW(monitor, &raw mut info) } != 0 {
        let whole = info.rcMonitor;
        // SAFETY: `monitors` gave us the address of its list and waits for us.
        let monitors = unsafe { &mut *(collected as *mut Vec<Monitor>) };
        monitors.push(Monitor {
            x: whole.left,
            y: whole.top,
            width: whole.right - whole.left,
            height: whole.bottom - whole.top,
            free_from: info.rcWork.top,
            primary: info.dwFlags & MONITORINFOF_PRIMARY != 0,
        });
    }
    TRUE
}

/// Where on the desktop the pointer is while its first button is down.
pub(in super::super) fn pointer() -> Option<(i32, i32)> {
    let mut at = POINT::default();
    // SAFETY: `at` is writable; the others take numbers.
    unsafe {
        // What is asked for is the key on the mouse, whichever of them is the first one.
        let first = match GetSystemMetrics(SM_SWAPBUTTON) {
            0 => VK_LBUTTON,
            _ => VK_RBUTTON,
        };
        let is_down = GetAsyncKeyState(first.into()) < 0;
        (is_down && GetCursorPos(&raw mut at) != 0).then_some((at.x, at.y))
    }
}

/// How many pixels an inch has on the monitor at a point; 96 is the usual number.
pub(in super::super) fn dots_per_inch((x, y): (i32, i32)) -> u32 {
    let (mut across, mut down) = (96, 96);
    // SAFETY: both numbers are writable; a failure leaves them as they are.
    unsafe {
        let monitor = MonitorFromPoint(POINT { x, y }, MONITOR_DEFAULTTONEAREST);
        GetDpiForMonitor(monitor, MDT_EFFECTIVE_DPI, &raw mut across, &raw mut down);
    }
    across
}

/// Whether a contrast theme is on.
pub(in super::super) fn is_high_contrast() -> bool {
    let mut contrast = HIGHCONTRASTW {
        cbSize: size_of::<HIGHCONTRASTW>() as u32,
        ..HIGHCONTRASTW::default()
    };
    let known = ask(
        SPI_GETHIGHCONTRAST,
        contrast.cbSize,
        (&raw mut contrast).cast(),
    );
    known && contrast.dwFlags & HCF_HIGHCONTRASTON != 0
}

/// Whether things may move on the screen; they may unless the agent has turned that off.
pub(in super::super) fn is_animated() -> bool {
    let mut animated: BOOL = TRUE;
    let known = ask(SPI_GETCLIENTAREAANIMATION, 0, (&raw mut animated).cast());
    !known || animated != 0
}

/// Asks for one parameter of the desktop. `answer` is of the type that this parameter has.
fn ask(parameter: u32, size: u32, answer: *mut c_void) -> bool {
    // SAFETY: both callers hand over a writable value of the type that Windows documents.
    unsafe { SystemParametersInfoW(parameter, size, answer, 0) != 0 }
}

/// A number of this user's registry.
pub(in super::super) fn setting(key: &str, name: &str) -> Option<u32> {
    let (key, name) = (wide(key), wide(name));
    let mut value = 0_u32;
    let mut size = size_of::<u32>() as u32;
    // SAFETY: both names end in zero, and there is room for as many bytes as `size` says.
    let outcome = unsafe {
        RegGetValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_REG_DWORD,
            std::ptr::null_mut(),
            (&raw mut value).cast(),
            &raw mut size,
        )
    };
    (outcome == 0).then_some(value)
}
