//! Who the user is, from the system: what the environment says is the user's own choice.

use std::ffi::CStr;
use std::ptr::null_mut;

/// The name under which the user of this process is known.
#[expect(
    unsafe_code,
    reason = "the standard library does not ask the system for it"
)]
pub(super) fn name() -> Option<String> {
    // More than any entry of a user needs, names of groups not being part of it.
    let mut room = [0; 16 * 1024];
    // SAFETY: a passwd is made of numbers and pointers, for which zero is a value.
    let mut entry: libc::passwd = unsafe { std::mem::zeroed() };
    let mut found = null_mut();
    // SAFETY: everything outlives the call, and the room is as large as said.
    let result = unsafe {
        libc::getpwuid_r(
            libc::getuid(),
            &raw mut entry,
            room.as_mut_ptr(),
            room.len(),
            &raw mut found,
        )
    };
    if result != 0 || found.is_null() {
        return None;
    }
    // SAFETY: an entry was found, so its name is text within the room, which ends with 0.
    let name = unsafe { CStr::from_ptr(entry.pw_name) };
    // It becomes part of a path.
    let name = name.to_str().ok().filter(|name| !name.contains('/'))?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn the_user_is_who_owns_what_this_process_makes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let uid = fs::metadata(file.path()).unwrap().uid();
        let users = fs::read_to_string("/etc/passwd").unwrap();
        let known = users.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            (fields.get(2)? == &uid.to_string()).then(|| fields[0].to_owned())
        });
        // On macOS most users are in a directory and not in this file.
        if let Some(known) = known {
            assert_eq!(super::name(), Some(known));
        }
    }
}
