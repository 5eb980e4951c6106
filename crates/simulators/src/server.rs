use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::line::{Exchange, Line};
use crate::wire::{Asked, Carry, Reply};
use crate::{Bearer, Fault, On, Options, Site, Vendor, Versions, control};

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
        let vendor = self.vendor;
        let mut text = format!("vendor = \"{vendor}\"\nsimulation = true\n\n[{vendor}]\n");
        let mut set = |key: &str, value: &str| text += &format!("{key} = {value:?}\n");
        set("base_url", &self.base_url());
        match vendor {
            Vendor::Xima => set("extension", self.extension()),
            Vendor::Anywhere365 => {
                let anywhere365 = &self.options.anywhere365;
                set("ucc", self.ucc());
                set("requester_sip_uri", self.sip_uri());
                if anywhere365.versions == Versions::V2 {
                    set("api_version", "v2");
                }
                match anywhere365.bearer {
                    Bearer::NotRequired => {}
                    Bearer::Secret => set("auth", "token"),
                    Bearer::Issued { .. } => {
                        set("auth", "keycloak");
                        set("token_url", &self.token_url().unwrap_or_default());
                        set("username", self.user());
                    }
                }
            }
        }
        text
    }

    /// The address of the token endpoint, if there is one (Anywhere365).
    pub fn token_url(&self) -> Option<String> {
        match (self.vendor, self.options.anywhere365.bearer) {
            (Vendor::Anywhere365, Bearer::Issued { .. }) => Some(format!(
                "{}/auth/realms/{}/protocol/openid-connect/token",
                self.base_url(),
                self.options.anywhere365.tenant
            )),
            (Vendor::Anywhere365, Bearer::NotRequired | Bearer::Secret) | (Vendor::Xima, _) => None,
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
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return Reply::empty(413).into_response();
    };
    let asked = Asked::new(&parts, body);
    if asked.path.starts_with(control::ROOT) {
        return control::answer(&site, &asked).into_response();
    }
    let number = site.note(&asked);
    let reply = if asked.path == "/login" {
        Some(Reply::log_in_page())
    } else {
        vendor_reply(&site, asked).await
    };
    match reply {
        Some(reply) => {
            site.note_status(number, reply.status);
            reply.into_response()
        }
        None => {
            line.cut();
            // Goes nowhere: the line is cut.
            Reply::empty(503).into_response()
        }
    }
}

/// The vendor's reply, with whatever is to go wrong; `None` if the connection is to be dropped.
async fn vendor_reply(site: &Site, asked: Asked) -> Option<Reply> {
    let kind = site.kind(&asked);
    let Some(fault) = site.next_fault(kind) else {
        return Some(site.answer(&asked, Carry::Out));
    };
    match fault {
        Fault::LoseReply => {
            site.answer(&asked, Carry::Out);
            None
        }
        Fault::DropConnection => None,
        Fault::Delay(by) => {
            let reply = site.answer(&asked, Carry::Out);
            tokio::time::sleep(by).await;
            Some(reply)
        }
        Fault::DelayExecution(by) => {
            let reply = site.answer(&asked, Carry::Not);
            if kind == On::Commands {
                let site = site.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(by).await;
                    site.answer(&asked, Carry::Out);
                });
            }
            Some(reply)
        }
        Fault::NoEffect => Some(site.answer(&asked, Carry::Not)),
        Fault::Status {
            code,
            retry_after,
            executed,
        } => {
            if executed {
                site.answer(&asked, Carry::Out);
            }
            let reply = Reply::empty(code);
            Some(match retry_after {
                Some(after) => reply.with(header::RETRY_AFTER, after.as_secs().to_string()),
                None => reply,
            })
        }
        Fault::Garbage => Some(site.answer(&asked, Carry::Out).garbled()),
        Fault::WrongTypes => Some(site.answer(&asked, Carry::Out).with_wrong_types()),
        Fault::UnknownNumbers => Some(site.answer(&asked, Carry::Out).with_unknown_numbers()),
        Fault::SlowBody => Some(site.answer(&asked, Carry::Out).byte_by_byte()),
        Fault::HugeBody => Some(site.answer(&asked, Carry::Out).forever()),
        Fault::Redirect => Some(Reply::to_log_in_page()),
    }
}
