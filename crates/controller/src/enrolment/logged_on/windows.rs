//! The name from the session, attributes from Active Directory.
//!
//! Active Directory is asked as documented for `wldap32` (ldap_init and the pages it leads to).
//! It has been compiled and has never met a real domain.

use std::ptr;

use widestring::{U16CStr, U16CString};
use windows_sys::Win32::Networking::Ldap::{
    LDAP, LDAP_OPT_ENCRYPT, LDAP_OPT_SIGN, LDAP_OPT_VERSION, LDAP_PORT, LDAP_SCOPE_BASE,
    LDAP_SCOPE_SUBTREE, LDAP_TIMEVAL, LDAP_VERSION3, LDAPMessage, ldap_bind_sW, ldap_connect,
    ldap_first_entry, ldap_get_valuesW, ldap_initW, ldap_msgfree, ldap_search_stW, ldap_set_option,
    ldap_unbind, ldap_value_freeW,
};
use windows_sys::Win32::System::WindowsProgramming::GetUserNameW;

use super::super::EnrolmentError;
use super::{filter, no_attribute, nobody};

/// Kerberos where it can be had, else NTLM: `LDAP_AUTH_OTHERKIND | 0x0400` in `winldap.h`, which
/// `windows-sys` leaves out.
const LDAP_AUTH_NEGOTIATE: u32 = 0x0486;

/// How long the directory may take for one step.
const PATIENCE: LDAP_TIMEVAL = LDAP_TIMEVAL {
    tv_sec: 5,
    tv_usec: 0,
};

pub(super) fn name() -> Result<String, EnrolmentError> {
    // Documented: UNLEN is 256, and the final zero.
    let mut buffer = [0_u16; 257];
    let mut length = 257_u32;
    #[expect(
        unsafe_code,
        reason = "the call of the operating system has no safe form"
    )]
    // SAFETY: the buffer has the length that is told.
    let done = unsafe { GetUserNameW(buffer.as_mut_ptr(), &raw mut length) };
    let name = U16CStr::from_slice_truncate(&buffer);
    match name {
        Ok(name) if done != 0 && !name.is_empty() => Ok(name.to_string_lossy()),
        Ok(_) | Err(_) => Err(nobody("GetUserName")),
    }
}

pub(super) fn attribute(attribute: &str) -> Result<String, EnrolmentError> {
    let name = name()?;
    let found = Directory::of_this_computer().and_then(|directory| {
        let domain = directory.read(
            "",
            LDAP_SCOPE_BASE,
            "(objectClass=*)",
            "defaultNamingContext",
        )?;
        let domain = domain.ok_or(Failure("finding the domain", 0))?;
        directory.read(&domain, LDAP_SCOPE_SUBTREE, &filter::user(&name), attribute)
    });
    match found {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(no_attribute(
            format!("Active Directory has no attribute {attribute} of {name}"),
            "fill it in there, or name another one",
        )),
        Err(Failure(step, code)) => Err(no_attribute(
            format!("Active Directory cannot be asked for {attribute} ({step}: LDAP error {code})"),
            "check that this computer is in the domain and reaches it; \
             extension_from = \"file\" needs neither",
        )),
    }
}

/// Which step failed, and what LDAP said.
struct Failure(&'static str, u32);

/// A connection to the directory of this computer's domain.
struct Directory(*mut LDAP);

#[expect(
    unsafe_code,
    reason = "the library of the operating system has no safe form"
)]
impl Directory {
    /// Connects to a domain controller and proves who is logged on by their own ticket.
    fn of_this_computer() -> Result<Self, Failure> {
        // SAFETY: no host means that of the default domain (documented).
        let handle = unsafe { ldap_initW(ptr::null(), LDAP_PORT) };
        if handle.is_null() {
            return Err(Failure("beginning", 0));
        }
        let directory = Self(handle);
        let (version, on) = (LDAP_VERSION3, 1_u32);
        let mut patience = PATIENCE;
        // What comes back decides whose recording is paused, so it is signed and sealed.
        for (option, value) in [
            (LDAP_OPT_VERSION, &version),
            (LDAP_OPT_SIGN, &on),
            (LDAP_OPT_ENCRYPT, &on),
        ] {
            // SAFETY: the handle is alive, and each of these options takes a ULONG.
            let code = unsafe {
                ldap_set_option(handle, option.cast_signed(), ptr::from_ref(value).cast())
            };
            done("setting up", code)?;
        }
        // SAFETY: the handle is alive, the time limit outlives the call.
        done("connecting", unsafe {
            ldap_connect(handle, &raw mut patience)
        })?;
        // SAFETY: no name and no credentials mean those of whoever is logged on (documented).
        let code = unsafe { ldap_bind_sW(handle, ptr::null(), ptr::null(), LDAP_AUTH_NEGOTIATE) };
        done("signing in", code)?;
        Ok(directory)
    }

    /// The first value of an attribute of the first entry that is found.
    fn read(
        &self,
        base: &str,
        scope: u32,
        filter: &str,
        attribute: &str,
    ) -> Result<Option<String>, Failure> {
        let wide = |text: &str| U16CString::from_str_truncate(text);
        let (base, filter, attribute) = (wide(base), wide(filter), wide(attribute));
        let attributes = [attribute.as_ptr(), ptr::null()];
        let mut patience = PATIENCE;
        let mut answer: *mut LDAPMessage = ptr::null_mut();
        // SAFETY: the handle is alive; texts end with a zero and the list with a null, and all
        // outlive the call.
        let code = unsafe {
            ldap_search_stW(
                self.0,
                base.as_ptr(),
                scope,
                filter.as_ptr(),
                attributes.as_ptr(),
                0,
                &raw mut patience,
                &raw mut answer,
            )
        };
        let value = if code == 0 {
            self.first_value(answer, &attribute)
        } else {
            None
        };
        if !answer.is_null() {
            // SAFETY: it came from the search, and is used no longer.
            unsafe { ldap_msgfree(answer) };
        }
        done("searching", code).map(|()| value)
    }

    fn first_value(&self, answer: *mut LDAPMessage, attribute: &U16CStr) -> Option<String> {
        // SAFETY: handle and answer are alive.
        let entry = unsafe { ldap_first_entry(self.0, answer) };
        if entry.is_null() {
            return None;
        }
        // SAFETY: so is the entry, and the name ends with a zero.
        let values = unsafe { ldap_get_valuesW(self.0, entry, attribute.as_ptr()) };
        if values.is_null() {
            return None;
        }
        // SAFETY: a list of texts that ends with a null (documented), freed below.
        let first = unsafe { *values };
        let text = (!first.is_null()).then(|| {
            // SAFETY: it ends with a zero.
            unsafe { U16CStr::from_ptr_str(first) }.to_string_lossy()
        });
        // SAFETY: the list came from the call above, and is used no longer.
        unsafe { ldap_value_freeW(values.cast_const().cast()) };
        text
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        #[expect(
            unsafe_code,
            reason = "the library of the operating system has no safe form"
        )]
        // SAFETY: the handle is ours, and is used no longer.
        let _ = unsafe { ldap_unbind(self.0) };
    }
}

fn done(step: &'static str, code: u32) -> Result<(), Failure> {
    if code == 0 {
        Ok(())
    } else {
        Err(Failure(step, code))
    }
}
