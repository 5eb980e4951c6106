//! Sessions that a vendor keeps by cookie.

use std::collections::BTreeMap;

/// The sessions of a site, each with the user who signed in.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    users: BTreeMap<String, String>,
    issued: u64,
}

impl Sessions {
    /// Begins a session and returns its id, the value of a cookie.
    pub(crate) fn begin(&mut self, user: &str) -> String {
        self.issued += 1;
        // Multiplying by an odd number shuffles: ids look as the real ones do, and the same run
        // gives the same ones.
        let id = format!(
            "{:016X}{:016X}",
            self.issued.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            self.issued.wrapping_mul(0xbf58_476d_1ce4_e5b9)
        );
        self.users.insert(id.clone(), user.to_owned());
        id
    }

    /// Who signed in to this session, if it goes on.
    pub(crate) fn user(&self, id: &str) -> Option<&str> {
        self.users.get(id).map(String::as_str)
    }

    pub(crate) fn end(&mut self, id: &str) {
        self.users.remove(id);
    }

    pub(crate) fn end_all(&mut self) {
        self.users.clear();
    }
}
