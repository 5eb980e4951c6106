//! What the journey under wine does and sees from within that Windows. Never shipped.
//!
//! `probe press Ctrl+Alt+P` presses keys as a keyboard does; `probe view` prints the newest view;
//! `probe tell suspend` tells windows what Windows would; `probe stop indicator` has a thread hang.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(windows)]
    {
        on_windows::main()
    }
    #[cfg(not(windows))]
    {
        ExitCode::FAILURE
    }
}

#[cfg(windows)]
mod on_windows {
    use std::io::Write;
    use std::process::ExitCode;
    use std::time::Duration;

    use anyhow::{Context, Result, bail, ensure};
    use controller::channel::{Ask, Client, Reply};
    use controller::paths::Paths;
    use windows_sys::Win32::Foundation::HWND;
    use windows_sys::Win32::System::Threading::{OpenThread, SuspendThread, THREAD_SUSPEND_RESUME};
    use windows_sys::Win32::UI::Input::KeyboardAndMouse::{
        INPUT, INPUT_0, INPUT_KEYBOARD, KEYBD_EVENT_FLAGS, KEYBDINPUT, KEYEVENTF_KEYUP, SendInput,
        VIRTUAL_KEY, VK_CONTROL, VK_MENU, VK_RETURN, VK_SHIFT,
    };
    use windows_sys::Win32::UI::WindowsAndMessaging::{
        FindWindowW, GetWindowThreadProcessId, HWND_BROADCAST, PBT_APMRESUMEAUTOMATIC,
        PBT_APMRESUMESUSPEND, PBT_APMSUSPEND, PostMessageW, WM_POWERBROADCAST,
        WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, WTS_SESSION_UNLOCK,
    };
    use windows_sys::core::{PCWSTR, w};

    pub(super) fn main() -> ExitCode {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let done = match &arguments[..] {
            [command, chord] if command == "press" => press(chord),
            [command] if command == "view" => view(),
            [command, what] if command == "tell" => tell(what),
            [command, thread] if command == "stop" => stop(thread),
            _ => Err(anyhow::anyhow!(
                "probe press CHORD, probe view, probe tell WHAT, or probe stop THREAD"
            )),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _nobody_reads = writeln!(std::io::stderr(), "{error:#}");
                ExitCode::FAILURE
            }
        }
    }

    #[tokio::main(flavor = "current_thread")]
    async fn view() -> Result<()> {
        let mut client = Client::connect(&Paths::find()?, Duration::ZERO).await?;
        client.ask(&Ask::Status).await?;
        let reply = client.next().await?;
        let Reply::View { view } = reply else {
            bail!("{reply:?} and not a view")
        };
        let view = serde_json::to_string(&view)?;
        writeln!(std::io::stdout(), "{view}")?;
        Ok(())
    }

    fn tell(what: &str) -> Result<()> {
        match what {
            // To all windows, as Windows does: one that is for messages only would not hear it.
            "suspend" => post(HWND_BROADCAST, WM_POWERBROADCAST, PBT_APMSUSPEND),
            "resume" => {
                post(HWND_BROADCAST, WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC)?;
                post(HWND_BROADCAST, WM_POWERBROADCAST, PBT_APMRESUMESUSPEND)
            }
            "lock" => post(listener()?, WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK),
            "unlock" => post(listener()?, WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK),
            _ => bail!("Windows does not tell {what:?}"),
        }
    }

    /// The window that has asked for what is told to those only who ask.
    fn listener() -> Result<HWND> {
        window(w!("FermataSeat"))
    }

    /// The only window of this class.
    #[expect(unsafe_code, reason = "only the system knows its windows")]
    fn window(class: PCWSTR) -> Result<HWND> {
        // SAFETY: the callers' texts end in zero, and no title is asked for.
        let window = unsafe { FindWindowW(class, std::ptr::null()) };
        ensure!(!window.is_null(), "there is no such window");
        Ok(window)
    }

    /// Has a thread of Fermata do nothing any longer.
    #[expect(unsafe_code, reason = "threads are stopped by the system only")]
    fn stop(thread: &str) -> Result<()> {
        let window = match thread {
            "indicator" => window(w!("FermataIndicator"))?,
            // What the tray is told comes to a window of that thread.
            "main" => window(w!("tray_icon_app"))?,
            _ => bail!("there is no thread {thread:?}"),
        };
        // SAFETY: no process is asked for, and a window that is gone has no thread.
        let number = unsafe { GetWindowThreadProcessId(window, std::ptr::null_mut()) };
        // SAFETY: it takes numbers and touches no memory; the handle is left to this process' end.
        let before = unsafe { SuspendThread(OpenThread(THREAD_SUSPEND_RESUME, 0, number)) };
        ensure!(before == 0, "{}", std::io::Error::last_os_error());
        Ok(())
    }

    #[expect(unsafe_code, reason = "windows are told through the system only")]
    fn post(window: HWND, code: u32, what: u32) -> Result<()> {
        // SAFETY: it carries no pointers.
        let posted = unsafe { PostMessageW(window, code, what as usize, 0) };
        ensure!(posted != 0, "{}", std::io::Error::last_os_error());
        Ok(())
    }

    fn press(chord: &str) -> Result<()> {
        let keys: Vec<VIRTUAL_KEY> = chord.split('+').map(key).collect::<Result<_>>()?;
        let down = keys.iter().map(|key| event(*key, 0));
        let up = keys.iter().rev().map(|key| event(*key, KEYEVENTF_KEYUP));
        let events: Vec<INPUT> = down.chain(up).collect();
        let sent = send(&events)?;
        ensure!(sent == events.len(), "the keyboard is blocked");
        Ok(())
    }

    fn key(name: &str) -> Result<VIRTUAL_KEY> {
        match name {
            "Ctrl" => Ok(VK_CONTROL),
            "Alt" => Ok(VK_MENU),
            "Shift" => Ok(VK_SHIFT),
            "Enter" => Ok(VK_RETURN),
            // A letter's key has the letter's number (documented: Virtual-Key Codes).
            letter => match letter.as_bytes() {
                [letter @ b'A'..=b'Z'] => Ok(u16::from(*letter)),
                _ => bail!("there is no key {letter:?}"),
            },
        }
    }

    fn event(key: VIRTUAL_KEY, flags: KEYBD_EVENT_FLAGS) -> INPUT {
        let ki = KEYBDINPUT {
            wVk: key,
            wScan: 0,
            dwFlags: flags,
            time: 0,
            dwExtraInfo: 0,
        };
        INPUT {
            r#type: INPUT_KEYBOARD,
            Anonymous: INPUT_0 { ki },
        }
    }

    #[expect(
        unsafe_code,
        reason = "keys are pressed by the system's own function only"
    )]
    fn send(events: &[INPUT]) -> Result<usize> {
        let count = u32::try_from(events.len())?;
        let size = i32::try_from(size_of::<INPUT>())?;
        // SAFETY: as many events as are said are there, each of the size that is said.
        let sent = unsafe { SendInput(count, events.as_ptr(), size) };
        usize::try_from(sent).context("a number of events fits")
    }
}
