//! What Windows tells of the network.
#![expect(unsafe_code, reason = "Windows is called through C functions")]

use std::ffi::c_void;
use std::io;
use std::ptr::{from_ref, null_mut};
use std::sync::{Mutex, PoisonError};

use controller::Handle;
use controller::view::Request;
use windows_sys::Win32::Foundation::{HANDLE, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::PNETWORK_CONNECTIVITY_HINT_CHANGE_CALLBACK;
use windows_sys::Win32::Networking::WinSock::{
    NL_NETWORK_CONNECTIVITY_HINT, NetworkConnectivityLevelHintNone,
};
use windows_sys::Win32::System::LibraryLoader::{
    GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW,
};
use windows_sys::core::{s, w};

use crate::seat::changes::Network;

/// Windows' `NotifyNetworkConnectivityHintChange`.
type Notify = unsafe extern "system" fn(
    callback: PNETWORK_CONNECTIVITY_HINT_CHANGE_CALLBACK,
    context: *const c_void,
    at_once: bool,
    watch: *mut HANDLE,
) -> u32;

/// Who is told.
struct Listener {
    handle: Handle,
    network: Mutex<Network>,
}

/// Has the engine told of the network for as long as the program runs.
///
/// # Errors
/// Windows does not tell: it is older than version 2004 of Windows 10.
pub(super) fn watch(handle: Handle) -> io::Result<()> {
    let notify = notify()?;
    // Windows may call at any moment from now on, so it is never taken away.
    let listener: &'static Listener = Box::leak(Box::new(Listener {
        handle,
        network: Mutex::new(Network::there()),
    }));
    let mut watch = null_mut();
    // SAFETY: the function is the one of this name; what it calls and hands on is there for ever,
    // and there is room for a handle.
    let outcome = unsafe { notify(Some(hear), from_ref(listener).cast(), false, &raw mut watch) };
    match outcome {
        NO_ERROR => Ok(()),
        error => Err(io::Error::from_raw_os_error(error.cast_signed())),
    }
}

/// Looked up, because a program that imports it does not start on a Windows without it.
fn notify() -> io::Result<Notify> {
    // SAFETY: the name ends in zero.
    let library =
        unsafe { LoadLibraryExW(w!("iphlpapi.dll"), null_mut(), LOAD_LIBRARY_SEARCH_SYSTEM32) };
    if library.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the library is loaded and stays so, and the name ends in zero.
    let found = unsafe { GetProcAddress(library, s!("NotifyNetworkConnectivityHintChange")) };
    let found = found.ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the function of this name takes and returns what `Notify` says (documented).
    Ok(unsafe { std::mem::transmute::<unsafe extern "system" fn() -> isize, Notify>(found) })
}

unsafe extern "system" fn hear(context: *const c_void, hint: NL_NETWORK_CONNECTIVITY_HINT) {
    // SAFETY: it is the listener that was handed over, which is there for ever and never changed.
    let listener = unsafe { &*context.cast::<Listener>() };
    let mut network = (listener.network.lock()).unwrap_or_else(PoisonError::into_inner);
    // A network that is not known, or without a way to the Internet, may lead to the vendor.
    if let Some(event) = network.is_now(hint.ConnectivityLevel != NetworkConnectivityLevelHintNone)
    {
        listener.handle.send(Request::Desk(event));
    }
}
