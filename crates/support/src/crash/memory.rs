//! Memory that holds a secret is nobody else's to read: not as a core dump, not by a debugger.

use std::io;

/// Has the system write no core dump of this process and, on Linux, let no other process of the
/// same user look into its memory and its environment.
///
/// It is to be called before a secret is read. That it fails must not keep anybody from pausing,
/// so it is the caller's to say.
///
/// # Errors
/// The system refuses.
#[cfg(unix)]
pub fn close_memory() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // For this process it is what follows that counts: where core dumps are handed to a program,
    // a limit of nothing does not stop them (documented: core(5)). The limit goes on to the
    // processes that draw the page, which are Fermata's, too.
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    }
    Ok(())
}

/// Has Windows Error Reporting take nothing of this process's heap along, and show no dialog that
/// would keep a crashed program in memory.
///
/// The report is left out by flags and not by the list of excluded programs: that list is kept in
/// the user's registry, and would stay there after Fermata has gone.
///
/// # Errors
/// The system refuses.
#[cfg(windows)]
#[expect(unsafe_code, reason = "only the system knows how it reports crashes")]
pub fn close_memory() -> io::Result<()> {
    use windows_sys::Win32::System::Diagnostics::Debug::{
        SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode,
    };
    use windows_sys::Win32::System::ErrorReporting::{
        WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags,
    };
    // SAFETY: it takes a number and answers with one.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
    // SAFETY: it takes a number and answers with one.
    let result = unsafe { WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP) };
    if result < 0 {
        return Err(io::Error::from_raw_os_error(result));
    }
    Ok(())
}
