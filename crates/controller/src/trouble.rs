use std::error::Error;
use std::io;

use pause::{Answer, Seen};
use vendors::{Kind, VendorError};

use crate::secrets::SecretError;

/// Why something could not be had from a vendor.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The adapter says so.
    Vendor(VendorError),
    /// It took too long and was given up.
    OutOfTime,
    /// The vendor stopped telling without saying why.
    Ended,
    /// There is no secret to sign in with. Holds what the vendor calls it.
    NoSecret(&'static str),
    /// The secret could not be had.
    Secret(SecretError),
    /// There is no HTTP client: the system's certificates cannot be had, or its proxy settings
    /// make no sense.
    Client(reqwest::Error),
}

impl Trouble {
    /// What this says of a command; `None` if nothing is known that the machine does not
    /// find out by its own time limit.
    pub(crate) fn answer(&self) -> Option<Answer> {
        match self {
            Self::Vendor(error) => Some(answer(&error.kind)),
            Self::OutOfTime => None,
            Self::Ended | Self::NoSecret(_) | Self::Secret(_) | Self::Client(_) => {
                Some(Answer::NotDone { again_after: None })
            }
        }
    }

    /// What this says of a recorder; `None` as for [`Self::answer`].
    pub(crate) fn seen(&self) -> Option<Seen> {
        match self {
            Self::Vendor(error) if error.kind == Kind::NoSuchCall => Some(Seen::NoSuchCall),
            Self::OutOfTime => None,
            Self::Vendor(_)
            | Self::Ended
            | Self::NoSecret(_)
            | Self::Secret(_)
            | Self::Client(_) => Some(Seen::Nothing),
        }
    }

    /// Whether signing in again would be wrong: an account must not be locked out by us.
    pub(crate) fn rejects_the_secret(&self) -> bool {
        match self {
            Self::Vendor(error) => error.kind == Kind::SignInRejected,
            Self::NoSecret(_) => true,
            Self::OutOfTime | Self::Ended | Self::Secret(_) | Self::Client(_) => false,
        }
    }

    /// Whether the vendor may never have heard of it.
    pub(crate) fn may_be_the_network(&self) -> bool {
        match self {
            Self::Vendor(error) => error.kind == Kind::Unreachable,
            Self::OutOfTime => true,
            Self::Ended | Self::NoSecret(_) | Self::Secret(_) | Self::Client(_) => false,
        }
    }

    /// Whether there is no session any longer.
    pub(crate) fn ends_session(&self) -> bool {
        match self {
            Self::Vendor(error) => error.kind.ends_session(),
            Self::OutOfTime
            | Self::Ended
            | Self::NoSecret(_)
            | Self::Secret(_)
            | Self::Client(_) => false,
        }
    }

    /// Whether the connection failed because the other side's certificate is not trusted.
    pub(crate) fn distrusts_certificate(&self) -> bool {
        match self {
            Self::Vendor(error) => error.source.as_deref().is_some_and(is_distrust),
            Self::OutOfTime
            | Self::Ended
            | Self::NoSecret(_)
            | Self::Secret(_)
            | Self::Client(_) => false,
        }
    }

    /// Whether a proxy on the way out wants a sign-in of its own.
    pub(crate) fn is_of_a_proxy(&self) -> bool {
        match self {
            // Where nothing is encrypted the proxy replies in the vendor's place.
            Self::Vendor(error) if error.kind == Kind::Refused("407".to_owned()) => true,
            // What asks a proxy for a tunnel has no type of error to be told by (hyper-util).
            Self::Vendor(_) => self.chain().contains("proxy authorization required"),
            Self::OutOfTime
            | Self::Ended
            | Self::NoSecret(_)
            | Self::Secret(_)
            | Self::Client(_) => false,
        }
    }

    /// What lies beneath, for the log: each cause after the other.
    pub(crate) fn chain(&self) -> String {
        let mut words = Vec::new();
        let mut cause: Option<&dyn Error> = match self {
            Self::Vendor(error) => Some(error),
            Self::OutOfTime => return "given up after the time limit".to_owned(),
            Self::Ended => return "the event stream ended".to_owned(),
            Self::NoSecret(_) => return "no secret is kept for this account".to_owned(),
            Self::Secret(error) => Some(error),
            Self::Client(error) => Some(error),
        };
        while let Some(error) = cause {
            words.push(error.to_string());
            cause = error.source();
        }
        words.join(": ")
    }
}

fn answer(kind: &Kind) -> Answer {
    if kind.leaves_recorder_in_doubt() {
        return Answer::Lost;
    }
    match kind {
        Kind::Throttled { retry_after } => Answer::NotDone {
            again_after: *retry_after,
        },
        // It was turned away before anything was done; with a new session it may work.
        Kind::Unreachable | Kind::SessionEnded => Answer::NotDone { again_after: None },
        Kind::SignInRejected
        | Kind::NotPermitted(_)
        | Kind::NotSupported
        | Kind::NoSuchCall
        | Kind::Refused(_) => Answer::Refused,
        Kind::Partly | Kind::NoAnswer | Kind::ServerFailed(_) | Kind::Unintelligible(_) => {
            Answer::Lost
        }
    }
}

/// Encryption may fail for other reasons: bytes that were changed on the way say nothing of a
/// certificate.
fn is_distrust(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            // The system's own verifier says `General` where it has no better word.
            return matches!(
                error,
                rustls::Error::InvalidCertificate(_)
                    | rustls::Error::NoCertificatesPresented
                    | rustls::Error::General(_)
            );
        }
        // An I/O error names as its source what lies beneath its content, not the content.
        let content = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if content.is_some_and(is_distrust) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use vendors::Operation;

    use super::*;

    fn trouble(kind: Kind) -> Trouble {
        Trouble::Vendor(VendorError {
            vendor: "scripted",
            operation: Operation::Pause,
            kind,
            source: None,
        })
    }

    #[test]
    fn a_command_that_may_have_been_carried_out_is_lost_and_never_refused() {
        for kind in [
            Kind::Partly,
            Kind::NoAnswer,
            Kind::ServerFailed(503),
            Kind::Unintelligible("no JSON"),
        ] {
            assert_eq!(trouble(kind).answer(), Some(Answer::Lost));
        }
    }

    #[test]
    fn a_command_that_was_never_carried_out_may_be_asked_again() {
        let wish = Some(Duration::from_secs(1));
        for (kind, again_after) in [
            (Kind::Unreachable, None),
            (Kind::SessionEnded, None),
            (Kind::Throttled { retry_after: wish }, wish),
        ] {
            let answer = Answer::NotDone { again_after };
            assert_eq!(trouble(kind).answer(), Some(answer));
        }
        assert_eq!(
            trouble(Kind::Refused("x".into())).answer(),
            Some(Answer::Refused)
        );
    }

    #[test]
    fn a_read_back_without_an_answer_proves_nothing_but_that_the_call_is_unknown() {
        assert_eq!(trouble(Kind::NoSuchCall).seen(), Some(Seen::NoSuchCall));
        assert_eq!(trouble(Kind::SessionEnded).seen(), Some(Seen::Nothing));
    }

    #[test]
    fn a_proxy_that_replies_in_the_vendors_place_is_recognized() {
        assert!(trouble(Kind::Refused("407".to_owned())).is_of_a_proxy());
        assert!(!trouble(Kind::Refused("409".to_owned())).is_of_a_proxy());
        assert!(!trouble(Kind::Unreachable).is_of_a_proxy());
    }

    fn beneath_others(tls: rustls::Error) -> Trouble {
        let around = io::Error::other(io::Error::other(tls));
        Trouble::Vendor(VendorError {
            vendor: "scripted",
            operation: Operation::SignIn,
            kind: Kind::Unreachable,
            source: Some(Box::new(around)),
        })
    }

    #[test]
    fn a_distrusted_certificate_is_found_beneath_the_errors_around_it() {
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        assert!(beneath_others(tls).distrusts_certificate());
        assert!(!trouble(Kind::Unreachable).distrusts_certificate());
    }

    #[test]
    fn bytes_that_were_changed_on_the_way_say_nothing_of_a_certificate() {
        for tls in [
            rustls::Error::DecryptError,
            rustls::Error::AlertReceived(rustls::AlertDescription::BadRecordMac),
        ] {
            assert!(!beneath_others(tls).distrusts_certificate());
        }
    }
}
