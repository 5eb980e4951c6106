use super::*;

fn text(file: &str) -> String {
    fs::read_to_string(tree::root().join(file)).unwrap()
}

#[test]
fn all_scripts_are_looked_over_and_none_goes_on_after_an_error() {
    let scripts = all().unwrap();
    for known in [
        ".ci/run",
        "installers/macos/names.sh",
        "installers/macos/scripts/preinstall",
        "installers/release/notice.sh",
        "installers/windows/sign.sh",
    ] {
        assert!(scripts.iter().any(|script| script == known), "{known}");
    }
    for file in tree::files(&tree::root().join("installers")).unwrap() {
        if file.extension().is_some_and(|ending| ending == "sh") {
            assert!(is_script(&fs::read(&file).unwrap()), "{file:?}");
        }
    }
    for script in scripts.iter().filter(|it| it.starts_with("installers/")) {
        let text = text(script);
        let stops = text.contains("\nset -euo pipefail\n");
        assert_eq!(stops, text.starts_with("#!"), "{script}");
    }
}

// E5
#[test]
fn the_release_builds_with_the_key_for_update_notices_and_hands_over_all_that_is_asked_for() {
    let workflow = text(".github/workflows/release.yml");
    let everywhere = "\nenv:\n  FERMATA_UPDATE_KEY: ${{ vars.FERMATA_UPDATE_KEY }}\n";
    assert!(workflow.contains(everywhere));
    for name in NEEDED {
        let handed = ["secrets", "vars"]
            .map(|of| format!("{name}: ${{{{ {of}.{name} }}}}"))
            .iter()
            .any(|line| workflow.contains(line));
        assert!(handed, "{name}");
        let explained = text("docs/release.md").contains(&format!("`{name}`"));
        assert!(explained, "{name} is not in docs/release.md");
    }
}

/// All without which nothing is released.
const NEEDED: [&str; 13] = [
    "WINDOWS_CERTIFICATE",
    "WINDOWS_CERTIFICATE_PASSWORD",
    "APPLE_CERTIFICATE",
    "APPLE_CERTIFICATE_PASSWORD",
    "APPLE_NOTARY_KEY",
    "APPLE_NOTARY_KEY_ID",
    "APPLE_NOTARY_ISSUER",
    "FERMATA_UPDATE_KEY",
    "UPDATE_SIGNING_KEY",
    "UPDATE_SIGNING_KEY_PASSWORD",
    "RELEASE_KEY",
    "RELEASE_KEY_PASSPHRASE",
    "DEBEMAIL",
];

#[cfg(target_os = "linux")]
mod run {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf};

    use super::*;

    const UPDATE_KEY: &str = "RWQ0000000000000000000000000000000000000000000000000000+";

    fn allowed(tag: &str) -> Program {
        let script = Program::new("installers/release/allowed.sh").argument(tag);
        NEEDED.iter().fold(script, |script, name| {
            let value = if *name == "FERMATA_UPDATE_KEY" {
                UPDATE_KEY
            } else {
                "canary"
            };
            script.variable(name, value)
        })
    }

    // E5
    #[test]
    fn a_release_is_refused_for_another_version_and_without_any_one_key() {
        let tag = format!("v{}", env!("CARGO_PKG_VERSION"));
        let ran = allowed(&tag).record().unwrap();
        assert!(ran.succeeded, "{}", ran.said);
        assert!(!allowed("v999.0.0").record().unwrap().succeeded);
        for name in NEEDED {
            let ran = allowed(&tag).variable(name, "").record().unwrap();
            assert!(!ran.succeeded, "{name}");
            let named: Vec<&str> = ran.said.split([' ', ':']).collect();
            assert!(named.contains(&name), "{}", ran.said);
            assert!(!ran.said.contains("canary"), "{}", ran.said);
        }
        let no_key = allowed(&tag).variable("FERMATA_UPDATE_KEY", "RWQ0");
        assert!(!no_key.record().unwrap().succeeded);
    }

    /// A folder that goes when the test ends.
    struct Scratch(PathBuf);

    impl Scratch {
        /// One with a `minisign` that signs nothing, and writes down what it is given.
        fn with_minisign() -> Self {
            let folder =
                std::env::temp_dir().join(format!("fermata-notice-{}", std::process::id()));
            fs::create_dir(&folder).unwrap();
            let program = folder.join("minisign");
            let mut file = fs::File::create(&program).unwrap();
            write!(
                file,
                "#!/bin/sh\nprintf '%s\\n' \"$@\" >> {0}/arguments\ncat >> {0}/input\n\
                 [ \"$1\" != -S ] || cat \"$4\" > {0}/key\n",
                folder.display()
            )
            .unwrap();
            file.set_permissions(fs::Permissions::from_mode(0o755))
                .unwrap();
            Self(folder)
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.0.join(name)).unwrap()
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    // E5
    #[test]
    fn the_notice_names_this_version_and_its_key_is_no_argument_and_no_file_that_stays() {
        let scratch = Scratch::with_minisign();
        let notice = |notes: &str| {
            Program::new("installers/release/notice.sh")
                .argument(scratch.0.display().to_string())
                .argument(notes)
                .argument("2027-03-31")
                .variable("FERMATA_UPDATE_KEY", UPDATE_KEY)
                .variable("UPDATE_SIGNING_KEY", "canary-key")
                .variable("UPDATE_SIGNING_KEY_PASSWORD", "canary-password")
                .finding_first(&scratch.0)
                .record()
                .unwrap()
        };
        let ran = notice("https://example.com/1");
        assert!(ran.succeeded, "{}", ran.said);
        let written: serde_json::Value =
            serde_json::from_str(&scratch.read("fermata.json")).unwrap();
        assert_eq!(written["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(written["notes"], "https://example.com/1");
        assert_eq!(written["until"], "2027-03-31");

        assert_eq!(scratch.read("key"), "canary-key\n");
        assert_eq!(scratch.read("input"), "canary-password\n");
        let arguments = scratch.read("arguments");
        assert!(!arguments.contains("canary"), "{arguments}");
        assert!(arguments.contains("-V\n") && arguments.contains(UPDATE_KEY));
        let key = arguments.lines().nth(3).unwrap();
        assert!(key.ends_with("/key") && !Path::new(key).exists(), "{key}");

        assert!(!notice("http://example.com/1").succeeded);
        assert!(!notice("https://example.com/\",\"x").succeeded);
    }
}
