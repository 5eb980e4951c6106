//! What a security descriptor of Windows says in its text form, SDDL, about who can write.
//!
//! The form is documented by Microsoft: "Security Descriptor String Format", "ACE Strings" and
//! "SID Strings".

/// Everybody, or everybody who is signed in: whatever an agent is in.
const EVERYBODY: &[&str] = &[
    "WD",
    "S-1-1-0", // Everyone
    "BU",
    "S-1-5-32-545", // Users
    "AU",
    "S-1-5-11", // Authenticated Users
    "IU",
    "S-1-5-4", // Interactive
    "RU",
    "S-1-5-32-554", // Pre-Windows 2000 access
    "AN",
    "S-1-5-7", // Anonymous
    "BG",
    "S-1-5-32-546", // Guests
    "DU",           // Domain Users
    "DG",           // Domain Guests
    "RD",
    "S-1-5-32-555", // Remote Desktop Users
    "S-1-2-0",      // Local
    "S-1-2-1",      // Console
    "S-1-5-14",     // Remote Interactive
];

/// Those who administer the computer, and the system itself.
const ADMINISTRATORS: &[&str] = &[
    "BA",
    "S-1-5-32-544", // Administrators
    "SY",
    "S-1-5-18",                                                       // Local System
    "LA",                                                             // the built-in administrator
    "DA",                                                             // Domain Admins
    "EA",                                                             // Enterprise Admins
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", // TrustedInstaller
];

const DELETE: u32 = 0x0001_0000;
const WRITE_DAC: u32 = 0x0004_0000;
const WRITE_OWNER: u32 = 0x0008_0000;
const GENERIC_ALL: u32 = 0x1000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const WRITE_DATA: u32 = 0x2;
const APPEND_DATA: u32 = 0x4;
const DELETE_CHILD: u32 = 0x40;

/// What of a file lets its content be changed, or it be replaced.
pub(super) const CHANGES_A_FILE: u32 =
    DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL | GENERIC_WRITE | WRITE_DATA | APPEND_DATA;
/// What of a folder lets a file in it be replaced. A new file would be its maker's.
pub(super) const CHANGES_A_FOLDER: u32 =
    DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL | DELETE_CHILD;

/// Whether it belongs to an administrator.
pub(super) fn belongs_to_administrators(descriptor: &str) -> bool {
    owner(descriptor).is_some_and(|owner| {
        // The built-in administrator and the administrators of a domain, by their last number.
        let by_number = owner.starts_with("S-1-5-21-")
            && ["-500", "-512", "-519"]
                .iter()
                .any(|end| owner.ends_with(end));
        ADMINISTRATORS.contains(&owner) || by_number
    })
}

/// Whose it is, as text.
pub(super) fn owner(descriptor: &str) -> Option<&str> {
    let rest = descriptor.strip_prefix("O:")?;
    let end = ["G:", "D:", "S:"]
        .iter()
        .filter_map(|next| rest.find(next))
        .min();
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// Whether one of these rights is everybody's. What cannot be understood counts as if it were.
pub(super) fn lets_everybody(rights: u32, descriptor: &str) -> bool {
    let Some(list) = access_list(descriptor) else {
        return true;
    };
    let Some(start) = list.find('(') else {
        // An empty list lets nobody; none at all lets everybody.
        return list.contains("NO_ACCESS_CONTROL");
    };
    list[start..]
        .split('(')
        .skip(1)
        .any(|entry| grants_everybody(rights, entry.trim_end_matches(')')))
}

fn access_list(descriptor: &str) -> Option<&str> {
    let start = descriptor.find("D:")? + 2;
    let list = &descriptor[start..];
    // The list for auditing comes last.
    Some(
        list.rfind("S:")
            .filter(|end| !list[*end..].contains("D:"))
            .map_or(list, |end| &list[..end]),
    )
}

fn grants_everybody(rights: u32, entry: &str) -> bool {
    let fields: Vec<&str> = entry.split(';').collect();
    let [kind, flags, granted, _, _, who, ..] = fields[..] else {
        return true;
    };
    let allows = !["D", "OD", "AU", "OU", "XD", "ML"].contains(&kind);
    let is_for_what_is_in_it_only = pairs(flags).any(|flag| flag == "IO");
    let is_everybody =
        EVERYBODY.contains(&who) || (who.starts_with("S-1-5-21-") && who.ends_with("-513"));
    allows && is_everybody && !is_for_what_is_in_it_only && mask(granted) & rights != 0
}

/// Rights as a number; whatever is unknown is all of them.
fn mask(rights: &str) -> u32 {
    const ALL: u32 = u32::MAX;
    if let Some(number) = rights.strip_prefix("0x") {
        return u32::from_str_radix(number, 16).unwrap_or(ALL);
    }
    let known = |right: &str| {
        Some(match right {
            "FA" => 0x001f_01ff,
            "FR" => 0x0012_0089,
            "FW" => 0x0012_0116,
            "FX" => 0x0012_00a0,
            "GA" => GENERIC_ALL,
            "GX" => 0x2000_0000,
            "GW" => GENERIC_WRITE,
            "GR" => 0x8000_0000,
            "SD" => DELETE,
            "RC" => 0x0002_0000,
            "WD" => WRITE_DAC,
            "WO" => WRITE_OWNER,
            "CC" => 0x1,
            "DC" => WRITE_DATA,
            "LC" => APPEND_DATA,
            "SW" => 0x8,
            "RP" => 0x10,
            "WP" => 0x20,
            "DT" => DELETE_CHILD,
            "LO" => 0x80,
            "CR" => 0x100,
            _ => return None,
        })
    };
    pairs(rights).fold(0, |all, right| all | known(right).unwrap_or(ALL))
}

fn pairs(text: &str) -> impl Iterator<Item = &str> {
    (0..text.len())
        .step_by(2)
        .map(move |start| text.get(start..start + 2).unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file has that an administrator wrote into a folder of `ProgramData`.
    const USUAL: &str = "O:BAG:SYD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)";

    fn is_refused(list: &str) -> bool {
        lets_everybody(CHANGES_A_FILE, &format!("O:BAG:SYD:{list}"))
    }

    #[test]
    fn a_file_that_users_can_only_read_is_taken() {
        assert!(belongs_to_administrators(USUAL));
        assert!(!lets_everybody(CHANGES_A_FILE, USUAL));
        for list in [
            "(A;;FR;;;WD)(A;;FA;;;BA)",
            "(D;;FA;;;BU)(A;;FRFX;;;AU)",
            "(A;OICIIO;FA;;;BU)(A;;FA;;;SY)",
            "P(A;;FA;;;S-1-5-21-1-2-3-1104)",
            "",
            "(A;;FR;;;WD)S:(AU;SA;FA;;;WD)",
        ] {
            assert!(!is_refused(list), "{list}");
        }
    }

    #[test]
    fn a_file_that_users_can_change_is_refused() {
        for list in [
            "(A;;FA;;;WD)",
            "(A;;FA;;;BU)",
            "(A;;FRFW;;;AU)",
            "(A;ID;0x1301bf;;;BU)",
            "(A;;FA;;;SY)(A;;0x2;;;IU)",
            "(A;;WD;;;BU)",
            "(A;;SD;;;BU)",
            "(A;;GW;;;S-1-5-21-1-2-3-513)",
            "(XA;;FA;;;BU;(@User.Title==\"agent\"))",
            "(A;;ZZ;;;BU)",
            "(A;;0xwhat;;;BU)",
            "(A)",
            "NO_ACCESS_CONTROL",
        ] {
            assert!(is_refused(list), "{list}");
        }
        assert!(lets_everybody(CHANGES_A_FILE, "O:BAG:SY"));
    }

    #[test]
    fn a_folder_may_take_new_files_but_none_may_be_replaced() {
        // What ProgramData has: users may make files and folders of their own.
        let usual = "O:SYG:SYD:AI(A;OICIID;FA;;;SY)(A;CIID;DCLCRPCR;;;BU)(A;OICIIOID;GA;;;CO)";
        assert!(!lets_everybody(CHANGES_A_FOLDER, usual));
        assert!(lets_everybody(
            CHANGES_A_FOLDER,
            "O:SYG:SYD:(A;OICI;0x1301ff;;;BU)"
        ));
        assert!(lets_everybody(CHANGES_A_FOLDER, "O:SYG:SYD:(A;;DT;;;BU)"));
    }

    #[test]
    fn a_file_of_an_agents_own_is_nobodys_decision() {
        for theirs in ["O:S-1-5-21-1-2-3-1001G:BUD:", "O:BUG:SYD:", "G:SYD:", ""] {
            assert!(!belongs_to_administrators(theirs), "{theirs}");
        }
        for administrators in ["O:SYD:", "O:S-1-5-32-544G:", "O:S-1-5-21-1-2-3-500"] {
            assert!(
                belongs_to_administrators(administrators),
                "{administrators}"
            );
        }
    }
}
