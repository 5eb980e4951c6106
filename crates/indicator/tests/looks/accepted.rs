//! Pictures that somebody has looked at and accepted, as files.

use std::path::{Path, PathBuf};

use tiny_skia::Pixmap;

/// Another processor may round otherwise; no eye sees so little.
const TOLERANCE: u8 = 3;

/// Files that differ from what was accepted.
#[derive(Default)]
pub(crate) struct Differences(Vec<String>);

impl Differences {
    /// Compares a picture with an accepted PNG file.
    pub(crate) fn check_png(&mut self, file: &str, png: &[u8]) {
        self.check(file, png, alike);
    }

    /// Compares a file with an accepted one, by whatever makes two of its kind alike.
    pub(crate) fn check(&mut self, file: &str, new: &[u8], alike: fn(&[u8], &[u8]) -> bool) {
        let accepted = root().join(file);
        if std::env::var_os("FERMATA_ACCEPT").is_some() {
            write(&accepted, new);
        } else if !std::fs::read(&accepted).is_ok_and(|old| alike(&old, new)) {
            let shown = root().join("target").join("golden").join(file);
            write(&shown, new);
            self.0
                .push(format!("{file} differs from {}", shown.display()));
        }
    }

    /// Fails if anything differed.
    pub(crate) fn report(self) {
        assert!(
            self.0.is_empty(),
            "\n{}\nLook at them. If they are as they should be, accept them:\n  \
             FERMATA_ACCEPT=1 cargo test -p indicator\n",
            self.0.join("\n")
        );
    }
}

/// Whether two PNG files show the same picture.
pub(crate) fn alike(one: &[u8], other: &[u8]) -> bool {
    let (Ok(one), Ok(other)) = (Pixmap::decode_png(one), Pixmap::decode_png(other)) else {
        return false;
    };
    let same_size = (one.width(), one.height()) == (other.width(), other.height());
    same_size && alike_pixels(one.data(), other.data())
}

/// Whether two rows of channels are the same to the eye.
pub(crate) fn alike_pixels(one: &[u8], other: &[u8]) -> bool {
    let close = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= TOLERANCE;
    one.len() == other.len() && one.iter().zip(other).all(close)
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("the crate lies in crates/")
        .to_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "half a picture is seen at once and drawn anew"
)]
fn write(file: &Path, bytes: &[u8]) {
    let folder = file.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(folder).expect("the folder can be made");
    std::fs::write(file, bytes).expect("the file can be written");
}

#[test]
fn a_picture_that_differs_in_a_few_pixels_is_not_accepted() {
    let mut pixmap = Pixmap::new(20, 20).expect("it has a size");
    let before = pixmap.encode_png().expect("it is whole");
    pixmap.pixels_mut()[7] = tiny_skia::ColorU8::from_rgba(255, 0, 0, 255).premultiply();
    let after = pixmap.encode_png().expect("it is whole");
    assert!(alike(&before, &before));
    assert!(!alike(&before, &after));
    assert!(!alike(b"not a picture", &after));
}
