//! What the page of the main window may not do, tried from within it (E3).

use std::io::Read;
use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;
use simulators::Vendor;
use tests::rig::{Page, Start};

use crate::desk::{Desk, MAIN_WINDOW};

/// Ways out of the page, each to `url`.
const WAYS_OUT: [&str; 15] = [
    "location.assign(url)",
    "location.replace(url)",
    "top.location.href = url",
    "window.open(url)",
    "open(url, '_self')",
    "const a = document.body.appendChild(document.createElement('a')); a.href = url; a.click()",
    "const a = document.body.appendChild(document.createElement('a')); a.href = url; a.target = '_blank'; a.click()",
    "const a = document.body.appendChild(document.createElement('a')); a.href = url; a.download = 'x'; a.click()",
    "const f = document.body.appendChild(document.createElement('form')); f.action = url; f.method = 'post'; f.submit()",
    "document.body.appendChild(document.createElement('iframe')).src = url",
    "new Image().src = url",
    "fetch(url, { mode: 'no-cors' }).catch(() => {})",
    "navigator.sendBeacon(url, 'x')",
    "new WebSocket(url.replace('http', 'ws'))",
    "import(url).catch(() => {})",
];

/// Ways to have other script run than the page's own.
const OTHER_SCRIPT: [&str; 3] = [
    "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.appendChild(s)",
    "document.body.innerHTML += '<img src=x onerror=\"window.ran = 1\">'",
    "document.body.setAttribute('onclick', 'window.ran = 1'); document.body.click()",
];

/// Commands of Tauri that the page has no right to.
const COMMANDS: [&str; 6] = [
    "plugin:app|version",
    "plugin:event|emit",
    "plugin:path|resolve_directory",
    "plugin:webview|create_webview_window",
    "plugin:window|close",
    "plugin:resources|close",
];

/// Runs a piece of script in the page, whatever comes of it, and waits until that would be over.
async fn try_out(page: &Page, script: &str, url: &str) {
    let script = format!(
        "const [url, done] = arguments; try {{ {script} }} catch {{}} setTimeout(() => done(null), 150)"
    );
    page.execute_async(&script, vec![json!(url)]).await.unwrap();
}

/// What has been said to this server so far. WebKit may connect to where a link leads before
/// it asks whether it may go there, and then says nothing.
fn said_to(server: &TcpListener) -> String {
    let mut said = Vec::new();
    while let Ok((mut stream, _)) = server.accept() {
        stream.set_nonblocking(false).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(300)))
            .unwrap();
        stream.read_to_end(&mut said).ok();
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_goes_nowhere_loads_nothing_and_calls_nothing_else() {
    let desk = Desk::new("confined", Vendor::Xima).await;
    let start = Start {
        open: true,
        ..Start::default()
    };
    let app = desk.sign_in_with(start).await;
    let page = Page::of(&desk.desktop, &app).await.unwrap();
    page.element("h1").await.unwrap();
    let outside = TcpListener::bind("127.0.0.1:0").unwrap();
    outside.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", outside.local_addr().unwrap());

    for way in WAYS_OUT {
        try_out(&page, way, &url).await;
        assert_eq!(said_to(&outside), "", "{way} leads out");
        let at = page.current_url().await.unwrap();
        assert!(at.as_str().starts_with("tauri://localhost"), "{way}: {at}");
    }
    for script in OTHER_SCRIPT {
        try_out(&page, script, &url).await;
        let ran = page.execute("return window.ran ?? null", Vec::new()).await;
        assert_eq!(ran.unwrap(), json!(null), "{script} has run");
    }
    for command in COMMANDS {
        let call = "const [command, done] = arguments; \
             window.__TAURI_INTERNALS__.invoke(command, {}).then(() => done('done'), done)";
        let came = page
            .execute_async(call, vec![json!(command)])
            .await
            .unwrap();
        let came = came.as_str().unwrap_or_default();
        assert!(came.contains("not allowed"), "{command}: {came}");
    }
    let windows = desk.desktop.screen().windows().unwrap().into_iter();
    let mains = windows.filter(|window| window.visible && window.title.starts_with(MAIN_WINDOW));
    assert_eq!(mains.count(), 1, "no other window is there");
    page.release().await.unwrap();
}
