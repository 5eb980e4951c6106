//! `docs/reliability.md`: what is planned stands there in words, and what came of it in figures.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::plan::{CALLS, SHIFT};

const BEGIN: &str = "<!-- figures: written by `cargo xtask day` -->\n";
const END: &str = "<!-- end of the figures -->";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reliability.md")
}

/// Shows the figures, and puts them into the page if `FERMATA_DAY_PAGE` is set.
#[expect(clippy::print_stdout, reason = "they are what the run is for")]
pub(crate) fn write(figures: &str) {
    println!("{figures}");
    if std::env::var_os("FERMATA_DAY_PAGE").is_none() {
        return;
    }
    let page = page();
    let text = fs::read_to_string(&page).expect("there is a page");
    let (before, rest) = text.split_once(BEGIN).expect("the page has figures");
    let (_, after) = rest.split_once(END).expect("the figures have an end");
    let beside = page.with_extension("new");
    let mut file = File::create(&beside).expect("the page can be written");
    write!(file, "{before}{BEGIN}\n{figures}\n{END}{after}").expect("the page can be written");
    fs::rename(beside, page).expect("the page can be written");
}

#[test]
fn the_page_says_what_is_planned() {
    let text = fs::read_to_string(page()).expect("there is a page");
    let hours = SHIFT.as_secs() / 3600;
    let faults = Fault::ALL.len();
    for said in [
        format!("{CALLS} calls"),
        format!("{hours} hours"),
        format!("{faults} kinds of fault"),
    ] {
        assert!(text.contains(&said), "the page does not say {said:?}");
    }
    for fault in Fault::ALL {
        let listed = format!("| {} |", fault.name());
        assert!(text.contains(&listed), "the page does not list {listed:?}");
    }
    assert!(text.contains(BEGIN) && text.contains(END));
}
