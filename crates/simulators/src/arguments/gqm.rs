use simulators::{GqmOptions, LogInReply, ResumeName};

/// What only gqm has.
#[derive(clap::Args)]
pub(crate) struct GqmArguments {
    /// gqm: the user that was made for the API [default: callrec-api]
    #[arg(long, value_name = "NAME")]
    callrec_user: Option<String>,

    /// gqm: which parameter resumes [default: both]
    #[arg(long, value_enum)]
    resume_name: Option<ResumeName>,

    /// gqm: what logging in answers, whoever does [default: redirect]
    #[arg(long, value_enum)]
    log_in_reply: Option<LogInReply>,
}

impl GqmArguments {
    /// The knobs that were turned, by name.
    pub(super) fn given(&self) -> Vec<&'static str> {
        [
            ("--callrec-user", self.callrec_user.is_some()),
            ("--resume-name", self.resume_name.is_some()),
            ("--log-in-reply", self.log_in_reply.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, is_given)| is_given.then_some(name))
        .collect()
    }

    pub(super) fn apply(&self, options: &mut GqmOptions) {
        if let Some(user) = &self.callrec_user {
            options.user.clone_from(user);
        }
        options.resume_name = self.resume_name.unwrap_or(options.resume_name);
        options.log_in_reply = self.log_in_reply.unwrap_or(options.log_in_reply);
    }
}
