//! Whether the vendor may be a simulator (I4).

use super::layers::Layers;
use crate::settings::VendorSettings;
use crate::view::Problem;
use crate::words;

/// Why this vendor must not be used, where the organisation allows no simulator and it is one,
/// or its address leads to this computer.
pub(super) fn refused(layers: &mut Layers<'_>, vendor: Option<&VendorSettings>) -> Option<Problem> {
    let allowed = layers.decide_or("allow_simulation", true, |by| by.allow_simulation);
    if allowed {
        return None;
    }
    let vendor = vendor?;
    if layers.settings.simulation {
        let place = layers.place_of_user("simulation");
        return Some(words::simulation_not_allowed(&place));
    }
    vendor
        .values
        .lead_to_this_computer(vendor.entry.fields)
        .then(|| words::local_address_not_allowed(vendor.entry.title))
}
