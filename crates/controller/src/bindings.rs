//! Keeps `ui/src/bindings` what the Rust types say.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ts_rs::{Config, TS, TypeVisitor};

use crate::ui_request::UiRequest;
use crate::view::View;

/// The text of each generated file, by its name; filled by walking from a type to all it names.
struct Files {
    config: Config,
    texts: BTreeMap<PathBuf, String>,
}

impl TypeVisitor for Files {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let Some(name) = T::output_path() else {
            return; // a type of TypeScript's own
        };
        if self.texts.contains_key(&name) {
            return;
        }
        let text = T::export_to_string(&self.config).expect("a derived type can be exported");
        self.texts.insert(name, text);
        T::visit_dependencies(self);
    }
}

fn on_disk(folder: &Path) -> BTreeMap<PathBuf, String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            // A checkout on Windows may have turned the line ends.
            (path.file_name().unwrap().into(), text.replace("\r\n", "\n"))
        })
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "half a generated file is seen by the next run of this test"
)]
fn rewrite(folder: &Path, texts: &BTreeMap<PathBuf, String>) {
    for old in on_disk(folder).keys() {
        fs::remove_file(folder.join(old)).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    for (name, text) in texts {
        fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn the_page_has_the_types_of_this_side() {
    let mut files = Files {
        config: Config::default(),
        texts: BTreeMap::new(),
    };
    files.visit::<View>();
    files.visit::<UiRequest>();

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bindings");
    let old = on_disk(&folder);
    if old == files.texts {
        return;
    }
    rewrite(&folder, &files.texts);
    let changed: Vec<_> = files
        .texts
        .iter()
        .filter(|(name, text)| old.get(*name) != Some(text))
        .map(|(name, _)| name)
        .chain(old.keys().filter(|name| !files.texts.contains_key(*name)))
        .collect();
    panic!(
        "ui/src/bindings was out of date and has been rewritten: commit it. Changed: {changed:?}"
    );
}
