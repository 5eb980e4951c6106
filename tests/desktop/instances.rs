//! Starting the program more than once.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use simulators::Vendor;
use tests::rig::{PATIENCE, Page, Process, Start, program, until};
use tokio::net::UnixStream;
use tokio::process::Child;

use crate::desk::{Desk, MAIN_WINDOW};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_opens_the_main_window_of_the_first_and_ends_well() {
    let desk = Desk::new("second-start", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    let screen = desk.desktop.screen();
    assert!(desk.main_window().is_none(), "it starts without a window");

    let mut second = start(&desk);
    let ended = tokio::time::timeout(PATIENCE, second.wait()).await.unwrap();
    assert_eq!(ended.unwrap().code(), Some(0));
    let window = screen.wait_for_window(MAIN_WINDOW).await.unwrap();
    assert_eq!(window.pid, Some(app.pid()));
    until("one process", PATIENCE, async || {
        Ok((running(&desk) == [app.pid()]).then_some(()))
    })
    .await
    .unwrap();
    let page = Page::of(&desk.desktop, &app).await.unwrap();
    page.wait_for_text("h1", "NO CALL").await.unwrap();
    desk.photograph_page(&page, "1-main-window").await;
}

// F5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_by_the_session_ends_well_and_opens_nothing() {
    let desk = Desk::new("second-autostart", Vendor::Anywhere365).await;
    let app = desk.sign_in().await;
    let mut command = desk.desktop.command(program("fermata").unwrap());
    let second = command.arg("--autostart").status();
    let ended = tokio::time::timeout(PATIENCE, second).await.unwrap();
    assert_eq!(ended.unwrap().code(), Some(0));
    // Asked for, it would be there by now: the first start answers before the second ends.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(desk.main_window().is_none());
    assert_eq!(running(&desk), [app.pid()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_five_starts_at_once_one_remains() {
    let desk = Desk::new("five-starts", Vendor::Anywhere365).await;
    let folder = desk.desktop.config().join("fermata");
    tokio::fs::create_dir_all(&folder).await.unwrap();
    let settings = desk.settled(Start::default()).settings.unwrap();
    tokio::fs::write(folder.join("settings.toml"), settings)
        .await
        .unwrap();

    let mut starts: Vec<Child> = (0..5).map(|_| start(&desk)).collect();
    let codes = until("four of five to end", PATIENCE, async || {
        let mut codes = Vec::new();
        for one in &mut starts {
            codes.extend(one.try_wait()?.map(|ended| ended.code()));
        }
        Ok((codes.len() >= 4).then_some(codes))
    })
    .await
    .unwrap();
    assert_eq!(codes, [Some(0); 4]);
    desk.desktop
        .screen()
        .wait_for_window(MAIN_WINDOW)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(running(&desk).len(), 1, "the fifth goes on");
}

// E6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_starts_at_the_same_moment_exactly_one_remains_each_time() {
    let desk = Desk::new("two-starts", Vendor::Anywhere365).await;
    let folder = desk.desktop.config().join("fermata");
    tokio::fs::create_dir_all(&folder).await.unwrap();
    let settings = desk.settled(Start::default()).settings.unwrap();
    tokio::fs::write(folder.join("settings.toml"), settings)
        .await
        .unwrap();
    for round in 0..20 {
        let autostart = || {
            let mut command = desk.desktop.command(program("fermata").unwrap());
            command.arg("--autostart").kill_on_drop(true);
            let command = command.stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().unwrap()
        };
        let mut two = [autostart(), autostart()];
        let ended = until("one of two to end", PATIENCE, async || {
            let mut codes = Vec::new();
            for one in &mut two {
                codes.push(one.try_wait()?.map(|ended| ended.code()));
            }
            Ok(codes.iter().any(Option::is_some).then_some(codes))
        })
        .await
        .unwrap();
        let remains = ended.iter().position(Option::is_none);
        let remains = remains.unwrap_or_else(|| panic!("round {round}: none remains"));
        assert_eq!(ended[1 - remains], Some(Some(0)), "round {round}");
        until("the other to answer", PATIENCE, async || {
            let channel = desk.desktop.runtime().join("fermata/control.sock");
            Ok(UnixStream::connect(channel).await.ok())
        })
        .await
        .unwrap();
        assert!(two[remains].try_wait().unwrap().is_none(), "round {round}");
        // As a crash would, so that the next two find what it leaves. Nobody starts it again.
        two[remains].kill().await.unwrap();
        kill_watchdogs(&desk);
    }
}

fn start(desk: &Desk) -> Child {
    let mut command = desk.desktop.command(program("fermata").unwrap());
    command.kill_on_drop(true).spawn().unwrap()
}

fn running(desk: &Desk) -> Vec<u32> {
    let processes = desk.desktop.processes().unwrap().into_iter();
    let fermatas = processes.filter(|process| process.name == "fermata");
    let fermatas = fermatas.filter(|process| !process.is_watchdog());
    fermatas.map(|process| process.pid).collect()
}

fn kill_watchdogs(desk: &Desk) {
    let processes = desk.desktop.processes().unwrap().into_iter();
    for watchdog in processes.filter(Process::is_watchdog) {
        let pid = Pid::from_raw(watchdog.pid.cast_signed()).expect("a process has a number");
        kill_process(pid, Signal::KILL).expect("it waits half a second before it starts anything");
    }
}
