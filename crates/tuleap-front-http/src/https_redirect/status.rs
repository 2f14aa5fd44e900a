use http::StatusCode;

/// The status of a redirect.
///
/// On 301, 302 and 303 clients may send a GET instead of the request (RFC 9110 §15.4): of POST the
/// standard allows it, of every method but GET and HEAD many libraries do it. 307 and 308 keep
/// method and body.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RedirectStatus {
    /// 301 for GET, HEAD and OPTIONS, 308 for every other method.
    ///
    /// Those three are safe (RFC 9110 §9.2.1) and have no body, so that a client that makes a GET
    /// of them loses nothing; every client follows 301, and Subversion, whose first request is
    /// OPTIONS, follows no other. Of PROPFIND, REPORT and SEARCH, which are safe too (RFC 4918
    /// §9.1, RFC 3253 §3.6, RFC 5323 §2), the body is the question, and a GET asks another one. A
    /// POST or a PUT that becomes a GET is lost and looks done.
    #[default]
    BySafety,
    /// 301
    MovedPermanently,
    /// 302
    Found,
    /// 303
    SeeOther,
    /// 307
    TemporaryRedirect,
    /// 308
    PermanentRedirect,
}

impl RedirectStatus {
    /// The status for a method, as it was sent: method names have one case (RFC 9110 §9.1).
    ///
    /// ```
    /// use tuleap_front_http::RedirectStatus;
    ///
    /// let of = |method: &str| RedirectStatus::BySafety.of(method.as_bytes()).as_u16();
    /// assert_eq!(["GET", "HEAD", "OPTIONS"].map(of), [301; 3]);
    /// assert_eq!(["POST", "PUT", "COPY", "PROPFIND", "REPORT", "get"].map(of), [308; 6]);
    /// assert_eq!(RedirectStatus::Found.of(b"POST").as_u16(), 302);
    /// ```
    #[must_use]
    pub const fn of(self, method: &[u8]) -> StatusCode {
        match self {
            Self::BySafety if matches!(method, b"GET" | b"HEAD" | b"OPTIONS") => {
                StatusCode::MOVED_PERMANENTLY
            }
            Self::BySafety | Self::PermanentRedirect => StatusCode::PERMANENT_REDIRECT,
            Self::MovedPermanently => StatusCode::MOVED_PERMANENTLY,
            Self::Found => StatusCode::FOUND,
            Self::SeeOther => StatusCode::SEE_OTHER,
            Self::TemporaryRedirect => StatusCode::TEMPORARY_REDIRECT,
        }
    }
}
