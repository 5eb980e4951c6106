//! What happens to calls.

use controller::view::Request;
use pause::CallId;
use simulators::audio::Script;

use crate::desk::Desk;
use crate::fault::Life;

/// What makes it happen. Where the vendor tells of no calls, the agent's desktop does.
pub(crate) fn strike(life: Life, desk: &Desk) -> Box<dyn FnOnce() + Send> {
    let (site, call) = (desk.site.clone(), desk.call.clone());
    let handle = (!desk.vendor.knows_calls()).then(|| desk.handle.clone());
    let tell = move |request| {
        if let Some(handle) = &handle {
            handle.send(request);
        }
    };
    Box::new(move || {
        let agent = site.agent();
        let end = || {
            site.end_call(&call);
            tell(Request::CallEnded(CallId::new(call.clone())));
        };
        let start = || {
            let new = site.start_call(&agent, Script::default());
            tell(Request::CallStarted(CallId::new(new.clone())));
            new
        };
        match life {
            Life::Ends => end(),
            Life::IsReplaced => {
                end();
                start();
            }
            Life::IsTransferred => {
                let truth = site.truth(&call);
                let new = start();
                if let Some(truth) = truth {
                    site.someone_sets(&new, truth);
                }
                end();
            }
            Life::IsJoined => {
                start();
            }
            Life::IdIsUsedAgain => {
                end();
                site.start_call_as(&call, &agent, Script::default());
                tell(Request::CallStarted(CallId::new(call.clone())));
            }
        }
    })
}
