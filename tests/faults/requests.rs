//! What a request is, by its first line, as the vendors' pages have it.

use simulators::Vendor;

/// Whether these bytes begin a request.
pub(crate) fn is_request(bytes: &[u8]) -> bool {
    line(bytes).is_some()
}

/// Whether they begin one that pauses or resumes.
pub(crate) fn is_command(vendor: Vendor, bytes: &[u8]) -> bool {
    let Some(line) = line(bytes) else {
        return false;
    };
    match vendor {
        Vendor::Xima => line.contains("/active-recording/"),
        Vendor::Gqm => line.contains("/pausedState"),
        Vendor::Anywhere365 => line.contains("/recording/set"),
        Vendor::Noojee => {
            line.contains("/CallManagementAPI/start") || line.contains("/CallManagementAPI/stop")
        }
        Vendor::Gws => line.starts_with("POST ") && line.contains("/me/calls/"),
    }
}

/// Whether they begin one by which events come.
pub(crate) fn is_of_events(vendor: Vendor, bytes: &[u8]) -> bool {
    let Some(line) = line(bytes) else {
        return false;
    };
    match vendor {
        Vendor::Xima | Vendor::Gqm => false,
        Vendor::Anywhere365 => line.contains("/hubs/recording"),
        Vendor::Noojee => line.contains("/subscribe?") && !line.contains("timeOut=0&"),
        Vendor::Gws => line.contains("/notifications"),
    }
}

fn line(bytes: &[u8]) -> Option<&str> {
    let end = bytes.windows(2).position(|two| two == b"\r\n")?;
    let line = str::from_utf8(&bytes[..end]).ok()?;
    line.ends_with(" HTTP/1.1").then_some(line)
}
