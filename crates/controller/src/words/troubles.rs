use std::time::Duration;

use vendors::Kind;

use super::{Who, span};
use crate::enrolment::EnrolmentError;
use crate::secrets::SecretError;
use crate::settings::SettingsProblem;
use crate::trouble::Trouble;
use crate::view::{FieldProblemView, HotkeyView, Problem};

/// A hiccup that is over within this is not worth saying.
const HICCUP: Duration = Duration::from_secs(2);

/// The same for listening: the vendor is asked meanwhile.
const PATIENCE: Duration = Duration::from_secs(10);

fn problem(code: &str, message: String, blocks_pausing: bool) -> Problem {
    Problem {
        code: code.to_owned(),
        message,
        blocks_pausing,
    }
}

/// No vendor is set up.
pub(crate) fn not_signed_in() -> Problem {
    problem("not-signed-in", super::NO_VENDOR.to_owned(), true)
}

/// The screen does not draw what it is given.
pub(crate) fn screen_not_drawing() -> Problem {
    let message = "The indicator has not been drawn for 3 s, so what it shows may be old. \
                   Start Fermata again.";
    problem("screen-not-drawing", message.to_owned(), false)
}

/// The log cannot be written, or (with an empty message) can be.
pub(crate) fn log_not_written(why: Option<&str>) -> Problem {
    let message = why.map(|why| {
        format!(
            "The log cannot be written to its file: {why}. Make room in your home directory, or \
             ask whoever looks after this computer."
        )
    });
    problem("log-not-written", message.unwrap_or_default(), false)
}

/// The audit log cannot be written, or (with an empty message) can be.
pub(crate) fn audit_not_written(why: Option<&str>) -> Problem {
    let message = why.map(|why| {
        format!("What happens is not put on record for now: {why}. Pausing works all the same.")
    });
    problem("audit-not-written", message.unwrap_or_default(), false)
}

/// The code of [`pause_left_open`].
pub(crate) const PAUSE_LEFT_OPEN: &str = "pause-left-open";

/// An earlier run may have left a recording paused, since then if that is known.
pub(crate) fn pause_left_open(since: Option<&str>) -> Problem {
    let since = since.map(|since| format!(" since {since}"));
    let message = format!(
        "A recording may have been left paused{}: Fermata ended before it was resumed. If your \
         call is shown as paused, resume it; otherwise check at your vendor that your calls are \
         recorded.",
        since.unwrap_or_default()
    );
    problem(PAUSE_LEFT_OPEN, message, false)
}

/// Open pauses cannot be noted, or (with an empty message) can be.
pub(crate) fn pause_not_noted(why: Option<&str>) -> Problem {
    let message = why.map(|why| {
        format!(
            "That a recording is paused cannot be noted on the disk, so that after a crash nobody \
             would be told: {why}. Make room. Pausing works all the same."
        )
    });
    problem("pause-not-noted", message.unwrap_or_default(), false)
}

/// Collectors take nothing, or (with an empty message) all of them do.
pub(crate) fn audit_not_forwarded(waiting: &[String]) -> Problem {
    let message = match waiting {
        [] => String::new(),
        [..] => format!(
            "What happens is on record here, and does not reach the organization: {}. Tell your \
             supervisor if this stays. Pausing works all the same.",
            waiting.join("; ")
        ),
    };
    problem("audit-not-forwarded", message, false)
}

/// What is wrong with the hotkeys, if anything is.
pub(crate) fn broken_hotkeys(hotkeys: &[HotkeyView]) -> Option<Problem> {
    let broken: Vec<String> = hotkeys
        .iter()
        .filter(|hotkey| !hotkey.works)
        .map(|hotkey| format!("{} does not work: {}", hotkey.chord, hotkey.message))
        .collect();
    (!broken.is_empty()).then(|| problem("hotkey-does-not-work", broken.join(" "), false))
}

/// The check of a sign-in came to no end.
pub(crate) fn sign_in_crashed() -> FieldProblemView {
    FieldProblemView {
        field: String::new(),
        message: "The sign-in came to no end; start Fermata again and sign in anew.".to_owned(),
    }
}

/// What a sign-in could not check.
pub(crate) fn not_checked(who: &Who) -> String {
    format!(
        "{} offers nothing that would check this sign-in without touching a call: \
         whether it is right is seen at the first pause.",
        who.title
    )
}

/// What the vendor tells unasked is not heard.
pub(crate) fn deaf(who: &Who) -> (Problem, Duration) {
    let message = format!(
        "What {} tells of your calls does not arrive. Fermata asks it instead and keeps trying; a \
         call that starts or ends is noticed later.",
        who.title
    );
    (problem("vendor-tells-nothing", message, false), PATIENCE)
}

/// What the user's settings of the vendor have wrong, so that there is none.
pub(crate) fn settings_wrong(wrong: &[SettingsProblem]) -> Option<Problem> {
    let message = format!("The settings cannot be used. {}", lines(wrong));
    (!wrong.is_empty()).then(|| problem("settings-wrong", message, true))
}

/// What the user's settings say that belongs elsewhere.
pub(crate) fn settings_misplaced(misplaced: &[SettingsProblem]) -> Option<Problem> {
    let message = lines(misplaced);
    (!misplaced.is_empty()).then(|| problem("settings-misplaced", message, false))
}

/// What the organisation has decided and cannot be taken.
pub(crate) fn policy_rejected(rejected: &[String]) -> Option<Problem> {
    let message = format!(
        "Some of what your organisation has decided for this computer cannot be taken. Ask your \
         administrator to mend it. {}",
        rejected.join(" ")
    );
    (!rejected.is_empty()).then(|| problem("policy-rejected", message, false))
}

/// The settings name a simulator, and the organisation allows none.
pub(crate) fn simulation_not_allowed(place: &str) -> Problem {
    let message = format!(
        "Your organisation allows no simulator on this computer, and {place} says that the vendor \
         is one. Nothing can be paused. Take simulation = true out, and sign in at your vendor."
    );
    problem("simulation-not-allowed", message, true)
}

/// The vendor's address leads to this computer, and the organisation allows no simulator.
pub(crate) fn local_address_not_allowed(title: &str) -> Problem {
    let message = format!(
        "Your organisation allows no simulator on this computer, and the address of {title} leads \
         to this computer itself. Nothing can be paused. Open Fermata's window and sign in at \
         your vendor."
    );
    problem("simulation-not-allowed", message, true)
}

/// The secret reaches other agents, and the organisation refuses such secrets.
pub(crate) fn credentials_refused(title: &str, what: &str) -> Problem {
    let message = format!(
        "Your organisation refuses secrets that reach other agents, as that of {title} does. \
         {what} Nothing can be paused. Ask your administrator, who decides this by \
         broad_credentials."
    );
    problem("credentials-refused", message, true)
}

/// The secret that somebody has signed in with reaches other agents.
pub(crate) fn credentials_reach_others(what: &str) -> String {
    format!("This secret reaches other agents, too. {what}")
}

/// The desk could not be set up by its enrolment file.
pub(crate) fn enrolment_failed(error: &EnrolmentError) -> Problem {
    let message = format!(
        "The secret that your organisation has left for this desk is not taken. Ask your \
         administrator. {error}"
    );
    problem("enrolment-failed", message, false)
}

/// Another account has been decided on while something is under way at the old one.
pub(crate) fn account_waits() -> Problem {
    let message = "Your organization has set up another vendor or account for this desk. Fermata \
                   goes there as soon as nothing is paused, under way or failed: finish that first, or \
                   sign in anew in Fermata's window.";
    problem("account-change-waits", message.to_owned(), false)
}

fn lines(problems: &[SettingsProblem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join(" ")
}

/// What is wrong, in words, and how long it has to last to be worth saying.
pub(crate) fn trouble(trouble: &Trouble, who: &Who) -> (Problem, Duration) {
    let Who {
        title,
        base_url,
        agent,
        ..
    } = who;
    match trouble {
        Trouble::Vendor(_) if trouble.distrusts_certificate() => {
            let message = format!(
                "The certificate of {base_url} is not trusted by this computer. If a proxy of \
                 your organisation opens encrypted connections, its certificate has to be \
                 installed; otherwise do not sign in here and ask your administrator."
            );
            (problem("certificate-not-trusted", message, true), HICCUP)
        }
        Trouble::Vendor(_) if trouble.is_of_a_proxy() => {
            let message = format!(
                "A proxy between this computer and {title} wants a sign-in of its own, which \
                 Fermata has none for. Ask your administrator to let connections to {base_url} \
                 through without one."
            );
            (problem("proxy-sign-in", message, true), HICCUP)
        }
        Trouble::Vendor(error) => of_kind(&error.kind, who),
        Trouble::OutOfTime => (
            problem(
                "vendor-silent",
                format!(
                    "{title} does not answer in time. Check the network; Fermata keeps trying."
                ),
                false,
            ),
            HICCUP,
        ),
        Trouble::Ended => deaf(who),
        Trouble::NoSecret(called) => {
            let message = format!(
                "No {called} is kept for {agent} at {title}. Open Fermata's window and sign in."
            );
            (problem("not-signed-in", message, true), Duration::ZERO)
        }
        Trouble::Secret(error) => (secret(error), Duration::ZERO),
        Trouble::Client(_) => {
            let message = "This computer's certificates or its proxy settings cannot be read, so \
                           no connection can be made. Ask your administrator.";
            (
                problem("no-connections", message.to_owned(), true),
                Duration::ZERO,
            )
        }
    }
}

fn of_kind(kind: &Kind, who: &Who) -> (Problem, Duration) {
    let Who {
        title,
        base_url,
        agent,
        ..
    } = who;
    let (code, message, blocks_pausing, wait) = match kind {
        Kind::SignInRejected => (
            "sign-in-rejected",
            format!(
                "{title} did not accept the sign-in of {agent}. It is not tried again, so that \
                 the account is not locked. Open Fermata's window and sign in anew."
            ),
            true,
            Duration::ZERO,
        ),
        Kind::SessionEnded => return (session_over(title), HICCUP),
        Kind::NotPermitted(what_to_do) => (
            "not-permitted",
            format!("{title} does not permit this to {agent}: {what_to_do}."),
            true,
            Duration::ZERO,
        ),
        Kind::NotSupported => (
            "not-supported",
            format!("{title} at {base_url} cannot do this. Ask your administrator."),
            true,
            Duration::ZERO,
        ),
        Kind::NoSuchCall => (
            "no-such-call",
            format!(
                "{title} knows no such call or no {agent}. Check that the call is on and that \
                 the settings name the right agent."
            ),
            false,
            Duration::ZERO,
        ),
        Kind::Refused(code) => (
            "refused",
            format!("{title} refused it ({code}). Ask your administrator what that means."),
            false,
            Duration::ZERO,
        ),
        Kind::Throttled { retry_after } => (
            "throttled",
            match retry_after {
                Some(after) => format!(
                    "{title} asks for fewer requests for {}. Until then it confirms nothing.",
                    span(*after)
                ),
                None => format!("{title} asks for fewer requests. It confirms less often."),
            },
            false,
            Duration::ZERO,
        ),
        Kind::Partly => (
            "done-in-part",
            format!(
                "{title} did it for one part of the recording and not for another. Treat the call \
                 as recorded."
            ),
            false,
            Duration::ZERO,
        ),
        Kind::Unreachable => (
            "vendor-unreachable",
            format!(
                "{title} cannot be reached at {base_url}. Check the network and the address; \
                 Fermata keeps trying."
            ),
            true,
            HICCUP,
        ),
        Kind::NoAnswer => (
            "vendor-silent",
            format!("{title} does not answer. Check the network; Fermata keeps trying."),
            false,
            HICCUP,
        ),
        Kind::ServerFailed(status) => (
            "vendor-failing",
            format!("{title} reports a failure of its own (HTTP {status}). Fermata keeps trying."),
            false,
            HICCUP,
        ),
        Kind::Unintelligible(what) => (
            "vendor-unintelligible",
            format!(
                "What answers at {base_url} is not understood ({what}). Check that this is the \
                 address of {title}."
            ),
            false,
            HICCUP,
        ),
    };
    (problem(code, message, blocks_pausing), wait)
}

fn session_over(title: &str) -> Problem {
    let message = format!("The session at {title} ended. Fermata keeps signing in.");
    problem("session-over", message, true)
}

fn secret(error: &SecretError) -> Problem {
    match error {
        SecretError::NoKeyring => problem(
            "no-keyring",
            "No keyring is running, so the secret cannot be had. Start one (for example \
             gnome-keyring), then start Fermata again."
                .to_owned(),
            true,
        ),
        SecretError::Locked => problem(
            "keyring-locked",
            "The keyring is locked, so the secret cannot be had. Answer its prompt or unlock it; \
             Fermata then goes on by itself."
                .to_owned(),
            true,
        ),
        SecretError::TooLong { .. } => problem(
            "secret-too-long",
            format!("It cannot be kept: {error}."),
            true,
        ),
        SecretError::Refused(said) => problem(
            "keyring-refused",
            format!("The keyring refused: {said}. Check it with its own program."),
            true,
        ),
    }
}
