use std::borrow::Cow;

use super::answer::PassedRequest;
use super::value::{Context, Value};
use crate::nginx::NginxRules;
use crate::response_line::ResponseLine;
use crate::routes::encoded;

/// `proxy_pass` and `proxy_set_header` of a location.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    /// Scheme and authority.
    pub(super) backend: String,
    /// `$proxy_host`: without the port where the scheme says it.
    pub(super) proxy_host: String,
    /// What is put in place of so many bytes of the path.
    pub(super) uri: Option<(String, usize)>,
    pub(super) headers: Vec<(String, Value)>,
}

/// Headers that are written, or not sent at all, unless a location says something else.
const DEFAULTS: [&str; 8] = [
    "Host",
    "Connection",
    "Content-Length",
    "Transfer-Encoding",
    "TE",
    "Keep-Alive",
    "Expect",
    "Upgrade",
];

/// The same, since 1.31.0.
const PROXY_CONNECTION: &str = "Proxy-Connection";

impl Pass {
    /// Of `http://host:port/uri`.
    pub(super) fn parse(url: &str, pattern: &str) -> Option<Self> {
        let (scheme, port) =
            [("http", ":80"), ("https", ":443")].into_iter().find(|(scheme, _)| {
                let start = url.get(..scheme.len()).unwrap_or_default();
                let rest = url.get(scheme.len()..).unwrap_or_default();
                start.eq_ignore_ascii_case(scheme) && rest.starts_with("://")
            })?;
        let after = url.get(scheme.len() + 3..)?;
        let end = after.find('/').unwrap_or(after.len());
        let (authority, uri) = after.split_at_checked(end)?;
        let is_refused = |char: char| char.is_whitespace() || "$?#@".contains(char);
        if authority.is_empty() || url.contains(is_refused) || authority.starts_with("unix:") {
            return None;
        }
        Some(Self {
            backend: format!("{scheme}://{authority}"),
            proxy_host: authority.strip_suffix(port).unwrap_or(authority).to_owned(),
            uri: (!uri.is_empty()).then(|| (uri.to_owned(), pattern.len())),
            headers: Vec::new(),
        })
    }

    pub(super) fn request<'a>(
        &'a self,
        context: &Context<'_>,
        sent: &[(&'a [u8], &'a [u8])],
    ) -> PassedRequest<'a> {
        let context = &Context { proxy_host: &self.proxy_host, ..*context };
        let mut lines: Vec<ResponseLine<'a>> = Vec::new();
        for (name, value) in &self.headers {
            let value = value.evaluate(context);
            if !value.is_empty() {
                lines.push((Cow::Borrowed(name.as_bytes()), Cow::Owned(value)));
            }
        }
        let has = |name: &str| self.headers.iter().any(|(set, _)| set.eq_ignore_ascii_case(name));
        for name in DEFAULTS.into_iter().filter(|name| !has(name)) {
            if let Some(value) = self.default_of(name, context) {
                lines.push((Cow::Borrowed(name.as_bytes()), value));
            }
        }
        let is_set = |name: &[u8]| {
            let is_it = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
            let is_dropped = context.rules != NginxRules::V1_22 && is_it(PROXY_CONNECTION);
            is_dropped
                || DEFAULTS.into_iter().any(is_it)
                || self.headers.iter().any(|(set, _)| is_it(set))
        };
        let rest = sent.iter().filter(|(name, _)| !is_set(name));
        lines.extend(rest.map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value))));
        PassedRequest { backend: &self.backend, target: self.target(context), lines }
    }

    fn default_of(&self, name: &str, context: &Context<'_>) -> Option<Cow<'_, [u8]>> {
        match name {
            "Host" => Some(Cow::Borrowed(self.proxy_host.as_bytes())),
            // Since 1.29.7 it is HTTP/1.1 that is spoken, and the connection is kept.
            "Connection" if context.rules == NginxRules::V1_22 => Some(Cow::Borrowed(b"close")),
            "Content-Length" => {
                let length = context.head.content_length()?;
                Some(Cow::Owned(length.to_string().into_bytes()))
            }
            _ => None,
        }
    }

    /// The target as it was sent; with a URI, and for `http://host?query`, what the path became.
    fn target(&self, context: &Context<'_>) -> Vec<u8> {
        let target = context.head.target();
        let sent = target.request_uri();
        let (uri, cut) = match &self.uri {
            None if sent.starts_with(b"/") => return sent.to_vec(),
            None => ("", 0),
            Some((uri, cut)) => (uri.as_str(), *cut),
        };
        let path = target.uri().get(cut..).unwrap_or_default();
        let mut path_sent = sent.iter().take_while(|byte| !matches!(byte, b'?' | b'#'));
        let rest = if path_sent.any(|byte| *byte == b'%') {
            encoded(path, b"", target.args())
        } else {
            let query = if target.args().is_empty() { &b""[..] } else { b"?" };
            [path, query, target.args()].concat()
        };
        [uri.as_bytes(), &rest].concat()
    }
}
