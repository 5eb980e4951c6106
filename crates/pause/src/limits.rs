use std::time::Duration;

/// How long things may take, and how often they are asked.
///
/// The defaults suit a vendor that answers within a second; an organisation changes them in
/// its settings (`[limits]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Proof of a pause older than this proves nothing: an agent needs about this long to
    /// start reading out a card number.
    pub freshness: Duration,
    /// The same for proof of RECORDING or NOT RECORDED, which permit nothing and so may be
    /// read less often.
    pub calm_freshness: Duration,
    /// How long one request may be out before it counts as lost.
    pub answer_within: Duration,
    /// How long a press may take until it is proven or has failed.
    pub settle_within: Duration,
    /// How often the recorder is read back while paused or pending.
    pub read_every_paused: Duration,
    /// How often the recorder is read back in a call otherwise.
    pub read_every_in_call: Duration,
    /// How soon a read-back that does not show what was asked for is repeated.
    pub read_again_after: Duration,
    /// How soon a pause that got no answer is sent again.
    pub retry_after: Duration,
    /// A second press within this is the same press.
    pub double_press: Duration,
    /// The reminder ladder: after how long a pause the agent is reminded, each step once.
    pub reminders: Vec<Duration>,
    /// The longest pause, if the organisation sets one: at its end a resume is asked for.
    pub longest_pause: Option<Duration>,
    /// How often the agent may extend the longest pause of one pause.
    pub extensions: u32,
    /// By how much each time.
    pub extension: Duration,
    /// How long at most a payment step holds the end of the longest pause off, for a step that
    /// nobody ends.
    pub payment_step: Duration,
    /// How long the agent sees that a resume is near, after a payment step that has held it off.
    pub countdown: Duration,
    /// The gap between two such resumes, until one is proven.
    pub ask_again_after: Duration,
    /// How long a call that was reported as ended may stay unproven before it is let go.
    pub ended_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            freshness: Duration::from_secs(6),
            calm_freshness: Duration::from_secs(25),
            answer_within: Duration::from_millis(1_400),
            settle_within: Duration::from_secs(3),
            read_every_paused: Duration::from_secs(2),
            read_every_in_call: Duration::from_secs(10),
            read_again_after: Duration::from_millis(250),
            retry_after: Duration::from_millis(150),
            double_press: Duration::from_millis(300),
            reminders: vec![
                Duration::from_secs(60),
                Duration::from_secs(120),
                Duration::from_secs(180),
            ],
            longest_pause: None,
            extensions: 0,
            extension: Duration::from_secs(60),
            payment_step: Duration::from_secs(600),
            countdown: Duration::from_secs(30),
            ask_again_after: Duration::from_secs(10),
            ended_within: Duration::from_secs(30),
        }
    }
}
