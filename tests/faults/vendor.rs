//! What the rules have to know of a vendor.

use simulators::{Anywhere365Options, Bearer, Hub, Options, Success, Vendor, XimaOptions};

/// Every vendor, in the order of the table.
pub(crate) const VENDORS: [Vendor; 5] = [
    Vendor::Xima,
    Vendor::Gqm,
    Vendor::Anywhere365,
    Vendor::Noojee,
    Vendor::Gws,
];

/// How the vendor is set up: with all that can go wrong there.
pub(crate) fn options(secret: String) -> Options {
    Options {
        secret: Some(secret),
        xima: XimaOptions {
            // Replies with a body: one that has none cannot be cut in it.
            success: Success::EmptyObject,
            ..XimaOptions::default()
        },
        anywhere365: Anywhere365Options {
            bearer: Bearer::Secret,
            hub: Hub::Core,
            ..Anywhere365Options::default()
        },
        ..Options::default()
    }
}

/// Whether it tells anything unasked.
pub(crate) const fn tells(vendor: Vendor) -> bool {
    match vendor {
        Vendor::Anywhere365 | Vendor::Noojee | Vendor::Gws => true,
        Vendor::Xima | Vendor::Gqm => false,
    }
}
