//! The end of the program from the tray. While a recording is paused the agent is asked first,
//! unless the organization has decided what becomes of it (A7).

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use controller::Handle;
use controller::in_force::OnExitPaused;
use controller::view::{Problem, Request, View};
use tauri::AppHandle;

use crate::{window, words};

/// Ends the program.
pub(crate) const QUIT: &str = "quit";
/// Ends it after a resume.
pub(crate) const RESUME_FIRST: &str = "quit-resumed";
/// Ends it and leaves the recording paused.
pub(crate) const LEAVE_PAUSED: &str = "quit-paused";

/// The code of the problem that asks.
const PROBLEM: &str = "quit-while-paused";

/// How long the question stands.
const ASKED_FOR: Duration = Duration::from_secs(60);

/// What the agent has answered, once they have.
pub(crate) type Answer = Arc<OnceLock<OnExitPaused>>;

/// Whether the agent is being asked.
pub(crate) fn is_asked(view: &View) -> bool {
    view.problems.iter().any(|problem| problem.code == PROBLEM)
}

/// What the engine is asked for as the program ends.
pub(crate) fn request(answer: &Answer) -> Request {
    answer
        .get()
        .map_or(Request::Quit, |answer| Request::QuitWith(*answer))
}

/// The agent wants to end the program: ends it, or asks.
pub(crate) fn chosen(app: &AppHandle, handle: &Handle) {
    let decided = handle.in_force().borrow().on_exit_paused;
    if *handle.leaves_paused().borrow() && decided == OnExitPaused::Ask {
        ask(handle);
        window::open(app);
    } else {
        app.exit(0);
    }
}

/// The agent has answered.
pub(crate) fn answered(app: &AppHandle, answer: &Answer, with: OnExitPaused) {
    // The first answer ends the program; there is no second one.
    answer.set(with).ok();
    app.exit(0);
}

/// Asks until there is nothing to ask about any longer, or for a while.
fn ask(handle: &Handle) {
    let handle = handle.clone();
    say(&handle, words::STAYS_WHILE_PAUSED);
    tauri::async_runtime::spawn(async move {
        let mut leaves_paused = handle.leaves_paused();
        let over = leaves_paused.wait_for(|leaves_paused| !leaves_paused);
        // Over, or asked for long enough.
        let _ = tokio::time::timeout(ASKED_FOR, over).await;
        say(&handle, "");
    });
}

fn say(handle: &Handle, message: &str) {
    handle.send(Request::DesktopProblem(Problem {
        code: PROBLEM.to_owned(),
        message: message.to_owned(),
        blocks_pausing: false,
    }));
}
