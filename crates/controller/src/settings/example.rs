use vendors::{Place, Values, Vendor, VendorEntry};

use super::limits;

/// A whole settings file for this vendor, with a comment on everything in it.
///
/// It passes all checks as it is, and still does with every comment taken away; the account
/// in it is made up.
pub fn example(entry: &VendorEntry) -> String {
    let VendorEntry { name, title, .. } = entry;
    format!(
        "\
# Fermata's settings for {title}.
# No secret belongs in this file: `fermatactl sign-in` keeps it in the keyring.
# A line that begins with # says what holds anyway, unless it says otherwise.

# The vendor that records. Its settings are below.
vendor = \"{name}\"

# Whether the vendor's address leads to a simulator. Everything shown then says so.
#simulation = false

{vendor}

[hotkeys]
# The one key that pauses, and resumes what is known to be paused. \"\" for none.
#toggle = \"{toggle}\"

# A key that only pauses. There is none, unless it is set here.
#pause = \"Ctrl+Alt+Shift+P\"

# A key that only resumes. There is none, unless it is set here.
#resume = \"Ctrl+Alt+Shift+R\"

# How long things may take, and how often they are asked, in milliseconds.
{limits}
",
        vendor = vendors::example(entry).trim_end(),
        toggle = super::TOGGLE,
        limits = limits::example().trim_end(),
    )
}

/// The vendor as its example sets it up: for what it can do, and what its secret is called.
///
/// Where an example leaves a choice between fields of the sign-in form, the first is taken.
///
/// # Panics
/// If its example is wrong, which tests rule out.
pub fn example_vendor(entry: &VendorEntry) -> Box<dyn Vendor> {
    let example: toml::Table = vendors::example(entry)
        .parse()
        .expect("the example of a settings file is TOML");
    let table = example
        .get(entry.name)
        .and_then(toml::Value::as_table)
        .expect("each example has a table");
    let choices = entry
        .fields
        .iter()
        .filter(|field| field.place == Place::SignIn && field.default == Some(""));
    let chosen = choices.map(|field| Some((field.key, field.example)));
    [None]
        .into_iter()
        .chain(chosen)
        .find_map(|choice| {
            let mut table = table.clone();
            table.extend(choice.map(|(key, value)| (key.to_owned(), value.into())));
            (entry.open)(&Values::read(entry.fields, &table).ok()?).ok()
        })
        .unwrap_or_else(|| panic!("the example of {} is right", entry.name))
}
