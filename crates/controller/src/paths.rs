//! Where Fermata keeps its files, and whether the place can be trusted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// How long a socket's path may be, in bytes without the final zero.
///
/// `sun_path` holds 108 bytes on Linux and 104 on macOS and the BSDs (documented: unix(7), unix(4)).
#[cfg(unix)]
const LONGEST_SOCKET_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The files of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    settings: PathBuf,
    data: PathBuf,
    runtime: PathBuf,
}

impl Paths {
    /// Finds this user's places by the rules of the operating system, and makes the runtime
    /// directory.
    ///
    /// On Linux: `$XDG_CONFIG_HOME/fermata`, `$XDG_DATA_HOME/fermata` and
    /// `$XDG_RUNTIME_DIR/fermata`; where there is no `XDG_RUNTIME_DIR`, a directory in the
    /// temporary directory that carries the user's number.
    ///
    /// # Errors
    /// There is no home directory, or somebody else could get at the runtime directory.
    pub fn find() -> Result<Self, PathsError> {
        let places = ProjectDirs::from("", "", "fermata").ok_or(PathsError::NoHome)?;
        let runtime = match places.runtime_dir() {
            Some(directory) => directory.to_path_buf(),
            None => runtime_without_a_place_of_its_own(&places),
        };
        Self {
            settings: places.config_dir().join("settings.toml"),
            data: places.data_local_dir().to_path_buf(),
            runtime,
        }
        .prepared()
    }

    /// Puts everything into one directory: for tests and demonstrations.
    ///
    /// # Errors
    /// As for [`Self::find`].
    pub fn within(root: &Path) -> Result<Self, PathsError> {
        Self {
            settings: root.join("settings.toml"),
            data: root.join("data"),
            runtime: root.join("run"),
        }
        .prepared()
    }

    /// The same places with another settings file.
    #[must_use]
    pub fn with_settings(self, settings: PathBuf) -> Self {
        Self { settings, ..self }
    }

    /// The settings file. It may not exist.
    pub fn settings(&self) -> &Path {
        &self.settings
    }

    /// The directory for what has to outlive a restart. It may not exist.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The directory for the log's files. It may not exist.
    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }

    /// The directory of the audit log. It may not exist.
    pub fn audit(&self) -> PathBuf {
        self.data.join("audit")
    }

    /// The file that open pauses are noted in. It exists only while there are any.
    pub fn pause_note(&self) -> PathBuf {
        self.data.join("open-pauses.json")
    }

    /// The directory for what belongs to one run: nobody else can look into it.
    pub fn runtime(&self) -> &Path {
        &self.runtime
    }

    /// The socket of the running instance.
    pub fn socket(&self) -> PathBuf {
        self.runtime.join("control.sock")
    }

    /// The file that the running instance holds locked.
    pub fn lock(&self) -> PathBuf {
        self.runtime.join("lock")
    }

    fn prepared(self) -> Result<Self, PathsError> {
        private::prepare(&self.runtime)?;
        #[cfg(unix)]
        {
            let socket = self.socket();
            let bytes = socket.as_os_str().len();
            if bytes > LONGEST_SOCKET_PATH {
                return Err(PathsError::TooLong {
                    path: socket,
                    bytes,
                    most: LONGEST_SOCKET_PATH,
                });
            }
        }
        Ok(self)
    }
}

/// Why a place cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PathsError {
    /// The operating system knows no home directory for us.
    #[error("there is no home directory; set HOME")]
    NoHome,
    /// It cannot be made or looked at.
    #[error("the runtime directory {} cannot be used; check XDG_RUNTIME_DIR", path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Something else is in its place: a file or a link.
    #[error("the runtime directory {} is not a directory; remove it and start again", path.display())]
    NotADirectory {
        /// Which.
        path: PathBuf,
    },
    /// It is somebody else's.
    #[error(
        "the runtime directory {} belongs to user {owner} and not to user {us}; \
         set XDG_RUNTIME_DIR to a directory of your own", path.display()
    )]
    NotOurs {
        /// Which.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who we are.
        us: u32,
    },
    /// Others may look into it.
    #[error(
        "the runtime directory {} is open to others (mode {mode:04o}); run: chmod 700 {}",
        path.display(), path.display()
    )]
    Open {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Others may put another one in its place.
    #[error(
        "others may replace what is in {} (mode {mode:04o}); \
         set XDG_RUNTIME_DIR to a directory of your own", path.display()
    )]
    Replaceable {
        /// The directory above.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The operating system takes no socket with so long a path.
    #[error(
        "the socket's path {} has {bytes} bytes and may have {most}; \
         set XDG_RUNTIME_DIR to a shorter directory", path.display()
    )]
    TooLong {
        /// Which.
        path: PathBuf,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
}

#[cfg(unix)]
fn runtime_without_a_place_of_its_own(_places: &ProjectDirs) -> PathBuf {
    let us = rustix::process::geteuid().as_raw();
    std::env::temp_dir().join(format!("fermata-{us}"))
}

/// The user's profile is closed to others, so a directory in it will do. Each session has its
/// own, because two sessions of one user are two desktops.
#[cfg(windows)]
fn runtime_without_a_place_of_its_own(places: &ProjectDirs) -> PathBuf {
    // Without a number the session is that of the screen, as for a service.
    let session = crate::owner::Owner::of_us().map_or(0, |us| us.session);
    let runs = places.data_local_dir().join("run");
    runs.join(session.to_string())
}

#[cfg(unix)]
mod private {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};

    use super::{Path, PathsError, fs, io};

    /// Makes a directory that only we can use, and checks that this is so: it may have been
    /// there before.
    pub(super) fn prepare(directory: &Path) -> Result<(), PathsError> {
        let unusable = |source| PathsError::Unusable {
            path: directory.to_path_buf(),
            source,
        };
        match fs::DirBuilder::new().mode(0o700).create(directory) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unusable(error)),
        }
        // Not `metadata`: that would follow a link which somebody else put there.
        let found = fs::symlink_metadata(directory).map_err(unusable)?;
        check(directory, &found, rustix::process::geteuid().as_raw())?;
        let above = directory.parent().unwrap_or(directory);
        let mode = fs::metadata(above).map_err(unusable)?.mode() & 0o7777;
        let others_may_write = mode & 0o022 != 0;
        let only_their_own = mode & 0o1000 != 0;
        if others_may_write && !only_their_own {
            return Err(PathsError::Replaceable {
                path: above.to_path_buf(),
                mode,
            });
        }
        Ok(())
    }

    pub(super) fn check(directory: &Path, found: &fs::Metadata, us: u32) -> Result<(), PathsError> {
        let path = directory.to_path_buf();
        if !found.is_dir() {
            return Err(PathsError::NotADirectory { path });
        }
        if found.uid() != us {
            return Err(PathsError::NotOurs {
                path,
                owner: found.uid(),
                us,
            });
        }
        let mode = found.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(PathsError::Open { path, mode });
        }
        Ok(())
    }
}

#[cfg(windows)]
mod private {
    use super::{Path, PathsError, fs};

    /// Makes a directory in the user's profile, whose access list closes it to others.
    pub(super) fn prepare(directory: &Path) -> Result<(), PathsError> {
        fs::create_dir_all(directory).map_err(|source| PathsError::Unusable {
            path: directory.to_path_buf(),
            source,
        })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn open_to(directory: &Path, mode: u32) {
        fs::set_permissions(directory, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_runtime_directory_is_made_for_us_alone() {
        let root = tempfile::tempdir().unwrap();
        let paths = Paths::within(root.path()).unwrap();
        let made = fs::metadata(paths.runtime()).unwrap();
        assert_eq!(made.mode() & 0o7777, 0o700);
        assert_eq!(Paths::within(root.path()).unwrap(), paths);
    }

    #[test]
    fn a_directory_that_others_can_look_into_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let run = root.path().join("run");
        fs::create_dir(&run).unwrap();
        for mode in [0o750, 0o705, 0o711, 0o770] {
            open_to(&run, mode);
            let refused = Paths::within(root.path()).unwrap_err();
            assert!(matches!(refused, PathsError::Open { .. }), "{refused}");
            assert!(refused.to_string().contains("chmod 700"), "{refused}");
        }
    }

    #[test]
    fn a_link_or_a_file_in_its_place_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(elsewhere.path(), root.path().join("run")).unwrap();
        assert!(matches!(
            Paths::within(root.path()),
            Err(PathsError::NotADirectory { .. })
        ));
        fs::remove_file(root.path().join("run")).unwrap();
        fs::File::create(root.path().join("run")).unwrap();
        assert!(matches!(
            Paths::within(root.path()),
            Err(PathsError::NotADirectory { .. })
        ));
    }

    #[test]
    fn a_directory_of_somebody_else_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let found = fs::metadata(root.path()).unwrap();
        let somebody_else = found.uid() + 1;
        let refused = private::check(root.path(), &found, somebody_else).unwrap_err();
        assert!(matches!(refused, PathsError::NotOurs { .. }), "{refused}");
    }

    #[test]
    fn a_place_where_others_can_swap_it_is_refused_unless_the_sticky_bit_forbids_that() {
        let root = tempfile::tempdir().unwrap();
        open_to(root.path(), 0o777);
        assert!(matches!(
            Paths::within(root.path()),
            Err(PathsError::Replaceable { .. })
        ));
        open_to(root.path(), 0o1777);
        Paths::within(root.path()).unwrap();
    }

    #[test]
    fn a_path_too_long_for_a_socket_is_refused_before_anything_is_bound() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("x".repeat(LONGEST_SOCKET_PATH));
        fs::create_dir(&deep).unwrap();
        assert!(matches!(
            Paths::within(&deep),
            Err(PathsError::TooLong { .. })
        ));
    }

    #[test]
    fn without_a_runtime_directory_the_users_number_is_in_the_name() {
        let places = ProjectDirs::from("", "", "fermata").unwrap();
        let chosen = runtime_without_a_place_of_its_own(&places);
        let us = rustix::process::geteuid().as_raw();
        assert!(chosen.ends_with(format!("fermata-{us}")));
        assert!(chosen.starts_with(std::env::temp_dir()));
    }
}

#[cfg(test)]
#[cfg(windows)]
mod tests {
    use super::*;

    // E6
    #[test]
    fn each_session_has_a_runtime_directory_of_its_own_in_the_users_profile() {
        let places = ProjectDirs::from("", "", "fermata").unwrap();
        let chosen = runtime_without_a_place_of_its_own(&places);
        let session = crate::owner::Owner::of_us().unwrap().session;
        assert!(chosen.ends_with(format!("run/{session}")), "{chosen:?}");
        assert!(chosen.starts_with(places.data_local_dir()), "{chosen:?}");
    }
}
