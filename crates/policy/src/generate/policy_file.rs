//! The policy file with a comment on everything that can stand in it.

use super::words::Words;
use crate::key::KEYS;

/// A file that decides nothing as it is, and is right with each of its keys taken in.
pub(super) fn example(words: &Words) -> String {
    let mut text = String::from(
        "# Fermata's policy for this computer.\n\
         #\n\
         # Linux and macOS: /etc/fermata/policy.toml; only root may write it and its folders.\n\
         # Windows: Fermata\\policy.toml in the folder ProgramData, or the file that the\n\
         # installer was told of with POLICYFILE=…; only administrators may write it.\n\
         #\n\
         # It holds within a minute of being changed. A key that is wrong is dropped alone, and\n\
         # said in the window and by `fermatactl policy show`. Secrets never go into it.\n\
         # Generated from crates/policy by `cargo xtask generate`.\n\
         \n\
         # What nobody can change.\n\
         [enforced]\n",
    );
    for key in KEYS {
        let default = if key.default.is_empty() {
            words.frame.nothing
        } else {
            key.default
        };
        text += &format!(
            "\n# {}\n# Allowed: {}. Default: {default}.\n#{} = {}\n",
            words.about(key),
            words.form(key.form),
            key.name,
            key.example,
        );
    }
    text += "\n# What holds where the user has said nothing else. Each key above may stand here.\n\
             [recommended]\n\n\
             #language = \"en\"\n";
    text
}
