//! Requests of a browser and the answers of a Tuleap, as heads.

use tuleap_front::{HeadOptions, RequestHead, ResponseHead};

use crate::Fallible;

/// Request and response, with an empty line between them.
pub(super) const SCRIPT: &str = "GET /assets/core/dashboards.1a2b3c4d.js HTTP/1.1\r\n\
    Host: tuleap.example.com\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
    Accept: */*\r\nAccept-Language: fr,fr-FR;q=0.8,en-US;q=0.5,en;q=0.3\r\n\
    Accept-Encoding: gzip, deflate, br, zstd\r\nConnection: keep-alive\r\n\
    Referer: https://tuleap.example.com/my/\r\n\
    Cookie: __Host-TULEAP_session_hash=1234.0123456789abcdef0123456789abcdef\r\n\
    Sec-Fetch-Dest: script\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Site: same-origin\r\n\r\n\
    HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: Apache\r\n\
    Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT\r\nETag: \"1f4a2-5d1e8c0b2a940\"\r\n\
    Accept-Ranges: bytes\r\nContent-Length: 128162\r\n\
    Cache-Control: public, max-age=31536000, immutable\r\n\
    Content-Type: application/x-javascript; charset=utf-8\r\n\r\n";

pub(super) const PAGE: &str = "GET /plugins/tracker/?aid=1234&group_id=101 HTTP/1.1\r\n\
    Host: tuleap.example.com\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
    Accept-Language: fr,fr-FR;q=0.8,en-US;q=0.5,en;q=0.3\r\n\
    Accept-Encoding: gzip, deflate, br, zstd\r\nConnection: keep-alive\r\n\
    Cookie: __Host-TULEAP_session_hash=1234.0123456789abcdef0123456789abcdef\r\n\
    Upgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\n\
    Sec-Fetch-Site: same-origin\r\n\r\n\
    HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: Apache\r\n\
    Expires: Mon, 26 Jul 1987 05:00:00 GMT\r\nCache-Control: no-store, no-cache, must-revalidate\r\n\
    Pragma: no-cache\r\nX-Frame-Options: DENY\r\nX-Content-Type-Options: nosniff\r\n\
    Content-Type: text/html; charset=UTF-8\r\nTransfer-Encoding: chunked\r\n\r\n";

pub(super) const AVATAR: &str = "GET /users/alice/avatar-0123456789abcdef.png HTTP/1.1\r\n\
    Host: tuleap.example.com\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
    Accept: image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5\r\n\
    Accept-Language: fr,fr-FR;q=0.8,en-US;q=0.5,en;q=0.3\r\n\
    Accept-Encoding: gzip, deflate, br, zstd\r\nConnection: keep-alive\r\n\
    Referer: https://tuleap.example.com/my/\r\n\
    Cookie: __Host-TULEAP_session_hash=1234.0123456789abcdef0123456789abcdef\r\n\
    Sec-Fetch-Dest: image\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Site: same-origin\r\n\r\n\
    HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: Apache\r\n\
    Cache-Control: max-age=31536000, private\r\nContent-Length: 4099\r\n\
    X-Content-Type-Options: nosniff\r\nContent-Type: image/png\r\n\r\n";

pub(super) const SIGN_IN: &str = "GET /plugins/oauth2_server/logo.png HTTP/1.1\r\n\
    Host: tuleap.example.com\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
    Accept: image/png,*/*;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\
    Connection: keep-alive\r\n\r\n\
    HTTP/1.1 302 Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: Apache\r\n\
    Set-Cookie: __Host-TULEAP_session_hash=1235.0123456789abcdef; path=/; Secure; HttpOnly\r\n\
    Location: /account/login.php?return_to=%2Fplugins%2Foauth2_server%2Flogo.png\r\n\
    Content-Length: 0\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n";

/// What is added at the end makes its `Cache-Control` longer.
pub(super) const TOKENS: &str = "GET /assets/core/a.js HTTP/1.1\r\nHost: tuleap.example.com\r\n\
    Accept-Encoding: gzip\r\n\r\n\
    HTTP/1.1 200 OK\r\nContent-Type: application/x-javascript\r\nCache-Control: max-age=60";

/// The same for a proxy's request: `gzip_proxied` asks for that line.
pub(super) const PROXIED: &str = "GET /assets/core/a.js HTTP/1.1\r\nHost: tuleap.example.com\r\n\
    Accept-Encoding: gzip\r\nVia: 1.1 proxy\r\n\r\n\
    HTTP/1.1 200 OK\r\nContent-Type: application/x-javascript\r\nCache-Control: max-age=60";

/// For as long as the program runs.
pub(super) struct Exchange {
    pub(super) request: RequestHead<'static>,
    pub(super) response: ResponseHead<'static>,
}

impl Exchange {
    /// Folders behind a head are directives of its last line.
    pub(super) fn leaked(text: &str) -> Fallible<&'static [Self]> {
        let text: &'static str = text.replace("/abcdefg", ", abcdef").leak();
        let request = RequestHead::parse(text.as_bytes(), &HeadOptions::default())?;
        let response = ResponseHead::parse(request.rest())?;
        Ok(vec![Self { request, response }].leak())
    }
}

/// A line, as both sides are given them.
pub(super) type Line = (&'static [u8], &'static [u8]);

/// The lines of a name, with plain code: an expression for that is slower.
pub(super) fn values<'a>(lines: &'a [Line], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let is_named = move |line: &&Line| line.0.eq_ignore_ascii_case(name.as_bytes());
    lines.iter().filter(is_named).map(|line| line.1)
}

pub(super) fn first<'a>(lines: &'a [Line], name: &'a str) -> Option<&'a [u8]> {
    values(lines, name).next()
}
