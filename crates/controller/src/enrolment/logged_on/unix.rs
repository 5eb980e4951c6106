use nix::unistd::{User, getuid};

use super::super::EnrolmentError;
use super::nobody;

pub(super) fn name() -> Result<String, EnrolmentError> {
    user().map(|user| user.name)
}

/// Asked by number through the system's own ways (nsswitch.conf), so that accounts of a
/// directory server are found too.
fn user() -> Result<User, EnrolmentError> {
    let uid = getuid();
    match User::from_uid(uid) {
        Ok(Some(user)) => Ok(user),
        Ok(None) => Err(nobody(&format!("no account has the number {uid}"))),
        Err(error) => Err(nobody(error.desc())),
    }
}

#[cfg(not(target_os = "macos"))]
pub(super) fn attribute(attribute: &str) -> Result<String, EnrolmentError> {
    let user = user()?;
    super::gecos::field(&user.gecos.to_string_lossy(), attribute)
}

#[cfg(target_os = "macos")]
pub(super) fn attribute(attribute: &str) -> Result<String, EnrolmentError> {
    use std::process::Command;

    use super::{no_attribute, open_directory};

    let name = name()?;
    if attribute.starts_with('-') {
        return Err(no_attribute(
            format!("{attribute:?} is not the name of an attribute"),
            "write it as `dscl /Search -read ~NAME` prints it",
        ));
    }
    // The whole search path: local accounts and those of a directory server.
    let asked = Command::new("/usr/bin/dscl")
        .args([
            "/Search",
            "-read",
            &["/Users", name.as_str()].join("/"),
            attribute,
        ])
        .output();
    let printed = asked.map_err(|error| {
        no_attribute(
            format!("Open Directory cannot be asked for {attribute} ({error})"),
            "check that /usr/bin/dscl can be run",
        )
    })?;
    let printed = String::from_utf8_lossy(&printed.stdout);
    open_directory::value(&printed, attribute).ok_or_else(|| {
        no_attribute(
            format!("Open Directory has no attribute {attribute} of {name}"),
            "see which there are: dscl /Search -read ~NAME",
        )
    })
}
