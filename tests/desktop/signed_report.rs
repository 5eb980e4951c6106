//! A report that is signed with a key that has never left the keyring (G4).

use audit::report::keys;
use controller::report_key::ACCOUNT;
use simulators::{Truth, Vendor};
use tests::leaks::{Search, Sought};
use tests::rig::{PATIENCE, until};

use crate::canary::{CANARY, look_everywhere};
use crate::desk::Desk;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_signed_with_the_key_in_the_keyring_which_is_nowhere_else() {
    let desk = Desk::new("signed-report", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    let call = desk.call_arrives(&app).await;
    desk.press().await;
    desk.becomes(&call, Truth::Paused).await;
    desk.press_again().await;
    desk.becomes(&call, Truth::Recording).await;

    let log = desk.desktop.folder().join("data/fermata/audit");
    let on_record = until("the key on record", PATIENCE, async || {
        Ok(keys(&log)?.into_iter().next())
    });
    let public = on_record.await.unwrap().public_key;
    let within = |name: &str| desk.desktop.folder().join(name).display().to_string();
    let (output, manifest) = (within("r.csv"), within("r.json"));
    let asked = [
        "audit",
        "report",
        "--from",
        "2020-01-01",
        "--to",
        "2100-01-01",
        "--csv",
        "--output",
        &output,
        "--manifest",
        &manifest,
    ];
    let made = app.ctl().run(&asked).await.unwrap();
    assert_eq!((made.code, &*made.err), (0, ""), "{made:?}");
    assert!(made.out.contains(&public), "{made:?}");

    let asked = [
        "audit",
        "verify-report",
        "--manifest",
        &manifest,
        "--report",
        &output,
    ];
    let by_the_log = app.ctl().run(&asked).await.unwrap();
    assert_eq!(by_the_log.code, 0, "{by_the_log:?}");
    assert!(by_the_log.out.contains(": 1 pause from "), "{by_the_log:?}");
    let other = within("bus.conf");
    let asked = [&asked[..5], &[&*other, "--key", &public]].concat();
    let changed = app.ctl().run(&asked).await.unwrap();
    assert_eq!(changed.code, 1, "{changed:?}");

    let secret = desk.desktop.secret(ACCOUNT).await.unwrap();
    let secret = secret.expect("it is in the keyring");
    // Of the key as it is kept this alone is secret, and by chance alone is it anywhere else.
    let sought = Sought::new(&[CANARY, &secret[84..124]]);
    let mut search = Search::of(&sought);
    look_everywhere(&desk.desktop, &mut search);
    search.ends();
    app.quit().await.unwrap();
}
