use std::fmt;

use audit::Record;

use crate::Means;
use crate::refusal::Refusal;

/// What kind of collector it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A syslog server, over TLS.
    Syslog,
    /// An OpenTelemetry collector.
    Otlp,
    /// A webhook.
    Webhook,
}

impl Kind {
    /// Its name: in the log, and in the name of its cursor.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syslog => "syslog",
            Self::Otlp => "otlp",
            Self::Webhook => "webhook",
        }
    }
}

/// For people: "the syslog server".
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syslog => "the syslog server",
            Self::Otlp => "the OpenTelemetry collector",
            Self::Webhook => "the webhook",
        })
    }
}

/// What has become of records that were handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivered {
    /// The collector has taken them, but for so many that it does not want at all.
    Taken { rejected: u64 },
    /// They are sent, and whether they were taken shows when the connection is closed.
    Sent,
}

/// One connection to a collector. After a refusal it is dropped, and another one made.
pub(crate) trait Collector: Sized + Send + 'static {
    const KIND: Kind;

    /// Makes ready to reach this address.
    fn new(address: &str, means: Means) -> Result<Self, Refusal>;

    /// Hands records over, in their order.
    fn deliver(
        &mut self,
        records: &[Record],
    ) -> impl Future<Output = Result<Delivered, Refusal>> + Send;

    /// Makes sure that what was sent since the last time is taken.
    fn settle(&mut self) -> impl Future<Output = Result<(), Refusal>> + Send;
}
