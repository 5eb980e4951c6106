//! What of a view, and of what may be asked for, is there for support.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is there for support: the log's level, the bundle, a newer version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SupportView {
    /// For how much longer everything is logged, in milliseconds from the making of this view;
    /// nothing where as much is logged as usual.
    pub logs_everything_for_ms: Option<u32>,
    /// How far a support bundle has come.
    pub bundle: BundleView,
    /// How many steps bundles have come: tells one wish for a bundle from the next. For the
    /// process that makes it alone.
    #[serde(skip)]
    #[ts(skip)]
    pub bundle_steps: u64,
    /// The newer version that there is.
    pub update: Option<UpdateView>,
}

/// How far a support bundle has come.
///
/// Whoever owns the files lists and writes them; where nobody does (`fermatactl run`), nothing
/// comes of asking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum BundleView {
    /// There is none.
    #[default]
    None,
    /// It has been asked for, and what would be in it is being gathered.
    Gathering,
    /// This would be in it. Nothing has been written.
    Listed {
        /// Each file.
        files: Vec<BundleFileView>,
        /// Where it would be written.
        path: String,
    },
    /// It is being written.
    Writing,
    /// It has been written.
    Written {
        /// Where.
        path: String,
    },
    /// It could not be written.
    Failed {
        /// Why, and what to do.
        message: String,
    },
}

/// A file of a support bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BundleFileView {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u32,
}

/// A newer version. Fermata does nothing about it but say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UpdateView {
    /// Which.
    pub version: String,
    /// What is new in it: the address of a page.
    pub notes: String,
    /// All that in one sentence.
    pub message: String,
}

/// What may be asked for to help support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SupportRequest {
    /// Log everything for so long from now on, a day at most; for no time at all, log as much as
    /// usual again.
    LogEverything(Duration),
    /// A bundle is asked for, or has come so far.
    Bundle(BundleView),
    /// There is a newer version, or none.
    Update(Option<UpdateView>),
}
