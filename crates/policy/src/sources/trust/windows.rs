//! On Windows it belongs to administrators, and only they may change it or what it lies in.

use std::ffi::c_void;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{
    CloseHandle, ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_SUCCESS, HANDLE, LocalFree,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSecurityDescriptorToStringSecurityDescriptorW, ConvertSidToStringSidW,
    GetNamedSecurityInfoW, SDDL_REVISION_1, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetTokenInformation, OWNER_SECURITY_INFORMATION, TOKEN_QUERY,
    TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
use windows_sys::Win32::UI::Shell::IsUserAnAdmin;

use super::{cannot_be_examined, sddl};
use crate::check::Wrong;

pub(super) fn examine(path: &Path) -> Result<(), Wrong> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    let rights = [
        (folder, sddl::CHANGES_A_FOLDER),
        (path, sddl::CHANGES_A_FILE),
    ];
    for (path, rights) in rights {
        match descriptor(path) {
            Ok(None) => return Ok(()),
            Ok(Some(descriptor)) => judge(path, rights, &descriptor)?,
            Err(error) => return Err(cannot_be_examined(path, &error)),
        }
    }
    Ok(())
}

fn judge(path: &Path, rights: u32, descriptor: &str) -> Result<(), Wrong> {
    let shown = path.display();
    if !sddl::belongs_to_administrators(descriptor) && !belongs_to_this_administrator(descriptor) {
        return Err(Wrong::new(
            format!(
                "{shown} does not belong to administrators, so its owner could change the policy"
            ),
            format!("give it to them: icacls \"{shown}\" /setowner *S-1-5-32-544"),
        ));
    }
    if sddl::lets_everybody(rights, descriptor) {
        return Err(Wrong::new(
            format!("{shown} can be changed by every user, and so could the policy"),
            format!(
                "let users only read it: icacls \"{shown}\" /inheritance:r /grant *S-1-5-32-544:F *S-1-5-18:F *S-1-5-32-545:RX"
            ),
        ));
    }
    Ok(())
}

/// An administrator who is one at this moment may have files of their own. An agent is none.
fn belongs_to_this_administrator(descriptor: &str) -> bool {
    is_administrator()
        && sddl::owner(descriptor).is_some_and(|owner| user().is_ok_and(|me| me == owner))
}

#[expect(unsafe_code, reason = "no safe crate in use asks for it")]
fn is_administrator() -> bool {
    // SAFETY: it takes nothing.
    unsafe { IsUserAnAdmin() != 0 }
}

/// Owner and access list of a file or folder as SDDL; `None` if it is not there.
#[expect(unsafe_code, reason = "no safe crate in use reads an access list")]
fn descriptor(path: &Path) -> io::Result<Option<String>> {
    let wide: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    let wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    let mut found = null_mut();
    // SAFETY: the path ends with 0; parts that are not wanted by themselves may be null; `found`
    // outlives the call.
    let result = unsafe {
        GetNamedSecurityInfoW(
            wide.as_ptr(),
            SE_FILE_OBJECT,
            wanted,
            null_mut(),
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut found,
        )
    };
    match result {
        ERROR_SUCCESS => {}
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => return Ok(None),
        code => return Err(io::Error::from_raw_os_error(code.cast_signed())),
    }
    let found = Local(found);
    let mut text = null_mut();
    // SAFETY: `found` holds a descriptor, as the call above succeeded; its length is not wanted.
    let converted = unsafe {
        ConvertSecurityDescriptorToStringSecurityDescriptorW(
            found.0,
            SDDL_REVISION_1,
            wanted,
            &raw mut text,
            null_mut(),
        )
    };
    if converted == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Some(string(text)))
}

/// Who runs this, as the text of a security identifier.
#[expect(unsafe_code, reason = "no safe crate in use reads a token")]
fn user() -> io::Result<String> {
    let mut token: HANDLE = null_mut();
    // SAFETY: the handle of this process needs no closing; `token` outlives the call.
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // As u64, so that it begins where a TOKEN_USER may; a security identifier has 68 bytes at most.
    let mut room = [0_u64; 32];
    let mut length = 0;
    // SAFETY: the room is as large as said, and `token` was opened to be queried and is closed once.
    let read = unsafe {
        let read = GetTokenInformation(
            token,
            TokenUser,
            room.as_mut_ptr().cast::<c_void>(),
            size_of_val(&room) as u32,
            &raw mut length,
        );
        CloseHandle(token);
        read
    };
    if read == 0 {
        return Err(io::Error::last_os_error());
    }
    let mut text = null_mut();
    // SAFETY: the call above filled in a TOKEN_USER, whose identifier points into `room`.
    let converted = unsafe {
        let user = room.as_ptr().cast::<TOKEN_USER>();
        ConvertSidToStringSidW((*user).User.Sid, &raw mut text)
    };
    if converted == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(string(text))
}

/// Takes a text over that Windows has made.
#[expect(unsafe_code, reason = "Windows hands out its texts as pointers")]
fn string(text: *mut u16) -> String {
    let text = Local(text.cast());
    let start = text.0.cast::<u16>().cast_const();
    if start.is_null() {
        return String::new();
    }
    // SAFETY: both functions that make such a text end it with 0, and it is freed after this.
    unsafe {
        let length = (0..).take_while(|index| *start.add(*index) != 0).count();
        String::from_utf16_lossy(std::slice::from_raw_parts(start, length))
    }
}

/// Something that Windows has made for us with `LocalAlloc`.
struct Local(*mut c_void);

impl Drop for Local {
    #[expect(unsafe_code, reason = "only Windows can free it")]
    fn drop(&mut self) {
        // SAFETY: it came from Windows, is freed nowhere else, and may be null.
        unsafe { LocalFree(self.0) };
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_not_there_is_no_problem() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(examine(&folder.path().join("policy.toml")), Ok(()));
        assert_eq!(
            examine(&folder.path().join("nowhere").join("policy.toml")),
            Ok(())
        );
    }

    #[test]
    fn the_descriptor_of_a_file_names_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy.toml");
        fs::File::create(&file).unwrap();
        let descriptor = descriptor(&file).unwrap().unwrap();
        assert!(sddl::owner(&descriptor).is_some(), "{descriptor}");
        assert!(descriptor.contains("D:"), "{descriptor}");
        assert!(user().unwrap().starts_with("S-1-"));
    }

    #[test]
    fn a_file_of_ones_own_is_taken_from_administrators_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy.toml");
        fs::File::create(&file).unwrap();
        assert_eq!(
            examine(&file).is_ok(),
            is_administrator(),
            "{:?}",
            examine(&file)
        );
    }

    #[test]
    fn a_file_of_an_agent_is_refused() {
        let path = Path::new("C:\\ProgramData\\Fermata\\policy.toml");
        let theirs = "O:S-1-5-21-1-2-3-1001G:BUD:(A;;FA;;;SY)";
        let wrong = judge(path, sddl::CHANGES_A_FILE, theirs).unwrap_err();
        assert!(wrong.wrong.contains("does not belong to administrators"));
        let open = "O:BAG:BAD:(A;;FA;;;BU)";
        let wrong = judge(path, sddl::CHANGES_A_FILE, open).unwrap_err();
        assert!(wrong.wrong.contains("can be changed by every user"));
        let usual = "O:BAG:BAD:(A;;FA;;;BA)(A;;FR;;;BU)";
        assert_eq!(judge(path, sddl::CHANGES_A_FILE, usual), Ok(()));
    }
}
