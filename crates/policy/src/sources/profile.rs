//! What a management server has laid down on macOS: the payload of a configuration profile.

mod bounded;

#[cfg(any(target_os = "macos", test))]
use std::io;
#[cfg(any(target_os = "macos", test))]
use std::path::{Path, PathBuf};

use super::file;
use crate::check::Wrong;
use crate::tree::{Entry, Spelling, Tree, Value};
use crate::{Place, Rejected};

#[cfg(any(target_os = "macos", test))]
const FOLDER: &str = "/Library/Managed Preferences";
#[cfg(any(target_os = "macos", test))]
const FILE: &str = "app.fermata.desktop.plist";

/// Where they lie, the strongest first, as it is for macOS itself: the user's, the computer's.
#[cfg(any(target_os = "macos", test))]
pub(super) fn files(user: Option<&str>) -> Vec<PathBuf> {
    let folder = Path::new(FOLDER);
    let of_the_user = user.map(|user| folder.join(user).join(FILE));
    of_the_user.into_iter().chain([folder.join(FILE)]).collect()
}

/// What a file of preferences says; `None` if there is none.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn read(path: &Path) -> Result<Option<Tree>, Rejected> {
    let place = Place(path.display().to_string());
    match file::bytes(path) {
        Ok(bytes) => parse(&bytes, &place).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let wrong = format!("this profile cannot be read ({})", error.kind());
            Err(refused(&wrong, &place))
        }
    }
}

/// What the bytes of a file of preferences say.
pub(crate) fn parse(bytes: &[u8], place: &Place) -> Result<Tree, Rejected> {
    if bytes.len() as u64 > file::LARGEST {
        return Err(refused(
            "this profile is larger than a policy can be",
            place,
        ));
    }
    let values = bounded::dictionary(bytes).map_err(|wrong| refused(wrong, place))?;
    Ok(Tree::with_recommended(
        Spelling::Profile,
        entries(values, place),
    ))
}

fn refused(wrong: &str, place: &Place) -> Rejected {
    Wrong::new(wrong, "install the profile again").at(place, String::new())
}

fn entries(values: plist::Dictionary, place: &Place) -> Vec<Entry> {
    values
        .into_iter()
        // What a profile says of itself, where macOS hands it on.
        .filter(|(name, _)| !name.starts_with("Payload"))
        .map(|(name, found)| Entry {
            name,
            value: value(found, place),
            place: place.clone(),
        })
        .collect()
}

fn value(found: plist::Value, place: &Place) -> Value {
    match found {
        plist::Value::Array(values) => {
            Value::List(values.into_iter().map(|it| value(it, place)).collect())
        }
        plist::Value::Dictionary(values) => Value::Table(entries(values, place)),
        plist::Value::Boolean(switch) => Value::Switch(switch),
        plist::Value::Integer(number) => number.as_signed().map_or(
            Value::Other("a number that is far too large"),
            Value::Number,
        ),
        plist::Value::String(text) => Value::Text(text),
        plist::Value::Real(_) => Value::Other("a number that is not whole"),
        plist::Value::Date(_) => Value::Other("a date"),
        // The crate may learn of more, and no key can be any of them.
        plist::Value::Data(_) | plist::Value::Uid(_) | _ => Value::Other("binary data"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::reading::Reading;
    use crate::sources::Source;
    use crate::{Policy, Strength};

    fn laid_down(text: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        file
    }

    fn xml(values: &str) -> Vec<u8> {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
             <plist version=\"1.0\"><dict>{values}</dict></plist>"
        )
        .into_bytes()
    }

    fn policy(file: &Path) -> Policy {
        let reading = Reading::after(None, read(file));
        Policy::merged(vec![(Source::File(file.into()), reading)])
    }

    #[test]
    fn a_profile_enforces_but_for_what_it_recommends() {
        let file = laid_down(&xml("<key>LongestPauseSeconds</key><integer>300</integer>\
             <key>MayQuit</key><false/>\
             <key>RemindersSeconds</key><array><integer>30</integer><integer>60</integer></array>\
             <key>VendorSettings</key><dict><key>api_version</key><string>v3</string></dict>\
             <key>Recommended</key><dict><key>Language</key><string>en</string></dict>"));
        let policy = policy(file.path());
        assert_eq!(policy.rejected, []);
        assert_eq!(policy.enforced.longest_pause_seconds, Some(300));
        assert_eq!(policy.enforced.may_quit, Some(false));
        assert_eq!(policy.enforced.reminders_seconds, Some(vec![30, 60]));
        assert_eq!(
            policy.enforced.vendor_settings.unwrap()["api_version"],
            "v3"
        );
        assert_eq!(policy.enforced.language, None);
        assert!(policy.recommended.language.is_some());
    }

    #[test]
    fn a_bad_key_of_a_profile_is_dropped_alone() {
        let file = laid_down(&xml("<key>MayQuit</key><string>false</string>\
             <key>LongestPauseSecs</key><real>1.5</real>\
             <key>FreshnessMs</key><real>6000.5</real>\
             <key>LogDays</key><integer>3</integer>"));
        let policy = policy(file.path());
        assert_eq!(policy.enforced.log_days, Some(3));
        let place = Place(file.path().display().to_string());
        assert_eq!(policy.place("log_days", Strength::Enforced), Some(&place));
        let keys: Vec<&str> = policy.rejected.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["may_quit", "LongestPauseSecs", "freshness_ms"]);
        assert_eq!(
            policy.rejected[1].remedy,
            "did you mean LongestPauseSeconds?"
        );
        assert!(policy.rejected.iter().all(|it| it.place == place));
        assert!(policy.is_spoilt("may_quit") && !policy.is_spoilt("log_days"));
    }

    #[test]
    fn what_is_no_profile_is_refused_as_a_whole() {
        for text in [b"hunter2".to_vec(), xml("<key>hunter2</key>"), Vec::new()] {
            let policy = policy(laid_down(&text).path());
            assert_eq!(policy.rejected.len(), 1);
            assert_eq!(policy.rejected[0].key, "");
            assert!(!policy.rejected[0].to_string().contains("hunter2"));
            assert!(policy.is_spoilt("log_days"));
        }
        assert_eq!(read(Path::new("/nowhere/at/all.plist")), Ok(None));
    }

    #[test]
    fn the_users_own_profile_is_stronger_than_the_computers() {
        let of = |user| -> Vec<String> {
            files(user)
                .iter()
                .map(|file| file.display().to_string())
                .collect()
        };
        let computer = "/Library/Managed Preferences/app.fermata.desktop.plist";
        let user = "/Library/Managed Preferences/ada/app.fermata.desktop.plist";
        #[cfg(unix)]
        assert_eq!(of(Some("ada")), [user, computer]);
        #[cfg(windows)]
        assert_eq!(of(Some("ada")).len(), [user, computer].len());
        assert_eq!(of(None).len(), 1);
    }
}
