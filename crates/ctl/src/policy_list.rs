//! What is in force and what is wrong with a policy, for people and for programs.

use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use controller::channel::{Ask, ChannelError, Client};
use controller::in_force::{Decided, InForce, extension_of_this_user};
use controller::paths::Paths;
use controller::settings::Settings;
use controller::view::{PolicyOrigin, PolicyValueView, PolicyView};
use policy::{KEYS, Policy, Rejected, Sources, Strength};
use serde::Serialize;
use vendors::VENDORS;

use crate::status::ask_for_view;
use crate::{Exit, report, wait_for};

/// How wide a line may be, so that it fits into any terminal.
const WIDTH: usize = 80;

/// What is in force, for programs: keys stay as they are.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    /// Whether a Fermata that runs has said so.
    running: bool,
    #[serde(flatten)]
    policy: &'a PolicyView,
}

/// Prints what is in force, or what would be with this file as the policy.
pub(crate) fn show(paths: &Paths, file: Option<&Path>, json: bool) -> anyhow::Result<Exit> {
    let said = match file {
        Some(_) => None,
        None => wait_for(said_by_the_running_one(paths))?,
    };
    let running = said.is_some();
    let policy = match said {
        Some(policy) => policy,
        None => read_by_ourselves(paths, file)?,
    };
    if json {
        let policy = &policy;
        report::object(&Shown { running, policy })?;
    } else {
        report::line(&table(&policy))?;
    }
    Ok(Exit::Done)
}

/// `None` where no Fermata runs.
async fn said_by_the_running_one(paths: &Paths) -> anyhow::Result<Option<PolicyView>> {
    match Client::connect(paths, Duration::ZERO).await {
        Ok(mut client) => {
            let view = ask_for_view(&mut client, &Ask::Status).await?;
            Ok(Some(view.policy.clone()))
        }
        Err(ChannelError::NotRunning) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn read_by_ourselves(paths: &Paths, file: Option<&Path>) -> anyhow::Result<PolicyView> {
    let sources = match file {
        Some(file) if !file.exists() => bail!("there is no file {}", file.display()),
        Some(file) => Sources::only(file),
        None => {
            report::remark(
                "Fermata is not running; this is what the policy and the settings say now",
            );
            Sources::of_this_computer()
        }
    };
    let settings = Settings::read_preferences(paths.settings())?;
    let decided = Decided::read(&sources, None, extension_of_this_user);
    let in_force = InForce::of(VENDORS, paths.settings(), &settings, &decided);
    Ok(in_force.view)
}

/// Says everything that would not be taken of a policy file.
pub(crate) fn check(file: &Path) -> anyhow::Result<Exit> {
    // Where there is none, nothing would be wrong with it either.
    if !file.exists() {
        bail!("there is no file {}", file.display());
    }
    let policy = Policy::read(&Sources::only(file), None);
    let shown = file.display();
    if !policy.rejected.is_empty() {
        let blocks: Vec<String> = policy.rejected.iter().map(block).collect();
        report::line(&blocks.join("\n\n"))?;
        let entries = match blocks.len() {
            1 => "one entry is".to_owned(),
            several => format!("{several} entries are"),
        };
        bail!("{entries} not taken of {shown}");
    }
    let taken = |strength| {
        let is_taken = |key: &&policy::Key| policy.place(key.name, strength).is_some();
        KEYS.iter().filter(is_taken).count()
    };
    let (enforced, recommended) = (taken(Strength::Enforced), taken(Strength::Recommended));
    report::line(&format!(
        "{shown} is right: {enforced} enforced, {recommended} recommended"
    ))?;
    Ok(Exit::Done)
}

/// One entry that is not taken: where, which, what is wrong and what to do.
fn block(rejected: &Rejected) -> String {
    let Rejected {
        place,
        key,
        wrong,
        remedy,
    } = rejected;
    let head = match key.as_str() {
        "" => place.to_string(),
        key => format!("{place}: {key}"),
    };
    [
        head,
        labeled("  wrong   ", wrong),
        labeled("  remedy  ", remedy),
    ]
    .join("\n")
}

fn table(policy: &PolicyView) -> String {
    let mut parts = vec![match policy.organization.as_str() {
        "" => "Nobody manages Fermata on this computer".to_owned(),
        organization => format!("Managed by {organization}"),
    }];
    if !policy.rejected.is_empty() {
        let entries = policy.rejected.iter();
        let entries: Vec<String> = entries.map(|entry| labeled("  ", entry)).collect();
        parts.push(format!(
            "Written in the policy and not taken\n{}",
            entries.join("\n")
        ));
    }
    parts.push(values(&policy.values));
    parts.join("\n\n")
}

fn values(values: &[PolicyValueView]) -> String {
    const KEY: &str = "KEY";
    let longest = values.iter().map(|value| value.key.len()).max();
    // A long setting of a vendor must not push everything else off the line.
    let width = longest.unwrap_or_default().clamp(KEY.len(), 32);
    let mut lines = vec![format!("{KEY:<width$}  {:<11}  VALUE", "ORIGIN")];
    for PolicyValueView {
        key,
        value,
        origin,
        place,
    } in values
    {
        let said = if value.is_empty() { "-" } else { value };
        let head = format!("{key:<width$}  {:<11}  ", name(*origin));
        lines.push(labeled(&head, said));
        if !place.is_empty() {
            let indent = " ".repeat(width + 15);
            lines.push(labeled(&indent, &format!("in {place}")));
        }
    }
    lines.join("\n")
}

fn name(origin: PolicyOrigin) -> &'static str {
    match origin {
        PolicyOrigin::Enforced => "enforced",
        PolicyOrigin::User => "yours",
        PolicyOrigin::Recommended => "recommended",
        PolicyOrigin::Default => "default",
    }
}

/// A text behind a label, in lines that are not too long and begin below one another.
fn labeled(label: &str, text: &str) -> String {
    let indent = label.chars().count();
    let room = WIDTH.saturating_sub(indent).max(20);
    let mut lines = wrapped(text, room).into_iter();
    let first = lines.next().unwrap_or_default();
    let mut out = format!("{label}{first}");
    for line in lines {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        out.push_str(&line);
    }
    out
}

/// Words in lines of at most so many letters. A word that is longer than a line is broken, as a
/// path may be.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for (number, piece) in letters.chunks(room).enumerate() {
            let line = lines.last_mut().expect("it begins with one");
            let used = line.chars().count();
            let gap = usize::from(number == 0 && used > 0);
            if used + gap + piece.len() > room {
                lines.push(piece.iter().collect());
            } else {
                line.extend(std::iter::repeat_n(' ', gap));
                line.extend(piece);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(key: &str, value: &str, origin: PolicyOrigin, place: &str) -> PolicyValueView {
        PolicyValueView {
            key: key.into(),
            value: value.into(),
            origin,
            place: place.into(),
        }
    }

    fn acme() -> PolicyView {
        PolicyView {
            organization: "Acme".into(),
            values: vec![
                value(
                    "vendor",
                    "xima",
                    PolicyOrigin::Enforced,
                    "/etc/fermata/policy.toml:3",
                ),
                value(
                    "read_every_in_call_ms",
                    "10000",
                    PolicyOrigin::User,
                    "~/.config/fermata/settings.toml:12",
                ),
                value(
                    "longest_pause_seconds",
                    "180",
                    PolicyOrigin::Recommended,
                    r"HKLM\Software\Policies\Fermata\Recommended\LongestPauseSeconds",
                ),
                value("extension_file", "", PolicyOrigin::Default, ""),
            ],
            rejected: vec![
                "/etc/fermata/policy.toml:7: longest_pause_secs: there is no such key; did you \
                 mean longest_pause_seconds?"
                    .into(),
            ],
        }
    }

    // F8
    #[test]
    fn the_table_is_aligned_and_fits_into_80_columns() {
        let text = table(&acme());
        assert_eq!(
            text,
            r"Managed by Acme

Written in the policy and not taken
  /etc/fermata/policy.toml:7: longest_pause_secs: there is no such key; did you
  mean longest_pause_seconds?

KEY                    ORIGIN       VALUE
vendor                 enforced     xima
                                    in /etc/fermata/policy.toml:3
read_every_in_call_ms  yours        10000
                                    in ~/.config/fermata/settings.toml:12
longest_pause_seconds  recommended  180
                                    in
                                    HKLM\Software\Policies\Fermata\Recommended\L
                                    ongestPauseSeconds
extension_file         default      -"
        );
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn for_programs_it_is_one_object_with_exactly_these_keys() {
        let mut policy = acme();
        policy.values.truncate(1);
        policy.rejected.clear();
        let shown = Shown {
            running: true,
            policy: &policy,
        };
        assert_eq!(
            serde_json::to_string(&shown).unwrap(),
            r#"{"running":true,"organization":"Acme","values":[{"key":"vendor","value":"xima","origin":"enforced","place":"/etc/fermata/policy.toml:3"}],"rejected":[]}"#
        );
    }

    #[test]
    fn an_entry_that_is_not_taken_says_where_which_what_and_what_to_do() {
        let rejected = Rejected {
            place: policy::Place("policy.toml:7".into()),
            key: "longest_pause_secs".into(),
            wrong: "there is no such key".into(),
            remedy: "did you mean longest_pause_seconds?".into(),
        };
        assert_eq!(
            block(&rejected),
            "policy.toml:7: longest_pause_secs\n  wrong   there is no such key\n  \
             remedy  did you mean longest_pause_seconds?"
        );
    }
}
