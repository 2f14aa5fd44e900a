//! Media types: those of `gzip_types`, and those that are worth compressing.

use crate::blanks::{skip_spaces, trim};

/// What `gzip_types` lists; `text/html` always belongs to it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Types {
    /// As they were written.
    pub(super) listed: Vec<String>,
    /// `*`
    pub(super) all: bool,
}

impl Types {
    /// Is an answer with this `Content-Type` of these types, as nginx compares it?
    pub(super) fn has(&self, content_type: Option<&[u8]>) -> bool {
        let Some(value) = content_type.filter(|value| !value.is_empty()) else { return self.all };
        let media = nginx_media_type(value);
        let is_it = |listed: &str| media.eq_ignore_ascii_case(listed.as_bytes());
        self.all || is_it("text/html") || self.listed.iter().any(|listed| is_it(listed))
    }
}

/// What stands before a semicolon that `charset=` follows; otherwise all of it.
fn nginx_media_type(value: &[u8]) -> &[u8] {
    nginx_split(value).map_or(value, |(media, _)| media)
}

/// What stands before a semicolon that `charset=` follows, and all that follows that.
pub(super) fn nginx_split(value: &[u8]) -> Option<(&[u8], &[u8])> {
    const CHARSET: &[u8] = b"charset=";
    let mut at = 0;
    loop {
        let end = at + value.get(at..)?.iter().position(|byte| *byte == b';')?;
        let rest = skip_spaces(value.get(end + 1..)?);
        if let Some((name, charset)) = rest.split_at_checked(CHARSET.len())
            && name.eq_ignore_ascii_case(CHARSET)
        {
            return Some((value.get(..end)?, charset));
        }
        // What follows the spaces is not looked at again.
        at = value.len() - rest.len() + 1;
    }
}

/// What our own rule makes of a `Content-Type`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Compressed already, or not known.
    Other,
    /// Text that is the same for everyone: scripts, styles, fonts, images.
    Static,
    /// Text that may be made for one user: pages, data.
    Dynamic,
}

/// RFC 9110 §8.3.1: the type before the first semicolon, whatever its parameters.
pub(super) fn kind(content_type: &[u8]) -> Kind {
    let end = content_type.iter().position(|byte| *byte == b';').unwrap_or(content_type.len());
    let media = trim(content_type.get(..end).unwrap_or(content_type));
    let is_one_of =
        |list: &[&str]| list.iter().any(|one| media.eq_ignore_ascii_case(one.as_bytes()));
    let starts_with =
        |text: &[u8]| media.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    let ends_with = |text: &[u8]| {
        let start = media.len().saturating_sub(text.len());
        media.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(text))
    };
    let is_type = media.iter().filter(|byte| **byte == b'/').count() == 1
        && media.iter().all(|byte| is_in_token(*byte) || *byte == b'/')
        && !starts_with(b"/")
        && !ends_with(b"/");
    if !is_type || is_one_of(WAITING) {
        Kind::Other
    } else if is_one_of(STATIC) {
        Kind::Static
    } else if ends_with(b"+xml") || ends_with(b"+json") {
        if starts_with(b"image/") { Kind::Static } else { Kind::Dynamic }
    } else if starts_with(b"text/") || is_one_of(DYNAMIC) {
        Kind::Dynamic
    } else {
        Kind::Other
    }
}

const fn is_in_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

/// Events that a browser waits for: a compressor would keep them back.
const WAITING: &[&str] = &["text/event-stream"];

pub(super) const STATIC: &[&str] = &[
    "application/ecmascript",
    "application/font-sfnt",
    "application/javascript",
    "application/manifest+json",
    "application/vnd.ms-fontobject",
    "application/wasm",
    "application/x-font-otf",
    "application/x-font-ttf",
    "application/x-javascript",
    "font/collection",
    "font/otf",
    "font/sfnt",
    "font/ttf",
    "image/bmp",
    "image/svg+xml",
    "image/vnd.microsoft.icon",
    "image/x-icon",
    "text/css",
    "text/ecmascript",
    "text/javascript",
];

pub(super) const DYNAMIC: &[&str] = &[
    "application/graphql",
    "application/json",
    "application/json-seq",
    "application/jsonl",
    "application/ndjson",
    "application/rtf",
    "application/sql",
    "application/toml",
    "application/x-ndjson",
    "application/x-yaml",
    "application/xhtml+xml",
    "application/xml",
    "application/xml-dtd",
    "application/yaml",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charset_alone_is_cut_off() {
        for (value, media) in [
            ("text/css", "text/css"),
            ("text/css;charset=x", "text/css"),
            ("text/css;  CHARSET=", "text/css"),
            ("text/css; charset=utf-8; version=1", "text/css"),
            ("text/css ; charset=x", "text/css "),
            ("text/css;a;charset=x", "text/css;a"),
            ("text/css;", "text/css;"),
            ("text/css;\tcharset=x", "text/css;\tcharset=x"),
            ("text/css;;charset=x", "text/css;;charset=x"),
            (";charset=x", ""),
        ] {
            assert_eq!(nginx_media_type(value.as_bytes()), media.as_bytes(), "{value}");
        }
    }

    #[test]
    fn kinds_of_types() {
        let check = |kind_of: Kind, values: &[&str]| {
            for value in values {
                assert_eq!(kind(value.as_bytes()), kind_of, "{value}");
            }
        };
        check(
            Kind::Static,
            &[
                "text/css",
                "TEXT/CSS; version=1",
                "application/javascript ;charset=x",
                "image/svg+xml",
                "application/wasm",
                "font/ttf",
            ],
        );
        check(
            Kind::Dynamic,
            &[
                "text/html; charset=utf-8",
                "application/json",
                "application/vnd.api+json",
                "text/x-diff",
                "application/atom+xml",
                "text/plain;",
                "application/problem+JSON",
            ],
        );
        check(
            Kind::Other,
            &[
                "",
                "text",
                "text/",
                "/css",
                "text/css, text/css",
                "image/png",
                "font/woff2",
                "text/a/b",
                "application/octet-stream",
                "application/zip",
                "text/event-stream",
                "application/pdf",
                "text/css\u{e9}",
                "+json",
            ],
        );
    }

    #[test]
    fn lists_are_sorted() {
        assert!(STATIC.is_sorted() && DYNAMIC.is_sorted());
    }
}
