//! Pixels on a layered window.

use std::ffi::c_void;
use std::io;
use std::ptr::null_mut;

use indicator::Rectangle;
use windows_sys::Win32::Foundation::{FALSE, HWND, POINT, SIZE};
use windows_sys::Win32::Graphics::Gdi::{
    AC_SRC_ALPHA, AC_SRC_OVER, BI_RGB, BITMAPINFO, BITMAPINFOHEADER, BLENDFUNCTION, CombineRgn,
    CreateCompatibleDC, CreateDIBSection, CreateRectRgn, DIB_RGB_COLORS, DeleteDC, DeleteObject,
    HBITMAP, HDC, HGDIOBJ, RGN_OR, SelectObject, SetWindowRgn,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{ULW_ALPHA, UpdateLayeredWindow};

/// Shows pixels at a corner of the desktop.
pub(super) fn paint(
    window: HWND,
    (x, y): (i32, i32),
    (width, height): (i32, i32),
    pixels: &[u8],
) -> io::Result<()> {
    let canvas = Canvas::new(width, height, pixels)?;
    let (corner, origin) = (POINT { x, y }, POINT { x: 0, y: 0 });
    let size = SIZE {
        cx: width,
        cy: height,
    };
    let as_they_are = BLENDFUNCTION {
        BlendOp: AC_SRC_OVER as u8,
        BlendFlags: 0,
        SourceConstantAlpha: u8::MAX,
        AlphaFormat: AC_SRC_ALPHA as u8,
    };
    // SAFETY: our own layered window, a canvas of this size, and values that outlive the call.
    let done = unsafe {
        UpdateLayeredWindow(
            window,
            null_mut(),
            &raw const corner,
            &raw const size,
            canvas.context,
            &raw const origin,
            0,
            &raw const as_they_are,
            ULW_ALPHA,
        )
    };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Leaves nothing of a window but these places.
pub(super) fn cut(window: HWND, places: impl Iterator<Item = Rectangle>) {
    // SAFETY: every region is made here; the last one belongs to the window once it has it, and
    // what was added to it is let go.
    unsafe {
        let all = CreateRectRgn(0, 0, 0, 0);
        for place in places {
            let (left, top) = (place.x.cast_signed(), place.y.cast_signed());
            let (right, bottom) = (
                left + place.width.cast_signed(),
                top + place.height.cast_signed(),
            );
            let one = CreateRectRgn(left, top, right, bottom);
            CombineRgn(all, all, one, RGN_OR);
            DeleteObject(one);
        }
        if SetWindowRgn(window, all, FALSE) == 0 {
            DeleteObject(all);
        }
    }
}

/// Pixels where Windows can take them from.
struct Canvas {
    context: HDC,
    bitmap: HBITMAP,
    /// What the context began with, and has to end with.
    first: HGDIOBJ,
}

impl Canvas {
    fn new(width: i32, height: i32, pixels: &[u8]) -> io::Result<Self> {
        let header = BITMAPINFOHEADER {
            biSize: size_of::<BITMAPINFOHEADER>() as u32,
            biWidth: width,
            // Row by row from the top.
            biHeight: -height,
            biPlanes: 1,
            biBitCount: 32,
            biCompression: BI_RGB,
            ..BITMAPINFOHEADER::default()
        };
        let info = BITMAPINFO {
            bmiHeader: header,
            ..BITMAPINFO::default()
        };
        // SAFETY: no context asks for one that fits the screen.
        let context = unsafe { CreateCompatibleDC(null_mut()) };
        if context.is_null() {
            return Err(io::Error::last_os_error());
        }
        let mut memory: *mut c_void = null_mut();
        // SAFETY: `info` outlives the call and `memory` is writable.
        let bitmap = unsafe {
            CreateDIBSection(
                context,
                &raw const info,
                DIB_RGB_COLORS,
                &raw mut memory,
                null_mut(),
                0,
            )
        };
        if bitmap.is_null() || memory.is_null() {
            let error = io::Error::last_os_error();
            // SAFETY: the context is ours and nothing of ours is in it.
            unsafe { DeleteDC(context) };
            return Err(error);
        }
        let room = width.unsigned_abs() as usize * height.unsigned_abs() as usize * 4;
        // SAFETY: Windows has made room for four bytes a pixel, which nobody else knows of yet.
        unsafe { std::slice::from_raw_parts_mut(memory.cast::<u8>(), room) }
            .copy_from_slice(pixels);
        Ok(Self {
            context,
            bitmap,
            // SAFETY: both are ours.
            first: unsafe { SelectObject(context, bitmap) },
        })
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        // SAFETY: all three are ours, and nobody uses them any more.
        unsafe {
            SelectObject(self.context, self.first);
            DeleteObject(self.bitmap);
            DeleteDC(self.context);
        }
    }
}
