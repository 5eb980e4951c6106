//! Where the head of a reply ends.

/// What has been read at once: the head of a reply and what of its body came with it, or more of
/// a body or of frames.
pub(super) struct Part<'a> {
    pub(super) head: &'a [u8],
    pub(super) body: &'a mut [u8],
}

impl<'a> Part<'a> {
    /// Servers write a head at once.
    pub(super) fn of(bytes: &'a mut [u8]) -> Self {
        let end = if bytes.starts_with(b"HTTP/1.") {
            let blank = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            blank.map_or(bytes.len(), |at| at + 4)
        } else {
            0
        };
        let (head, body) = bytes.split_at_mut(end);
        Self { head, body }
    }
}

/// The same head, whose body is said to be a page.
pub(super) fn called_a_page(head: &[u8]) -> Vec<u8> {
    const NAME: &str = "content-type:";
    let head = String::from_utf8_lossy(head);
    let lines = head.split("\r\n").map(|line| {
        let named = line.get(..NAME.len());
        if named.is_some_and(|name| name.eq_ignore_ascii_case(NAME)) {
            "content-type: text/html"
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\r\n").into_bytes()
}
