use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::line::{Exchange, Line};
use crate::wire::{Answer, Asked, Carry, Reply};
use crate::{Fault, On, Options, Site, Vendor, anywhere365, control, gqm, gws, noojee, xima};

/// No request of either vendor is nearly as large.
const LARGEST_REQUEST: usize = 64 * 1024;

/// A vendor's server, listening on this computer until it is dropped.
///
/// It runs on a thread of its own, so that it can be used with or without an async runtime, and
/// keeps real time whatever a test does to its clock.
pub struct Simulator {
    vendor: Vendor,
    options: Options,
    site: Site,
    address: SocketAddr,
    serving: Option<Serving>,
    /// `Some` until it is dropped.
    runtime: Option<Runtime>,
}

/// A listener and its connections.
struct Serving {
    cut: CancellationToken,
    /// Ends when all of them are gone. Locked only so that simulators can be shared.
    in_use: Mutex<Receiver<()>>,
}

impl Simulator {
    /// Starts a server of this vendor, with one agent who is on no call.
    ///
    /// # Errors
    /// The port is taken, or the system lets nobody listen.
    pub fn start(vendor: Vendor, options: Options) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("simulator")
            .enable_all()
            .build()?;
        let mut simulator = Self {
            vendor,
            site: Site::new(vendor, options.clone()),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)),
            options,
            serving: None,
            runtime: Some(runtime),
        };
        simulator.listen()?;
        Ok(simulator)
    }

    /// Dies: when this returns, the listener and every connection are closed, and whoever
    /// connects is refused. The site lives on, recorders included.
    pub fn stop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.cut.cancel();
            // Nothing is ever sent: this waits until the last sender is gone.
            let in_use = serving.in_use.into_inner();
            let _gone = in_use.expect("nobody ever locks it").recv();
        }
    }

    /// Comes back on the same port, after [`Simulator::stop`] or without.
    ///
    /// # Errors
    /// Somebody else has taken the port.
    pub fn restart(&mut self) -> io::Result<()> {
        self.stop();
        self.listen()
    }

    fn listen(&mut self) -> io::Result<()> {
        let listener = std::net::TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        self.address = listener.local_addr()?;
        let runtime = self.runtime.as_ref().expect("it is gone only after drop");
        let _inside = runtime.enter();
        let (sender, in_use) = channel();
        let cut = CancellationToken::new();
        let exchange = Exchange::new(TcpListener::from_std(listener)?, cut.clone(), sender);
        let app = Router::new()
            .fallback(answer)
            .with_state(self.site.clone())
            .into_make_service_with_connect_info::<Line>();
        let until = cut.clone();
        runtime.spawn(async move {
            tokio::select! {
                // Serving ends by being dropped only.
                _ended = axum::serve(exchange, app) => {}
                () = until.cancelled() => {}
            }
        });
        self.serving = Some(Serving {
            cut,
            in_use: Mutex::new(in_use),
        });
        Ok(())
    }

    /// Its address: `http://127.0.0.1:8080`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The truth behind it.
    pub fn site(&self) -> Site {
        self.site.clone()
    }

    /// The vendor that it plays.
    pub const fn vendor(&self) -> Vendor {
        self.vendor
    }

    /// The secret that it accepts: a bearer token, or the user's password.
    pub fn secret(&self) -> String {
        self.site.secret()
    }

    /// The first agent's extension (Xima).
    pub fn extension(&self) -> &str {
        &self.options.extension
    }

    /// The name of the UCC (Anywhere365).
    pub fn ucc(&self) -> &str {
        &self.options.ucc
    }

    /// The first agent's SIP address (Anywhere365).
    pub fn sip_uri(&self) -> &str {
        &self.options.sip_uri
    }

    /// The user whom the token endpoint knows (Anywhere365).
    pub fn user(&self) -> &str {
        &self.options.anywhere365.user
    }

    /// The settings that make the app use it, for `settings.toml`. They hold no secret.
    pub fn settings(&self) -> String {
        self.settings_of(&self.site.agent())
    }

    /// The same for another agent of the site.
    pub fn settings_of(&self, agent: &str) -> String {
        let vendor = self.vendor;
        let (options, base_url) = (&self.options, self.base_url());
        let settings = match vendor {
            Vendor::Xima => xima::settings(agent),
            Vendor::Gqm => gqm::settings(options, agent),
            Vendor::Anywhere365 => anywhere365::settings(options, &base_url, agent),
            Vendor::Noojee => noojee::settings(options, agent),
            Vendor::Gws => gws::settings(options, agent),
        };
        let mut text = format!("vendor = \"{vendor}\"\nsimulation = true\n\n[{vendor}]\n");
        text += &format!("base_url = {base_url:?}\n");
        for (key, value) in settings {
            text += &format!("{key} = {value:?}\n");
        }
        text
    }

    /// What a person needs to know of it: names and values, the secret among them.
    pub fn introduction(&self) -> Vec<(&'static str, String)> {
        let (options, base_url) = (&self.options, self.base_url());
        let mut facts = vec![("base URL", base_url.clone())];
        facts.extend(match self.vendor {
            Vendor::Xima => vec![("extension", options.extension.clone())],
            Vendor::Gqm => gqm::introduction(options),
            Vendor::Anywhere365 => anywhere365::introduction(options, &base_url),
            Vendor::Noojee => noojee::introduction(options),
            Vendor::Gws => gws::introduction(options),
        });
        facts.push(("secret", self.secret()));
        facts
    }

    /// The address of the token endpoint, if there is one (Anywhere365).
    pub fn token_url(&self) -> Option<String> {
        match self.vendor {
            Vendor::Anywhere365 => anywhere365::token_url(&self.options, &self.base_url()),
            Vendor::Xima | Vendor::Gqm | Vendor::Noojee | Vendor::Gws => None,
        }
    }

    /// The address of the event hub, if there is one (Anywhere365).
    pub fn hub_url(&self) -> Option<String> {
        match self.vendor {
            Vendor::Anywhere365 => anywhere365::hub_url(&self.options, &self.base_url()),
            Vendor::Xima | Vendor::Gqm | Vendor::Noojee | Vendor::Gws => None,
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop();
        if let Some(runtime) = self.runtime.take() {
            // Not by waiting: that is forbidden where a simulator is dropped in async code.
            runtime.shutdown_background();
        }
    }
}

async fn answer(
    State(site): State<Site>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: axum::extract::Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return Reply::empty(413).into_response();
    };
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &())
        .await
        .ok();
    let asked = Asked::new(&parts, body, upgrade.is_some());
    if asked.path.starts_with(control::ROOT) {
        return control::answer(&site, &asked).into_response();
    }
    let number = site.note(&asked, line.number);
    let reply = if asked.path == "/login" {
        Some(Reply::log_in_page().into())
    } else {
        vendor_reply(&site, asked).await
    };
    match reply {
        Some(Answer::Reply(reply)) => {
            site.note_status(number, reply.status);
            reply.into_response()
        }
        Some(Answer::Socket(talk)) => match upgrade {
            Some(upgrade) => {
                site.note_status(number, 101);
                upgrade.on_upgrade(talk)
            }
            None => Reply::empty(426).into_response(),
        },
        // `vendor_reply` waits for it.
        Some(Answer::Later(_)) | None => {
            line.cut();
            // Goes nowhere: the line is cut.
            Reply::empty(503).into_response()
        }
    }
}

/// The vendor's answer, with whatever is to go wrong; `None` if the connection is to be dropped.
/// Never [`Answer::Later`].
async fn vendor_reply(site: &Site, asked: Asked) -> Option<Answer> {
    let kind = site.kind(&asked);
    let Some(fault) = site.next_fault(kind) else {
        return ready(site.answer(&asked, Carry::Out)).await;
    };
    let (carry, change): (Carry, fn(Reply) -> Reply) = match fault {
        Fault::LoseReply => {
            ready(site.answer(&asked, Carry::Out)).await;
            return None;
        }
        Fault::DropConnection => return None,
        Fault::Delay(by) => {
            let answer = ready(site.answer(&asked, Carry::Out)).await;
            tokio::time::sleep(by).await;
            return answer;
        }
        Fault::DelayExecution(by) => {
            let answer = site.answer(&asked, Carry::Not);
            if kind == On::Commands {
                let site = site.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(by).await;
                    ready(site.answer(&asked, Carry::Out)).await;
                });
            }
            return ready(answer).await;
        }
        Fault::Status {
            code,
            retry_after,
            executed,
        } => {
            if executed {
                ready(site.answer(&asked, Carry::Out)).await;
            }
            let reply = Reply::empty(code);
            return Some(Answer::Reply(match retry_after {
                Some(after) => reply.with(header::RETRY_AFTER, after.as_secs().to_string()),
                None => reply,
            }));
        }
        Fault::Redirect => return Some(Reply::to_log_in_page().into()),
        Fault::ExpireSessions => {
            site.expire_sessions();
            (Carry::Out, |reply| reply)
        }
        Fault::ForgetListeners => {
            site.forget_listeners();
            (Carry::Out, |reply| reply)
        }
        Fault::NoEffect => (Carry::Not, |reply| reply),
        Fault::Decline => (Carry::Declined, |reply| reply),
        Fault::Garbage => (Carry::Out, Reply::garbled),
        Fault::WrongTypes => (Carry::Out, Reply::with_wrong_types),
        Fault::UnknownNumbers => (Carry::Out, Reply::with_unknown_numbers),
        Fault::SlowBody => (Carry::Out, Reply::byte_by_byte),
        Fault::HugeBody => (Carry::Out, Reply::forever),
        Fault::LoseEvents | Fault::DelayEvents(_) | Fault::RepeatEvents(_) => {
            (Carry::Out, |reply| reply)
        }
    };
    Some(match ready(site.answer(&asked, carry)).await? {
        Answer::Reply(reply) => change(reply).into(),
        // What goes over a socket is garbled there, if at all.
        answer @ (Answer::Socket(_) | Answer::Later(_)) => answer,
    })
}

async fn ready(answer: Answer) -> Option<Answer> {
    match answer {
        Answer::Later(reply) => reply.await.map(Answer::Reply),
        answer @ (Answer::Reply(_) | Answer::Socket(_)) => Some(answer),
    }
}
