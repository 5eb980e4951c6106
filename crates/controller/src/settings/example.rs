use vendors::VendorEntry;

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
{limits}",
        vendor = vendors::example(entry).trim_end(),
        toggle = super::TOGGLE,
        limits = limits::example(),
    )
}
