//! G5: the audit log, forwarded to the real rsyslog of Debian over TLS, with the configuration
//! that `docs/forwarding/rsyslog.conf` gives administrators to copy.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use audit::{Entry, Event, Journal, Keeping, Origin};
use forward::{Forwarding, Means, Targets};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

const CONFIGURATION: &str = include_str!("../../docs/forwarding/rsyslog.conf");

/// Longer than anything here takes on a busy computer.
const LIMIT: Duration = Duration::from_secs(60);

static CA: LazyLock<CertifiedIssuer<'static, KeyPair>> = LazyLock::new(|| {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("the system has random numbers");
    CertifiedIssuer::self_signed(params, key).expect("the parameters are right")
});

fn trusting() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CA.der().clone())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    Ok(config.with_no_client_auth())
}

/// A folder with an audit log, and rsyslog with all that belongs to it.
struct Site {
    place: TempDir,
    port: u16,
}

impl Site {
    fn new() -> Result<Self> {
        let place = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let key = KeyPair::generate()?;
        let certificate =
            CertificateParams::new(["127.0.0.1".to_owned()])?.signed_by(&key, &*CA)?;
        let of = |name: &str| place.path().join(name);
        fs::create_dir(of("spool"))?;
        let site = Self { place, port };
        site.lay_down("ca.pem", &CA.pem())?;
        site.lay_down("certificate.pem", &certificate.pem())?;
        site.lay_down("key.pem", &key.serialize_pem())?;
        site.lay_down("rsyslog.conf", &site.configuration()?)?;
        Ok(site)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    #[expect(clippy::disallowed_methods, reason = "nobody reads half of it")]
    fn lay_down(&self, name: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.path(name), text)?)
    }

    /// What administrators copy, with the places of this test.
    fn configuration(&self) -> Result<String> {
        let folder = self.place.path().display();
        let mut text = CONFIGURATION.to_owned();
        for (theirs, ours) in [
            ("\"/var/spool/rsyslog\"", format!("\"{folder}/spool\"")),
            ("\"/etc/rsyslog.d/fermata/", format!("\"{folder}/")),
            ("\"/var/log/fermata/", format!("\"{folder}/received/")),
            ("port=\"6514\"", format!("port=\"{}\"", self.port)),
        ] {
            ensure!(
                text.contains(theirs),
                "{theirs} is not in the configuration"
            );
            text = text.replace(theirs, &ours);
        }
        Ok(text)
    }

    /// Starts rsyslog, and waits until it listens.
    async fn start(&self) -> Result<Child> {
        let configuration = self.path("rsyslog.conf").display().to_string();
        let pid = self.path("pid").display().to_string();
        let mut child = Command::new("/usr/sbin/rsyslogd")
            .args(["-n", "-f", &configuration, "-i", &pid])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("cannot start rsyslog: install Debian's rsyslog and rsyslog-gnutls")?;
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            if let Some(status) = child.try_wait()? {
                bail!("rsyslog has ended: {status}");
            }
            if TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return Ok(child);
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("rsyslog does not listen")
    }

    fn forward(&self) -> Forwarding {
        let means = Means {
            http: controller::http_client,
            tls: trusting,
        };
        let forwarding = Forwarding::start(self.path("audit"), means, Arc::new(|_| ()));
        forwarding.keep_to(Targets {
            syslog: Some(format!("127.0.0.1:{}", self.port)),
            ..Targets::default()
        });
        forwarding
    }

    fn write(&self, events: &[Event]) -> Result<()> {
        let mut at: Timestamp = "2026-11-21T08:00:00Z".parse()?;
        let mut up = Duration::from_secs(1_000);
        let keeping = Keeping {
            directory: self.path("audit"),
            days: Keeping::USUAL_DAYS,
            origin: Origin {
                user: "jörg".to_owned(),
                host: "desk-17".to_owned(),
                program: "fermata 1.2.3".to_owned(),
            },
            zone: TimeZone::UTC,
        };
        let journal = Journal::start(|| keeping, Box::new(|_| ()), Box::new(|_| ()));
        for event in events {
            // A text that a syslog server could cut up or change.
            let said = "\u{1f4de} line\nline\ttab \\ \"quoted\" <13>1 - x 5 y";
            journal.put(Entry::new(at, up, *event).with("said", said));
            at += SignedDuration::from_secs(1);
            up += Duration::from_secs(1);
        }
        ensure!(journal.finish(LIMIT), "the log is not on the disk");
        Ok(())
    }

    /// The lines of the log.
    fn written(&self) -> Result<Vec<String>> {
        lines(&self.path("audit/audit-2026-11-21.jsonl"))
    }

    /// The lines that rsyslog has written.
    fn received(&self) -> Result<Vec<String>> {
        let Ok(files) = fs::read_dir(self.path("received/desk-17")) else {
            return Ok(Vec::new());
        };
        let mut files: Vec<PathBuf> = files.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
        files.sort();
        let received: Vec<_> = files
            .iter()
            .map(|file| lines(file))
            .collect::<Result<_>>()?;
        Ok(received.concat())
    }

    /// Waits until rsyslog has so many lines.
    async fn has_received(&self, count: usize) -> Result<()> {
        let start = Instant::now();
        while self.received()?.len() < count {
            ensure!(start.elapsed() < LIMIT, "only {:?}", self.received()?);
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

fn lines(file: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(file)?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[tokio::test]
async fn rsyslog_has_each_line_of_the_log_byte_for_byte_and_verifies_as_the_log_does() -> Result<()>
{
    let site = Site::new()?;
    let _rsyslog = site.start().await?;
    site.write(&[Event::Started; 300])?;
    let forwarding = site.forward();
    site.has_received(300).await?;
    site.write(&[Event::Asked, Event::Failed])?;
    ensure!(forwarding.finish(LIMIT).await, "it does not end");
    site.has_received(302).await?;
    assert_eq!(site.received()?, site.written()?);
    let copy = site.path("copy");
    fs::create_dir(&copy)?;
    site.lay_down(
        "copy/audit-2026-11-21.jsonl",
        &(site.received()?.join("\n") + "\n"),
    )?;
    let found = audit::verify(&copy, &[])?;
    assert!(found.is_whole(), "{:?}", found.findings);
    Ok(())
}

#[tokio::test]
async fn an_rsyslog_that_was_down_and_is_restarted_in_the_middle_loses_nothing() -> Result<()> {
    let site = Site::new()?;
    let mut rsyslog = site.start().await?;
    site.write(&[Event::Started; 20])?;
    let forwarding = site.forward();
    for count in [20, 40] {
        // These may be sent and not certain yet when it stops.
        site.has_received(count).await?;
        stop(rsyslog).await?;
        site.write(&[Event::Asked; 20])?;
        sleep(Duration::from_secs(3)).await;
        rsyslog = site.start().await?;
    }
    // An urgent one waits for nothing, and takes all that is before it along.
    site.write(&[Event::Failed])?;
    ensure!(forwarding.finish(LIMIT).await, "it does not end");
    stop(rsyslog).await?;
    let mut received = Vec::new();
    for line in site.received()? {
        if !received.contains(&line) {
            received.push(line);
        }
    }
    assert_eq!(received, site.written()?);
    Ok(())
}

/// Stops it in order: what it has received is in its file then, or in its queue on disk.
async fn stop(mut rsyslog: Child) -> Result<()> {
    let id = rsyslog.id().context("it runs")?.try_into()?;
    let id = rustix::process::Pid::from_raw(id).context("it has a number")?;
    rustix::process::kill_process(id, rustix::process::Signal::TERM)?;
    rsyslog.wait().await?;
    Ok(())
}
