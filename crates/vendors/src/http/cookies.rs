use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Request, Url};

use super::Reply;

/// The cookies of one session.
///
/// They belong to the session and not to the HTTP client, so that two sessions of one client
/// never share any, and so that a WebSocket is opened with the same ones.
#[derive(Debug, Default)]
pub(crate) struct Cookies(Jar);

impl Cookies {
    /// Sends along those that belong to the request's address.
    pub(crate) fn attach(&self, request: &mut Request) {
        if let Some(mut cookies) = self.0.cookies(request.url()) {
            cookies.set_sensitive(true);
            request.headers_mut().insert(COOKIE, cookies);
        }
    }

    /// Keeps those that this reply sets.
    pub(crate) fn keep(&self, from: &Url, reply: &Reply) {
        let mut set = reply.headers().get_all(SET_COOKIE).iter();
        self.0.set_cookies(&mut set, from);
    }
}
