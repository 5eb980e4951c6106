use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, chown, symlink};

use super::*;

/// A folder of this user, examined as if this user were root: so it works as any user.
struct Site {
    folder: tempfile::TempDir,
    me: u32,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let me = fs::metadata(folder.path()).unwrap().uid();
        let site = Self { folder, me };
        fs::create_dir_all(site.at("etc/fermata")).unwrap();
        site.set("etc", 0o755);
        site.set("etc/fermata", 0o755);
        site.file("etc/fermata/policy.toml", 0o644);
        site
    }

    /// As the system knows it: a temporary folder may lie behind a link.
    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn file(&self, path: &str, mode: u32) {
        fs::File::create(self.at(path)).unwrap();
        self.set(path, mode);
    }

    fn set(&self, path: &str, mode: u32) {
        fs::set_permissions(self.at(path), Permissions::from_mode(mode)).unwrap();
    }

    fn examine_for(&self, owner: u32, path: &str) -> Result<(), Wrong> {
        let walk = Walk {
            trusted: Some(self.root()),
            ..Walk::for_owner(owner)
        };
        walk.to(&self.at(path))
    }

    fn examine(&self, path: &str) -> Result<(), Wrong> {
        self.examine_for(self.me, path)
    }

    #[track_caller]
    fn refuses(&self, path: &str, because_of: &str) {
        let wrong = self.examine(path).unwrap_err().wrong;
        let place = format!("{} ", self.at(because_of).display());
        assert!(wrong.starts_with(&place), "{wrong}");
    }
}

const POLICY: &str = "etc/fermata/policy.toml";

#[test]
fn a_file_that_only_its_owner_can_write_is_taken() {
    let site = Site::new();
    assert_eq!(site.examine(POLICY), Ok(()));
    assert_eq!(site.examine("etc/../etc/fermata/./policy.toml"), Ok(()));
    site.set(POLICY, 0o400);
    assert_eq!(site.examine(POLICY), Ok(()));
}

#[test]
fn what_is_not_there_is_no_problem() {
    let site = Site::new();
    assert_eq!(site.examine("etc/fermata/other.toml"), Ok(()));
    assert_eq!(site.examine("nowhere/at/all"), Ok(()));
}

#[test]
fn a_file_that_others_can_write_is_refused() {
    let site = Site::new();
    for mode in [0o664, 0o646, 0o666] {
        site.set(POLICY, mode);
        site.refuses(POLICY, POLICY);
    }
}

#[test]
fn a_folder_that_others_can_write_is_refused_however_far_above() {
    let site = Site::new();
    for (folder, mode) in [("etc/fermata", 0o775), ("etc", 0o757), ("etc", 0o1777)] {
        site.set(folder, mode);
        site.refuses(POLICY, folder);
        site.set(folder, 0o755);
    }
    assert_eq!(site.examine(POLICY), Ok(()));
}

#[test]
fn what_belongs_to_somebody_else_is_refused() {
    let site = Site::new();
    let wrong = site.examine_for(site.me + 1, POLICY).unwrap_err();
    let expected = format!(
        "{} belongs to the user {}",
        site.at("etc").display(),
        site.me
    );
    assert!(wrong.wrong.starts_with(&expected), "{wrong:?}");

    // Only root can give a file away; the same rule is tested above by asking for another.
    if site.me == ROOT {
        for path in [POLICY, "etc/fermata"] {
            chown(site.at(path), Some(1_000), None).unwrap();
            site.refuses(POLICY, path);
            chown(site.at(path), Some(ROOT), None).unwrap();
        }
        assert_eq!(site.examine(POLICY), Ok(()));
    }
}

#[test]
fn the_rule_is_followed_through_links() {
    let site = Site::new();
    fs::create_dir(site.at("open")).unwrap();
    site.set("open", 0o777);
    site.file("open/policy.toml", 0o644);
    symlink("../../open/policy.toml", site.at("etc/fermata/near.toml")).unwrap();
    site.refuses("etc/fermata/near.toml", "open");
    symlink(site.at("open"), site.at("etc/far")).unwrap();
    site.refuses("etc/far/policy.toml", "open");
    // A link that lies where others could turn it elsewhere.
    symlink("../etc/fermata/policy.toml", site.at("open/back.toml")).unwrap();
    site.refuses("open/back.toml", "open");

    symlink("policy.toml", site.at("etc/fermata/fine.toml")).unwrap();
    assert_eq!(site.examine("etc/fermata/fine.toml"), Ok(()));
    symlink("turns", site.at("etc/turns")).unwrap();
    let wrong = site.examine("etc/turns").unwrap_err().wrong;
    assert!(wrong.contains("too many links"), "{wrong}");
}

/// On this system as it is: the rule reaches up to the root, and is about root.
#[test]
fn a_file_of_the_system_is_taken_and_one_in_a_folder_for_all_is_not() {
    assert_eq!(examine(Path::new("/etc/passwd")), Ok(()));
    let file = tempfile::NamedTempFile::new_in("/tmp").unwrap();
    assert_eq!(fs::metadata("/tmp").unwrap().mode() & 0o002, 0o002);
    let wrong = examine(file.path()).unwrap_err().wrong;
    assert!(
        wrong.contains("/tmp can be written by others than root"),
        "{wrong}"
    );
}
