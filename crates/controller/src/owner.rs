//! Who a process of Windows belongs to.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Security::{
    GetTokenInformation, TOKEN_INFORMATION_CLASS, TOKEN_QUERY, TokenSessionId, TokenUser,
};
use windows_sys::Win32::System::Threading::{
    OpenProcess, OpenProcessToken, PROCESS_QUERY_LIMITED_INFORMATION,
};

/// A user at one of the desktops of a computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The user's security identifier, such as `S-1-5-21-1-2-3-1001`.
    pub(crate) user: String,
    /// The number of the session: one at the screen, one for each remote desktop.
    pub(crate) session: u32,
}

impl Owner {
    /// Whom this process belongs to.
    ///
    /// # Errors
    /// The system does not say.
    pub(crate) fn of_us() -> io::Result<Self> {
        Self::of_process(std::process::id())
    }

    /// Whom the process of this number belongs to.
    ///
    /// # Errors
    /// There is no such process, or it belongs to somebody whom we may not ask about.
    pub(crate) fn of_process(number: u32) -> io::Result<Self> {
        let token = token(number)?;
        let session = information(&token, TokenSessionId)?;
        let user = information(&token, TokenUser)?;
        Ok(Self {
            user: identifier(&user).ok_or(io::ErrorKind::InvalidData)?,
            // The low half of the first word, as the system is little-endian everywhere.
            session: session.words[0] as u32,
        })
    }
}

#[expect(unsafe_code, reason = "only the system knows whose a process is")]
fn token(process: u32) -> io::Result<OwnedHandle> {
    // SAFETY: it takes numbers only.
    let opened = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, process) };
    if opened.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is a handle to a process, and nobody else closes it.
    let process = unsafe { OwnedHandle::from_raw_handle(opened) };
    let mut token = ptr::null_mut();
    // SAFETY: the process is open, and there is room for a handle.
    let done = unsafe { OpenProcessToken(process.as_raw_handle(), TOKEN_QUERY, &raw mut token) };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is a handle to a token, and nobody else closes it.
    Ok(unsafe { OwnedHandle::from_raw_handle(token) })
}

/// What the system says of a token: a structure that may point into itself.
struct Information {
    words: [u64; 16],
    /// Where the structure was when it was written.
    at: usize,
}

#[expect(unsafe_code, reason = "only the system knows what a token holds")]
fn information(token: &OwnedHandle, class: TOKEN_INFORMATION_CLASS) -> io::Result<Information> {
    // A user takes 16 bytes and the longest identifier 68 (documented: SECURITY_MAX_SID_SIZE).
    let mut words = [0_u64; 16];
    let at = words.as_ptr().addr();
    let mut length = 0;
    // SAFETY: the token is open, and as much room as is said is there, aligned for any structure.
    let done = unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            class,
            words.as_mut_ptr().cast(),
            size_of_val(&words) as u32,
            &raw mut length,
        )
    };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Information { words, at })
}

/// The identifier that a `TOKEN_USER` begins with a pointer to, as it is written for people
/// (documented: MS-DTYP, 2.4.2).
fn identifier(user: &Information) -> Option<String> {
    let bytes: Vec<u8> = user
        .words
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    let (pointer, _) = bytes.split_first_chunk::<{ size_of::<usize>() }>()?;
    let identifier = bytes.get(usize::from_le_bytes(*pointer).checked_sub(user.at)?..)?;
    let (&[revision, count], rest) = identifier.split_first_chunk()?;
    let (authority, rest) = rest.split_first_chunk::<6>()?;
    let authority = authority
        .iter()
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut text = format!("S-{revision}-{authority}");
    for part in rest.get(..4 * usize::from(count))?.chunks_exact(4) {
        text += &format!("-{}", u32::from_le_bytes(part.try_into().ok()?));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_belong_to_somebody_and_so_do_those_whom_we_start() {
        let us = Owner::of_us().unwrap();
        assert!(us.user.starts_with("S-1-"), "{us:?}");
        let mut child = std::process::Command::new("cmd")
            .args(["/c", "pause"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let theirs = Owner::of_process(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(theirs.unwrap(), us);
    }

    #[test]
    fn a_process_that_is_not_there_belongs_to_nobody() {
        // Numbers of processes are multiples of four.
        assert!(Owner::of_process(u32::MAX - 1).is_err());
    }

    #[test]
    fn an_identifier_is_written_as_everywhere() {
        let mut words = [0; 16];
        let at = 0x1000;
        words[0] = at as u64 + 16;
        // Revision 1, two parts, authority 5; 32 and 544: the administrators.
        words[2] = u64::from_le_bytes([1, 2, 0, 0, 0, 0, 0, 5]);
        words[3] = u64::from_le_bytes([32, 0, 0, 0, 0x20, 2, 0, 0]);
        let administrators = Information { words, at };
        assert_eq!(identifier(&administrators).unwrap(), "S-1-5-32-544");
        words[0] = at as u64 - 8;
        assert_eq!(identifier(&Information { words, at }), None);
    }
}
