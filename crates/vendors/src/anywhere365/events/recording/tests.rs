use serde_json::json;

use super::*;
use crate::anywhere365::wire::{ActionAs, ApiVersion};

const ID: &str = "1d6c6a58-6739-4f0c-98ff-0968292c8c30";

struct Listener {
    setup: Setup,
    hub: Hub,
    asked: AskedAbout,
}

fn listener() -> Listener {
    let url: url::Url = "https://core.acme.example".parse().unwrap();
    Listener {
        setup: Setup {
            base_url: url.clone(),
            api_version: ApiVersion::V1,
            ucc: "ucc-demo-name".to_owned(),
            requester: "sip:agent@acme.example".to_owned(),
            action_as: ActionAs::Number,
            resume: Resume::Start,
        },
        hub: Hub {
            generation: None,
            url,
            name: "recordingHub".to_owned(),
            join: None,
            layout: Layout::Object,
            calls: Calls::KnownOnly,
            transport: None,
        },
        asked: AskedAbout::default(),
    }
}

impl Listener {
    fn hears(&self, arguments: Value) -> Vec<VendorEvent> {
        self.hears_method(EVENT, None, arguments)
    }

    fn hears_method(&self, method: &str, hub: Option<&str>, arguments: Value) -> Vec<VendorEvent> {
        let Value::Array(arguments) = arguments else {
            panic!("arguments are a list");
        };
        let invocation = Invocation {
            hub: hub.map(str::to_owned),
            method: method.to_owned(),
            arguments,
        };
        told(&self.setup, &self.hub, &self.asked, &invocation)
    }
}

fn event(action: impl Into<Value>) -> Value {
    let action = action.into();
    json!([{"UccName": "ucc-demo-name", "CorrelationId": ID, "StateAction": action}])
}

fn hint(recorder: Recorder) -> VendorEvent {
    VendorEvent::Hint {
        call: CallId::new(ID),
        recorder,
    }
}

#[test]
fn an_action_hints_at_what_it_leads_to() {
    let listener = listener();
    for (number, name, told) in [
        (1, "Start", vec![hint(Recorder::Recording)]),
        (2, "Stop", vec![hint(Recorder::Off)]),
        (3, "Pause", vec![hint(Recorder::Paused)]),
        (4, "Save", vec![]),
        (5, "Delete", vec![]),
        (6, "Mark", vec![]),
        (7, "UnMark", vec![]),
    ] {
        assert_eq!(listener.hears(event(number)), told);
        assert_eq!(listener.hears(event(name)), told);
    }
}

#[test]
fn an_action_without_a_meaning_is_something_missed() {
    let mut listener = listener();
    for action in [0, 8, 9, u64::MAX] {
        assert_eq!(listener.hears(event(action)), [VendorEvent::Missed]);
    }
    listener.setup.resume = Resume::Number(8);
    assert_eq!(listener.hears(event(8)), [hint(Recorder::Recording)]);
    assert_eq!(listener.hears(event(9)), [VendorEvent::Missed]);
}

#[test]
fn arguments_are_laid_out_as_is_set() {
    let mut listener = listener();
    let object = event(3);
    let scalars = json!(["ucc-demo-name", ID, 3]);
    let text = json!([object[0].to_string()]);
    for (layout, right) in [
        (Layout::Object, &object),
        (Layout::Scalars, &scalars),
        (Layout::Json, &text),
    ] {
        listener.hub.layout = layout;
        for arguments in [&object, &scalars, &text] {
            let told = listener.hears(arguments.clone());
            let expected = if arguments == right {
                vec![hint(Recorder::Paused)]
            } else {
                vec![]
            };
            assert_eq!(told, expected, "{layout:?} {arguments}");
        }
    }
}

#[test]
fn names_are_read_in_any_case() {
    let listener = listener();
    let camel = json!([{"uccName": "UCC-Demo-Name", "correlationId": ID, "stateAction": 3}]);
    let told = listener.hears_method("recordingStateChangedEvent", Some("RECORDINGHUB"), camel);
    assert_eq!(told, [hint(Recorder::Paused)]);
}

#[test]
fn what_is_about_something_else_tells_nothing() {
    let listener = listener();
    assert!(
        listener
            .hears_method("SomethingElse", None, event(3))
            .is_empty()
    );
    assert!(
        listener
            .hears_method(EVENT, Some("otherHub"), event(3))
            .is_empty()
    );
    let other = json!([{"UccName": "ucc-demo-name-2", "CorrelationId": ID, "StateAction": 3}]);
    assert!(listener.hears(other).is_empty());
}

#[test]
fn what_is_malformed_tells_nothing() {
    let listener = listener();
    let call =
        |id: &str| json!([{"UccName": "ucc-demo-name", "CorrelationId": id, "StateAction": 3}]);
    for malformed in [
        json!([]),
        json!([null]),
        json!([[]]),
        json!([{"UccName": "ucc-demo-name", "CorrelationId": ID}]),
        json!([{"UccName": "ucc-demo-name", "StateAction": 3}]),
        json!([{"CorrelationId": ID, "StateAction": 3}]),
        json!([{"UccName": 1, "CorrelationId": ID, "StateAction": 3}]),
        event(-3),
        event(3.5),
        event("Resume"),
        event(Value::Null),
        call(""),
        call(".."),
        call("a\nb"),
        call(&"a".repeat(LONGEST_ID + 1)),
    ] {
        assert!(listener.hears(malformed.clone()).is_empty(), "{malformed}");
    }
}

#[test]
fn a_call_starts_only_where_the_hub_tells_of_this_agent_alone() {
    let mut listener = listener();
    listener.hub.calls = Calls::OfThisAgent;
    let started = VendorEvent::CallStarted(CallId::new(ID));
    for (action, recorder) in [(1, Recorder::Recording), (3, Recorder::Paused)] {
        let told = listener.hears(event(action));
        assert_eq!(told, [started.clone(), hint(recorder)]);
    }
    // A recording that stops is not a call that ends.
    assert_eq!(listener.hears(event(2)), [hint(Recorder::Off)]);
    assert!(listener.hears(event(6)).is_empty());
}

#[test]
fn a_call_is_named_as_it_was_asked_about() {
    let listener = listener();
    let shouted = CallId::new(ID.to_uppercase());
    listener.asked.remember(&shouted);
    let VendorEvent::Hint { call, .. } = &listener.hears(event(3))[0] else {
        panic!("a hint");
    };
    assert_eq!(*call, shouted);
    for other in 0..MOST_CALLS {
        listener.asked.remember(&CallId::new(other.to_string()));
        listener.asked.remember(&CallId::new(other.to_string()));
    }
    assert_eq!(listener.asked.0.lock().unwrap().len(), MOST_CALLS);
    assert_eq!(listener.hears(event(3)), [hint(Recorder::Paused)]);
}
