use super::source::Source;

const ACCEPT_ACKNOWLEDGEMENT: &str = "accept_acknowledgement";

/// What the organisation has decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether the acknowledgement of a vendor that cannot prove a pause is enough to show it
    /// as one.
    pub accept_acknowledgement: bool,
}

/// Reads `[policy]`; what is not said keeps its default, which is the stricter.
pub(super) fn read(source: &mut Source<'_>) -> Policy {
    let mut policy = Policy::default();
    let Some(table) = source.table("policy") else {
        return policy;
    };
    source.reject_unknown("policy.", &table, &[ACCEPT_ACKNOWLEDGEMENT]);
    let Some(item) = table.get(ACCEPT_ACKNOWLEDGEMENT) else {
        return policy;
    };
    match item.as_bool() {
        Some(found) => policy.accept_acknowledgement = found,
        None => source.wrong(
            &format!("policy.{ACCEPT_ACKNOWLEDGEMENT}"),
            "this is neither true nor false",
            "write true only if the organisation takes a vendor's acknowledgement for enough",
        ),
    }
    policy
}

/// `[policy]` with every key as a comment that holds its default.
pub(super) fn example() -> String {
    format!(
        "[policy]\n\
         # Whether the acknowledgement of a vendor that cannot prove a pause is enough: an\n\
         # accepted pause is then shown as RECORDING PAUSED, with the line that it is not\n\
         # confirmed. It is for the organisation to decide that, not for the agent.\n\
         #{ACCEPT_ACKNOWLEDGEMENT} = false\n"
    )
}
