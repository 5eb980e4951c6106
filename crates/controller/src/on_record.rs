//! The audit log's place in the engine: what happens goes there as it happens, and nothing waits
//! for it (G1, G3).

mod entries;
mod forwarded;
mod report_key;

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use audit::{Anchored, AuditError, Entry, Event, Journal, Keeping, Origin};
use forward::Forwarding;
use jiff::tz::TimeZone;
use pause::AuditEvent;
use tokio::sync::mpsc::WeakUnboundedSender;
use tokio::task::spawn_blocking;

use crate::admin_event::AdminEvent;
use crate::clock::Clock;
use crate::driver::Setup;
use crate::enrolment::{LoggedOn, ThisUser};
use crate::view::{PolicyView, Request};
use crate::words::{self, Who};

use report_key::ReportKeyOnRecord;

/// How long the end of the engine waits for the disk.
const FINISHED_WITHIN: Duration = Duration::from_secs(2);

/// How long it then waits for collectors. What they have not taken by then waits for the next
/// start.
const FORWARDED_WITHIN: Duration = Duration::from_secs(1);

/// What is put on record, if it is.
pub(crate) struct OnRecord {
    journal: Option<Journal>,
    forwarding: Option<Forwarding>,
    report_key: Option<ReportKeyOnRecord>,
    clock: Clock,
}

impl OnRecord {
    /// Starts to write where it was set up to, and to forward from there.
    ///
    /// That it cannot be written is a problem that is shown. Whoever asks the engine for
    /// something keeps it alive, and this does not.
    pub(crate) fn start(setup: &Setup, requests: WeakUnboundedSender<Request>) -> Self {
        let clock = setup.clock;
        let Some(directory) = setup.audit.clone() else {
            return Self {
                journal: None,
                forwarding: None,
                report_key: None,
                clock,
            };
        };
        let (log, to_tell) = (directory.clone(), requests.clone());
        let journal = Journal::start(
            || keeping(log),
            Box::new(tell_anchor),
            Box::new(move |why| tell_not_written(why, &to_tell)),
        );
        let forwarding = forwarded::start(directory, setup, journal.clone(), requests);
        Self {
            journal: Some(journal),
            forwarding: Some(forwarding),
            report_key: setup.report_keys.clone().map(ReportKeyOnRecord::new),
            clock,
        }
    }

    /// Keeps files for as long as has been decided, and forwards to where that has been.
    pub(crate) fn keep_to(&self, decided: &PolicyView) {
        let days = decided
            .value("audit_days")
            .and_then(|days| days.parse().ok());
        if let (Some(journal), Some(days)) = (&self.journal, days) {
            journal.keep_for(days);
        }
        if let Some(forwarding) = &self.forwarding {
            forwarding.keep_to(forwarded::targets(decided));
        }
    }

    /// Puts on record what the machine says.
    pub(crate) fn put(&self, event: &AuditEvent, who: Option<&Who>) {
        self.put_entry(who, |entry| entries::of(event, entry));
    }

    /// Puts on record something else of the engine.
    pub(crate) fn say(&self, event: Event, who: Option<&Who>, finish: impl FnOnce(Entry) -> Entry) {
        self.put_entry(who, |entry| finish(Entry { event, ..entry }));
    }

    /// Puts the public key of this user's reports on record, unless it is.
    ///
    /// A keyring that is locked is asked again each time: call it when a keyring has just been
    /// of use.
    pub(crate) fn note_report_key(&self) {
        if let (Some(report_key), Some(journal)) = (&self.report_key, &self.journal) {
            report_key.note(journal, self.clock);
        }
    }

    fn put_entry(&self, who: Option<&Who>, finish: impl FnOnce(Entry) -> Entry) {
        let Some(journal) = &self.journal else { return };
        let (at, up) = (self.clock.timestamp(), self.clock.up());
        let entry = Entry {
            vendor: who.map(|who| who.name.clone()),
            agent: who.map(|who| who.agent.clone()),
            ..Entry::new(at, up, Event::Started)
        };
        journal.put(finish(entry));
    }

    /// Waits a moment for what is not on the disk yet.
    pub(crate) async fn finish(&self) {
        let Some(journal) = self.journal.clone() else {
            return;
        };
        let finished = spawn_blocking(move || journal.finish(FINISHED_WITHIN)).await;
        if !finished.unwrap_or(false) {
            tracing::warn!("the end of the audit log is not on the disk");
        }
        if let Some(forwarding) = &self.forwarding {
            // What was not forwarded is told by the forwarder, and is sent after the next start.
            forwarding.finish(FORWARDED_WITHIN).await;
        }
    }
}

fn tell_anchor(newest: Anchored) {
    AdminEvent::AuditAnchored.tell(&format!("The audit log has come to {newest}"));
}

fn tell_not_written(why: Option<&AuditError>, requests: &WeakUnboundedSender<Request>) {
    let why = why.map(ToString::to_string);
    let problem = words::audit_not_written(why.as_deref());
    if why.is_some() {
        AdminEvent::AuditNotWritten.tell(&problem.message);
    }
    if let Some(requests) = requests.upgrade() {
        // The engine may have ended meanwhile.
        requests.send(Request::DesktopProblem(problem)).ok();
    }
}

fn keeping(directory: PathBuf) -> Keeping {
    Keeping {
        directory,
        days: Keeping::USUAL_DAYS,
        origin: origin(),
        zone: TimeZone::system(),
    }
}

/// In whose name this program puts something on record, or reports.
///
/// May ask a directory server who is logged on.
pub fn origin() -> Origin {
    let program = env::current_exe().ok();
    let program = program.as_deref().and_then(|path| path.file_stem());
    let program = program.map_or("fermata".into(), |name| name.to_string_lossy());
    Origin {
        user: ThisUser.name().unwrap_or_else(|_| "unknown".to_owned()),
        host: host(),
        program: format!("{program} {}", env!("CARGO_PKG_VERSION")),
    }
}

#[cfg(unix)]
fn host() -> String {
    let names = rustix::system::uname();
    names.nodename().to_string_lossy().into_owned()
}

/// Windows tells every program by this variable (documented: "Recognized environment variables").
#[cfg(windows)]
fn host() -> String {
    env::var("COMPUTERNAME").unwrap_or_else(|_| "unknown".to_owned())
}
