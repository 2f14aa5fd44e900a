use crate::digits;
use crate::headers::{RequestHeaders, lookup};
use crate::nginx::NginxRules;
use crate::request_line::RequestVersion;
use crate::scan::find_word;
use crate::scheme::Scheme;

/// What is known about a request and the answer to it.
///
/// ```
/// use tuleap_front_http::{GzipFacts, GzipLength, GzipPolicy, RequestVersion, Scheme};
///
/// let request = [("Accept-Encoding", "gzip")];
/// let response = [("Content-Type", "text/css")];
/// let facts = GzipFacts {
///     method: b"GET",
///     version: RequestVersion::Http2,
///     length: GzipLength::Known(10),
///     now: 784_111_777,
///     ..GzipFacts::new(Scheme::Https, request.as_slice(), 200, response.as_slice())
/// };
/// assert!(!GzipPolicy::recommended().decide(&facts).compresses());
/// ```
#[expect(clippy::exhaustive_structs, reason = "an input: a new fact must be given by every caller")]
#[derive(Debug)]
pub struct GzipFacts<'a, Q: ?Sized, S: ?Sized> {
    /// How the client reached the site, trusted proxies believed.
    pub scheme: Scheme,
    /// The method, as it was sent.
    pub method: &'a [u8],
    /// The version of the client's request.
    pub version: RequestVersion,
    /// The header of the request.
    pub request: &'a Q,
    /// The status of the answer.
    pub status: u16,
    /// The header of the answer, as the backend sent it.
    pub response: &'a S,
    /// How long its content is.
    pub length: GzipLength,
    /// Unix seconds.
    pub now: i64,
}

/// How long the content of an answer is, before it is compressed.
#[expect(clippy::exhaustive_enums, reason = "it is known, or not, or to be read")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum GzipLength {
    /// As `Content-Length` says, unless `Transfer-Encoding` says `chunked`.
    #[default]
    FromHeaders,
    /// So many bytes.
    Known(u64),
    /// It is not known.
    Unknown,
}

impl<Q: ?Sized, S: ?Sized> Clone for GzipFacts<'_, Q, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q: ?Sized, S: ?Sized> Copy for GzipFacts<'_, Q, S> {}

impl<'a, Q: ?Sized, S: ?Sized> GzipFacts<'a, Q, S> {
    /// Of a GET by HTTP/1.1, whose length is as the header says, in 1970.
    #[must_use]
    pub const fn new(scheme: Scheme, request: &'a Q, status: u16, response: &'a S) -> Self {
        let version = RequestVersion::Http1 { minor: 1 };
        let length = GzipLength::FromHeaders;
        Self { scheme, method: b"GET", version, request, status, response, length, now: 0 }
    }
}

impl<Q: ?Sized, S: RequestHeaders + ?Sized> GzipFacts<'_, Q, S> {
    /// The length, where it is known.
    pub(super) fn known_length(&self, rules: NginxRules) -> Option<u64> {
        match self.length {
            GzipLength::Known(length) => Some(length),
            GzipLength::Unknown => None,
            GzipLength::FromHeaders => {
                let is_chunked = |value: &[u8]| find_word(value, b"chunked").is_some();
                if lookup::values(self.response, b"transfer-encoding").any(is_chunked) {
                    return None;
                }
                digits::length(lookup::single(self.response, b"content-length", rules)?)
            }
        }
    }
}

impl<Q: RequestHeaders + ?Sized, S: RequestHeaders + ?Sized> GzipFacts<'_, Q, S> {
    /// The header that says that the answer is made for one user.
    pub(super) fn secret(&self) -> Option<&'static str> {
        if lookup::has(self.request, b"authorization") {
            Some("Authorization")
        } else if lookup::has(self.request, b"cookie") {
            Some("Cookie")
        } else if lookup::has(self.response, b"set-cookie") {
            Some("Set-Cookie")
        } else {
            None
        }
    }
}
