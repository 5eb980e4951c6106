//! A keyring with a throw-away password.

use std::collections::HashMap;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::io::AsyncWriteExt;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy};

use super::bus;
use super::children::Children;

const NAME: &str = "org.freedesktop.secrets";
const SERVICE: &str = "/org/freedesktop/secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const PASSWORD: &str = "throw-away";

/// A secret on the bus: session, parameters, value, content type.
type Wrapped = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// Starts the daemon; its keyring is open.
pub(super) async fn start(children: &Children, on: &Connection) -> Result<()> {
    let mut daemon = children.start("gnome-keyring-daemon", |daemon| {
        daemon
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped());
    })?;
    let mut stdin = daemon
        .stdin
        .take()
        .context("the daemon has a standard input")?;
    stdin.write_all(PASSWORD.as_bytes()).await?;
    drop(stdin);
    bus::wait_for_name(on, NAME).await
}

/// Locks the keyring; whoever asks for a secret makes a prompt appear.
pub(super) async fn lock(on: &Connection) -> Result<()> {
    let service = service(on, "org.freedesktop.Secret.Service").await?;
    let (locked, _prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = service
        .call("Lock", &(vec![ObjectPath::try_from(LOGIN)?],))
        .await?;
    ensure!(
        locked.len() == 1,
        "the keyring does not let itself be locked"
    );
    Ok(())
}

/// Unlocks the keyring without a prompt, as a login does.
pub(super) async fn unlock(on: &Connection) -> Result<()> {
    let login = service(
        on,
        "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
    )
    .await?;
    let password = wrapped(open_session(on).await?, PASSWORD);
    let () = login
        .call(
            "UnlockWithMasterPassword",
            &(ObjectPath::try_from(LOGIN)?, password),
        )
        .await?;
    Ok(())
}

/// Keeps a secret as an application would that knows it by these attributes.
pub(super) async fn keep(on: &Connection, user: &str, secret: &str) -> Result<()> {
    let session = open_session(on).await?;
    let login = Proxy::new(on, NAME, LOGIN, "org.freedesktop.Secret.Collection").await?;
    let properties = HashMap::from([
        ("org.freedesktop.Secret.Item.Label", Value::from(user)),
        (
            "org.freedesktop.Secret.Item.Attributes",
            Value::from(attributes(user)),
        ),
    ]);
    let (item, _prompt): (OwnedObjectPath, OwnedObjectPath) = login
        .call("CreateItem", &(properties, wrapped(session, secret), true))
        .await?;
    ensure!(item.as_str() != "/", "the keyring is locked");
    Ok(())
}

/// The secret that is kept under these attributes.
pub(super) async fn find(on: &Connection, user: &str) -> Result<Option<String>> {
    let (open, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
        service(on, "org.freedesktop.Secret.Service")
            .await?
            .call("SearchItems", &(attributes(user),))
            .await?;
    ensure!(locked.is_empty(), "the keyring is locked");
    let Some(item) = open.first() else {
        return Ok(None);
    };
    let session = open_session(on).await?;
    let item = Proxy::new(on, NAME, item, "org.freedesktop.Secret.Item").await?;
    let secret: (Wrapped,) = item
        .call("GetSecret", &(session,))
        .await
        .map(|one| (one,))?;
    Ok(Some(String::from_utf8(secret.0.2)?))
}

fn attributes(user: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", "Fermata"), ("username", user)])
}

fn wrapped(session: OwnedObjectPath, secret: &str) -> Wrapped {
    (
        session,
        Vec::new(),
        secret.as_bytes().to_vec(),
        String::from("text/plain"),
    )
}

async fn open_session(on: &Connection) -> Result<OwnedObjectPath> {
    let (_parameters, session): (OwnedValue, OwnedObjectPath) =
        service(on, "org.freedesktop.Secret.Service")
            .await?
            .call("OpenSession", &("plain", Value::from("")))
            .await?;
    Ok(session)
}

async fn service(on: &Connection, interface: &'static str) -> Result<Proxy<'static>> {
    Ok(Proxy::new(on, NAME, SERVICE, interface).await?)
}
