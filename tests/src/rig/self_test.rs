//! The rig, tested with the smallest things that use what it offers.

use std::time::Duration;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use zbus::zvariant::Value;

use super::*;

/// The smallest program with a window: one color, and it hears keys and clicks.
struct Client {
    server: RustConnection,
}

const COLOR: u32 = 0x00c8_321e;

impl Client {
    fn open(desktop: &Desktop, title: &str) -> Self {
        let (server, number) = x11rb::connect(desktop.variable("DISPLAY")).unwrap();
        let root = server.setup().roots[number].root;
        let id = server.generate_id().unwrap();
        let look = CreateWindowAux::new()
            .background_pixel(COLOR)
            .event_mask(EventMask::KEY_PRESS | EventMask::KEY_RELEASE | EventMask::BUTTON_PRESS);
        server
            .create_window(
                0,
                id,
                root,
                0,
                0,
                300,
                200,
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &look,
            )
            .unwrap()
            .check()
            .unwrap();
        for (property, text) in [
            (AtomEnum::WM_NAME, title),
            (AtomEnum::WM_CLASS, "client\0Client\0"),
        ] {
            server
                .change_property8(
                    PropMode::REPLACE,
                    id,
                    property,
                    AtomEnum::STRING,
                    text.as_bytes(),
                )
                .unwrap();
        }
        server.map_window(id).unwrap().check().unwrap();
        server.flush().unwrap();
        Self { server }
    }

    async fn hears(&self, what: &str, wanted: impl Fn(&Event) -> bool) {
        until(what, PATIENCE, async || {
            Ok(self.server.poll_for_event()?.filter(|one| wanted(one)))
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn keys_clicks_and_pixels_reach_a_window_and_come_from_it() {
    let options = Options {
        keyring: Keyring::Absent,
        tray: TrayHost::None,
        size: (800, 600),
    };
    let desktop = Desktop::start_with(options).await.unwrap();
    let screen = desktop.screen();
    let client = Client::open(&desktop, "A trivial client");

    let window = screen.wait_for_window("trivial").await.unwrap();
    assert_eq!((window.area.width, window.area.height), (300, 200));
    assert_eq!(
        window.class,
        (String::from("client"), String::from("Client"))
    );
    let focused = until("the focus", PATIENCE, async || screen.focused())
        .await
        .unwrap();
    assert_eq!(focused.title, "A trivial client");

    let is_painted = |color| color == [0xc8, 0x32, 0x1e];
    let picture = until("the window to be painted", PATIENCE, async || {
        let picture = screen.picture()?;
        Ok((picture.count(window.area, is_painted) == 300 * 200).then_some(picture))
    })
    .await
    .unwrap();
    assert_eq!((picture.width, picture.height), (800, 600));
    let file = desktop.folder().join("screen.png");
    picture.save(&file).unwrap();
    assert_eq!(Picture::read(&file).unwrap(), picture);
    assert_eq!(
        picture.cut(window.area).pixel(0, 0),
        Some([0xc8, 0x32, 0x1e])
    );

    screen.press("Ctrl+Alt+P").await.unwrap();
    // The modifiers are what they were before this key: 4 is Control, 8 is Alt.
    client
        .hears(
            "Ctrl+Alt+P",
            |event| matches!(event, Event::KeyPress(key) if u16::from(key.state) == 4 | 8),
        )
        .await;
    screen
        .hold("F9", Duration::from_millis(1200))
        .await
        .unwrap();
    client
        .hears("the second press of a held key", second_press())
        .await;
    screen.click(window.area.middle()).await.unwrap();
    client
        .hears("a click in its middle", |event| {
            matches!(event, Event::ButtonPress(click) if (click.event_x, click.event_y) == (150, 100))
        })
        .await;
}

/// Whether a key has gone down twice with nothing but its own repetition in between.
fn second_press() -> impl Fn(&Event) -> bool {
    let seen = std::cell::Cell::new(0);
    move |event| {
        if let Event::KeyPress(key) = event {
            seen.set(if u16::from(key.state) == 0 {
                seen.get() + 1
            } else {
                0
            });
        }
        seen.get() == 2
    }
}

#[tokio::test]
async fn a_notification_is_recorded_and_its_buttons_can_be_pressed() {
    let options = Options {
        tray: TrayHost::None,
        keyring: Keyring::Absent,
        ..Options::default()
    };
    let desktop = Desktop::start_with(options).await.unwrap();
    let address = desktop.variable("DBUS_SESSION_BUS_ADDRESS").unwrap();
    let other = zbus::connection::Builder::address(address)
        .unwrap()
        .build()
        .await
        .unwrap();
    let server = zbus::Proxy::new(
        &other,
        "org.freedesktop.Notifications",
        "/org/freedesktop/Notifications",
        "org.freedesktop.Notifications",
    )
    .await
    .unwrap();
    let hints = std::collections::HashMap::from([("urgency", Value::U8(2))]);
    let actions = vec!["retry", "Try again"];
    let id: u32 = server
        .call(
            "Notify",
            &(
                "Fermata",
                0u32,
                "",
                "Not paused",
                "The vendor said no",
                actions,
                hints,
                -1,
            ),
        )
        .await
        .unwrap();

    let notification = desktop.notifications().wait_for("said no").await.unwrap();
    assert_eq!((notification.id, notification.urgency), (id, Some(2)));
    assert_eq!(notification.actions, ["retry", "Try again"]);

    let mut presses = server.receive_signal("ActionInvoked").await.unwrap();
    desktop.notifications().press(id, "retry").await.unwrap();
    let press = futures_util::StreamExt::next(&mut presses).await.unwrap();
    let pressed: (u32, String) = press.body().deserialize().unwrap();
    assert_eq!(pressed, (id, String::from("retry")));

    let () = server.call("CloseNotification", &(id,)).await.unwrap();
    assert!(desktop.notifications().all()[0].closed);
}

#[tokio::test]
async fn a_tray_item_is_found_read_and_clicked() {
    for tray in [TrayHost::Stub, TrayHost::Panel] {
        let options = Options {
            tray,
            keyring: Keyring::Absent,
            ..Options::default()
        };
        let desktop = Desktop::start_with(options).await.unwrap();
        let (clicks, mut clicked) = tokio::sync::mpsc::unbounded_channel();
        let application = trivial_item::register(&desktop, clicks).await;

        let item = desktop
            .tray()
            .wait_for_item_of(std::process::id())
            .await
            .unwrap();
        assert_eq!(item.icon_name().await.unwrap(), "media-record");
        assert_eq!(item.title().await.unwrap(), "Trivial");
        assert_eq!(item.status().await.unwrap(), "Active");
        assert_eq!(item.labels().await.unwrap(), ["Pause", "Quit"]);
        item.wait_for_label("Pau").await.unwrap();
        item.click("Quit").await.unwrap();
        assert_eq!(clicked.recv().await.unwrap(), 3);
        assert!(
            item.click("Pause")
                .await
                .unwrap_err()
                .to_string()
                .contains("grayed out")
        );

        drop(application);
        desktop.tray().wait_until_gone(&item).await.unwrap();
    }
}

#[tokio::test]
async fn a_secret_can_be_kept_and_locked_away() {
    let options = Options {
        tray: TrayHost::None,
        ..Options::default()
    };
    let desktop = Desktop::start_with(options).await.unwrap();
    let account = "xima http://127.0.0.1 1684";
    assert_eq!(desktop.secret(account).await.unwrap(), None);
    desktop.keep_secret(account, "swordfish").await.unwrap();
    assert_eq!(
        desktop.secret(account).await.unwrap().as_deref(),
        Some("swordfish")
    );
    desktop.lock_keyring().await.unwrap();
    assert_eq!(
        desktop.secret(account).await.unwrap_err().to_string(),
        "the keyring is locked"
    );
    desktop.unlock_keyring().await.unwrap();
    assert_eq!(
        desktop.secret(account).await.unwrap().as_deref(),
        Some("swordfish")
    );
}

#[tokio::test]
async fn nothing_of_a_desktop_outlives_it() {
    let options = Options {
        keyring: Keyring::Locked,
        ..Options::default()
    };
    let desktop = Desktop::start_with(options).await.unwrap();
    let folder = desktop.folder().to_owned();
    let display = desktop.variable("DISPLAY").unwrap().to_owned();
    let sleeper = desktop.command("sleep").arg("1000").spawn().unwrap();
    let state = format!("/proc/{}/stat", sleeper.id().unwrap());
    drop(desktop);
    // What was killed stays on the list of processes until we ask how it ended: Z, a zombie.
    let state = std::fs::read_to_string(state).unwrap_or_default();
    assert!(state.is_empty() || state.contains(" Z "), "{state}");
    assert!(!folder.exists());
    assert!(x11rb::connect(Some(&display)).is_err());
}

#[tokio::test]
async fn what_does_not_come_is_named_with_the_reason() {
    let error = until("a miracle", Duration::from_millis(40), async || {
        Err::<Option<()>, _>(anyhow::anyhow!("there are none"))
    })
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "waited 0.04 s for a miracle: there are none"
    );
}
