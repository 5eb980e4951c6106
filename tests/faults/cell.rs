//! One vendor, one fault, one moment.

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use controller::view::DisplayName;
use jiff::Timestamp;
use pause::Wanted;
use simulators::{Truth, Vendor};
use tokio::sync::Semaphore;
use tokio::time::sleep;
use vendors::VendorEntry;

use crate::afterwards;
use crate::certificates::Shown;
use crate::client::{self, Route};
use crate::desk::{Closed, Desk};
use crate::fault::{Class, Fault, Strike};
use crate::life;
use crate::moment::Moment;
use crate::proxy::Weather;
use crate::record;

/// How long before the press a fault that is there before it strikes: every desk has asked for
/// something by then, and knows of its calls what there is to know.
const BEFORE: Duration = Duration::from_millis(2_500);

/// How long after a pause it has been told of, too, and whoever listens has asked for more.
const SETTLED: Duration = Duration::from_millis(400);

/// So many begin at once: beginning is most of the work, and on a computer that is busy with it
/// others would be late.
static BEGINNING: Semaphore = Semaphore::const_new(6);

/// One entry of the table.
#[derive(Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) vendor: Vendor,
    pub(crate) fault: &'static Fault,
    pub(crate) moment: Moment,
    /// The adapter, if it is not the usual one.
    pub(crate) adapter: Option<&'static VendorEntry>,
}

/// What came of it.
pub(crate) struct Observed {
    /// What was shown in the end.
    pub(crate) display: DisplayName,
    /// How long after the press, or after the fault where nothing was pressed, it came up.
    pub(crate) after: Duration,
    /// The problems that were shown in the end.
    pub(crate) problems: Vec<String>,
    /// What was put on record from then on, until the fault was over.
    pub(crate) records: Vec<String>,
    /// Whether all was well again afterwards.
    pub(crate) afterwards: Result<()>,
    /// What the desk leaves behind.
    pub(crate) closed: Closed,
    /// Everything that the recorders of the agent's calls became.
    pub(crate) histories: Vec<simulators::History>,
    /// When the desk was closed.
    pub(crate) ended: Duration,
    /// The agent, in the vendor's terms.
    pub(crate) agent: String,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (vendor, fault, moment) = (self.vendor, self.fault.name, self.moment.name());
        write!(f, "{vendor}::{fault}::{moment}")
    }
}

impl Cell {
    /// How the desk gets to the vendor, so that this can go wrong.
    fn route(&self) -> Route {
        match self.fault.strike {
            Strike::Certificate(_) | Strike::OnTheWay(Weather::NoName | Weather::FlipEncrypted) => {
                Route::ByName
            }
            Strike::OnTheWay(Weather::ProxySignIn) => Route::ThroughProxy,
            Strike::OnTheWay(_) | Strike::AtTheVendor(_) | Strike::Life(_) => Route::Near,
        }
    }

    /// Plays it, and watches for this long what comes of it.
    pub(crate) async fn play(&self, watched_for: Duration) -> Result<Observed> {
        let turn = BEGINNING.acquire().await?;
        let desk = Desk::start(self.vendor, self.route(), self.adapter).await?;
        let proves = self.vendor.proves();
        let (recording, paused) = if proves {
            (DisplayName::Recording, DisplayName::Paused)
        } else {
            (DisplayName::Unknown, DisplayName::PauseSent)
        };
        desk.waits_for("the call", |view| {
            let signed_in = view.vendor.as_ref().is_some_and(|vendor| vendor.link_up);
            signed_in && view.display == recording && !view.calls.is_empty()
        })
        .await?;
        drop(turn);
        let strike = self.strike(&desk);
        let began = match self.moment {
            Moment::Before => {
                strike();
                sleep(BEFORE).await;
                press(&desk, Wanted::Paused)
            }
            Moment::Pausing => {
                desk.proxy.when_commanded(strike);
                press(&desk, Wanted::Paused)
            }
            Moment::Paused => {
                desk.want(Wanted::Paused);
                desk.shows(paused).await?;
                sleep(SETTLED).await;
                let began = desk.site.clock();
                strike();
                // What the vendor tells shows only when it has something to tell.
                if self.is_meddled_with() {
                    desk.site.someone_sets(&desk.call, Truth::Recording);
                }
                began
            }
            Moment::Resuming => {
                desk.want(Wanted::Paused);
                desk.shows(paused).await?;
                desk.proxy.when_commanded(strike);
                press(&desk, Wanted::Recording)
            }
        };
        sleep(watched_for).await;
        self.judge(desk, began).await
    }

    /// Whether somebody else resumes the recording, once the fault has struck.
    pub(crate) fn is_meddled_with(&self) -> bool {
        let of_events = match self.fault.class {
            Class::Events | Class::NoEvents => true,
            Class::NoWay
            | Class::NotTrusted
            | Class::NoReply
            | Class::TooLate
            | Class::Garbled
            | Class::NoBody
            | Class::NotUnderstood
            | Class::OddValues
            | Class::NotTheVendor
            | Class::Status(_)
            | Class::Throttled
            | Class::SessionEnds
            | Class::NotDone
            | Class::Harmless
            | Class::Life(_) => false,
        };
        of_events && self.moment == Moment::Paused && self.vendor.proves()
    }

    async fn judge(&self, desk: Desk, began: Duration) -> Result<Observed> {
        let view = desk.view();
        let (display, since) = desk.shown_now();
        let over = Timestamp::now();
        self.end_fault(&desk);
        let afterwards = afterwards::play(self, &desk).await;
        let ended = desk.site.clock();
        let site = desk.site.clone();
        let closed = desk.close().await?;
        let records = record::of(&closed.audit, self.moment, over)?;
        Ok(Observed {
            display,
            after: since.saturating_sub(began),
            problems: view
                .problems
                .iter()
                .map(|problem| problem.code.clone())
                .collect(),
            afterwards: afterwards
                .and_then(|()| afterwards::is_on_record(self.vendor, &records.afterwards)),
            records: records.during,
            histories: site.histories(),
            agent: site.agent(),
            closed,
            ended,
        })
    }

    /// Takes the fault away. What has happened to a call has happened.
    fn end_fault(&self, desk: &Desk) {
        match self.fault.strike {
            Strike::OnTheWay(_) => {
                client::remember(&desk.host);
                client::open_office_to(desk.proxy.port);
                desk.proxy.turn(Weather::Clear)();
            }
            Strike::Certificate(_) => desk.proxy.show(Shown::Good)(),
            Strike::AtTheVendor(_) => desk.site.behave(),
            Strike::Life(_) => {}
        }
    }

    /// What brings the fault about.
    fn strike(&self, desk: &Desk) -> Box<dyn FnOnce() + Send> {
        match self.fault.strike {
            Strike::OnTheWay(weather) => {
                let turn = desk.proxy.turn(weather);
                let (host, port) = (desk.host.clone(), desk.proxy.port);
                Box::new(move || {
                    match weather {
                        Weather::NoName => client::forget(&host),
                        Weather::ProxySignIn => client::close_office_to(port),
                        Weather::Clear
                        | Weather::Refused
                        | Weather::Reset
                        | Weather::BlackHole
                        | Weather::CutReply
                        | Weather::HalfBody
                        | Weather::Dripping
                        | Weather::OtherType
                        | Weather::Noise
                        | Weather::Flip
                        | Weather::FlipEncrypted
                        | Weather::Slow
                        | Weather::TooSlow
                        | Weather::CutEvents => {}
                    }
                    turn();
                })
            }
            Strike::Certificate(shown) => Box::new(desk.proxy.show(shown)),
            Strike::AtTheVendor(misbehaviour) => {
                let site = desk.site.clone();
                Box::new(move || site.misbehave(misbehaviour))
            }
            Strike::Life(life) => life::strike(life, desk),
        }
    }
}

fn press(desk: &Desk, wanted: Wanted) -> Duration {
    let pressed = desk.site.clock();
    desk.want(wanted);
    pressed
}
