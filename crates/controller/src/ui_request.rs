//! What the page may ask for, as it arrives from the page.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;

use std::collections::BTreeMap;
use std::time::Duration;

use pause::Wanted;
use secrecy::SecretString;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use ts_rs::TS;

use crate::view::{BundleView, Request, SignIn, SupportRequest};

/// For how long the page may have everything logged.
const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// What the page asks for, in the page's words.
#[derive(Debug, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum UiRequest {
    /// The page has been loaded and has no view: give it the newest.
    Ready,
    /// This view is on the screen.
    Drawn {
        /// The view's number.
        number: u32,
    },
    /// The agent asks for a pause.
    Pause,
    /// The agent asks for a resume.
    Resume,
    /// The agent has seen the failure.
    Acknowledge,
    /// The agent asks for more time before the longest pause is over.
    Extend,
    /// Sign in anew.
    SignIn {
        /// The vendor's name in settings.
        vendor: String,
        /// The form's fields as typed, by key.
        fields: BTreeMap<String, String>,
        /// The secret as typed; `null` keeps the one in the keyring.
        #[serde(default, deserialize_with = "secret")]
        #[ts(type = "string | null")]
        secret: Option<SecretString>,
    },
    /// Log everything for an hour.
    LogEverything,
    /// Log as much as usual again.
    LogAsUsual,
    /// Say what would be in a support bundle.
    ListBundle,
    /// Write the bundle that was listed.
    WriteBundle,
    /// The agent has seen what came of the bundle, or wants none.
    DropBundle,
}

impl From<UiRequest> for Option<Request> {
    /// What this asks of the controller; nothing for `Ready`, which whoever owns the page answers.
    fn from(request: UiRequest) -> Self {
        match request {
            UiRequest::Ready => None,
            UiRequest::Drawn { number } => Some(Request::Drawn(number)),
            UiRequest::Pause => Some(Request::Want(Wanted::Paused)),
            UiRequest::Resume => Some(Request::Want(Wanted::Recording)),
            UiRequest::Acknowledge => Some(Request::Acknowledge),
            UiRequest::Extend => Some(Request::Extend),
            UiRequest::SignIn {
                vendor,
                fields,
                secret,
            } => Some(Request::SignIn(SignIn {
                vendor,
                fields: fields.into_iter().collect(),
                secret,
            })),
            UiRequest::LogEverything => support(SupportRequest::LogEverything(AN_HOUR)),
            UiRequest::LogAsUsual => support(SupportRequest::LogEverything(Duration::ZERO)),
            UiRequest::ListBundle => support(SupportRequest::Bundle(BundleView::Gathering)),
            UiRequest::WriteBundle => support(SupportRequest::Bundle(BundleView::Writing)),
            UiRequest::DropBundle => support(SupportRequest::Bundle(BundleView::None)),
        }
    }
}

fn support(request: SupportRequest) -> Option<Request> {
    Some(Request::Support(request))
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Option::<String>::deserialize(deserializer)
        .map(|typed| typed.map(SecretString::from))
        // serde's own words would quote what was found instead.
        .map_err(|_| D::Error::custom("the secret has to be text or null"))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(json: &str) -> Result<UiRequest, serde_json::Error> {
        serde_json::from_str(json)
    }

    fn asked(json: &str) -> Option<Request> {
        read(json).unwrap().into()
    }

    #[test]
    fn each_button_asks_for_its_own_thing() {
        assert!(asked(r#"{"kind":"ready"}"#).is_none());
        assert!(matches!(
            asked(r#"{"kind":"drawn","number":7}"#),
            Some(Request::Drawn(7))
        ));
        assert!(matches!(
            asked(r#"{"kind":"pause"}"#),
            Some(Request::Want(Wanted::Paused))
        ));
        assert!(matches!(
            asked(r#"{"kind":"resume"}"#),
            Some(Request::Want(Wanted::Recording))
        ));
        assert!(matches!(
            asked(r#"{"kind":"acknowledge"}"#),
            Some(Request::Acknowledge)
        ));
        assert!(matches!(
            asked(r#"{"kind":"extend"}"#),
            Some(Request::Extend)
        ));
    }

    #[test]
    fn a_sign_in_carries_what_was_typed_and_no_debug_output_shows_the_secret() {
        let request = read(
            r#"{"kind":"signIn","vendor":"xima","fields":{"extension":"1684"},"secret":"canary-4711"}"#,
        )
        .unwrap();
        assert!(!format!("{request:?}").contains("canary"));

        let request = Option::from(request).unwrap();
        assert!(!format!("{request:?}").contains("canary"));
        let Request::SignIn(sign_in) = request else {
            panic!("another request: {request:?}");
        };
        assert_eq!(sign_in.vendor, "xima");
        assert_eq!(sign_in.fields, [("extension".into(), "1684".into())]);
        assert_eq!(sign_in.secret.unwrap().expose_secret(), "canary-4711");
    }

    #[test]
    fn a_sign_in_without_a_secret_keeps_the_stored_one() {
        for json in [
            r#"{"kind":"signIn","vendor":"xima","fields":{},"secret":null}"#,
            r#"{"kind":"signIn","vendor":"xima","fields":{}}"#,
        ] {
            let Some(Request::SignIn(sign_in)) = asked(json) else {
                panic!("another request: {json}");
            };
            assert!(sign_in.secret.is_none());
        }
    }

    #[test]
    fn a_secret_of_the_wrong_type_is_refused_without_being_quoted() {
        let refused =
            read(r#"{"kind":"signIn","vendor":"xima","fields":{},"secret":47114711}"#).unwrap_err();
        assert!(!refused.to_string().contains("4711"));
    }

    #[test]
    fn an_unknown_request_is_refused() {
        assert!(read(r#"{"kind":"stop"}"#).is_err());
    }
}
