//! Values of nginx's directives: text with variables of the request in it.

use std::borrow::Cow;
use std::fmt;

use super::facts::View;
use crate::blanks::{skip_spaces, trim_spaces};
use crate::headers::RequestHeaders;
use crate::headers::lookup::values;
use crate::nginx::NginxRules;
use crate::request_target::{MergeSlashes, RequestTarget};

/// A text with variables.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ValueText {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Part {
    Literal(String),
    Variable(Variable),
}

/// The variables that a request alone decides.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Variable {
    Arg(String),
    Args,
    Cookie(String),
    Host,
    /// With `_` for each `-`.
    Http(String),
    IsArgs,
    RequestMethod,
    RequestUri,
    Scheme,
    Uri,
}

/// Why a text is none: where, how long, what to write instead.
pub(super) type ValueFault = (usize, usize, &'static str);

impl ValueText {
    pub(super) fn parse(text: &str) -> Result<Self, ValueFault> {
        let (mut parts, mut rest, mut at) = (Vec::new(), text, 0);
        while !rest.is_empty() {
            let (part, length) = match rest.strip_prefix('$') {
                Some(name) => variable(name).map_err(|(length, hint)| (at, length, hint))?,
                None => {
                    let length = rest.find('$').unwrap_or(rest.len());
                    (Part::Literal(rest.get(..length).unwrap_or_default().to_owned()), length)
                }
            };
            parts.push(part);
            rest = rest.get(length..).unwrap_or_default();
            at += length;
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// As it is written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives the value piece by piece.
    pub(super) fn give<Q>(&self, view: &View<'_, Q>, out: &mut impl FnMut(&[u8]))
    where
        Q: RequestHeaders + ?Sized,
    {
        for part in &self.parts {
            match part {
                Part::Literal(text) => out(text.as_bytes()),
                Part::Variable(variable) => variable.give(view, out),
            }
        }
    }

    /// Is it true, as nginx's predicates have it: neither empty nor `0`?
    pub(super) fn is_true<Q: RequestHeaders + ?Sized>(&self, view: &View<'_, Q>) -> bool {
        let (mut length, mut is_zero) = (0, true);
        self.give(view, &mut |piece| {
            length += piece.len();
            is_zero &= matches!(piece, b"" | b"0");
        });
        length > 0 && !(length == 1 && is_zero)
    }
}

impl fmt::Display for ValueText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// A variable and its length with the `$`; or how much of the text is faulty, and why.
fn variable(text: &str) -> Result<(Part, usize), (usize, &'static str)> {
    const NAME: &str = "write a name behind $, such as $request_uri";
    const CLOSE: &str = "close the brace behind the name";
    const KNOWN: &str = "write $scheme, $request_method, $host, $request_uri, $uri, $args, \
                         $is_args, $http_NAME, $cookie_NAME or $arg_NAME";
    let (braced, name) = match text.strip_prefix('{') {
        Some(name) => (true, name),
        None => (false, text),
    };
    let is_in_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let length = name.find(|char| !is_in_name(char)).unwrap_or(name.len());
    let (name, rest) = name.split_at_checked(length).unwrap_or((name, ""));
    let whole = 1 + length + usize::from(braced);
    if name.is_empty() {
        return Err((whole, NAME));
    }
    if braced && !rest.starts_with('}') {
        return Err((whole, CLOSE));
    }
    let name = name.to_ascii_lowercase();
    let named = |prefix| name.strip_prefix(prefix).filter(|name| !name.is_empty());
    let variable = match name.as_str() {
        "args" | "query_string" => Variable::Args,
        "host" => Variable::Host,
        "is_args" => Variable::IsArgs,
        "request_method" => Variable::RequestMethod,
        "request_uri" => Variable::RequestUri,
        "scheme" => Variable::Scheme,
        "uri" | "document_uri" => Variable::Uri,
        _ => match (named("http_"), named("cookie_"), named("arg_")) {
            (Some(name), _, _) => Variable::Http(name.to_owned()),
            (_, Some(name), _) => Variable::Cookie(name.to_owned()),
            (_, _, Some(name)) => Variable::Arg(name.to_owned()),
            _ => return Err((whole, KNOWN)),
        },
    };
    Ok((Part::Variable(variable), whole + usize::from(braced)))
}

impl Variable {
    fn give<Q>(&self, view: &View<'_, Q>, out: &mut impl FnMut(&[u8]))
    where
        Q: RequestHeaders + ?Sized,
    {
        let facts = view.facts;
        match self {
            Self::Arg(name) => out(arg(view.args, name.as_bytes())),
            Self::Args => out(view.args),
            Self::Cookie(name) => {
                let mut lines = values(facts.headers, b"cookie");
                out(lines.find_map(|line| cookie(line, name.as_bytes())).unwrap_or_default());
            }
            Self::Host => out(facts.host),
            Self::Http(name) => http(view, name, out),
            Self::IsArgs => out(if view.args.is_empty() { b"" } else { b"?" }),
            Self::RequestMethod => out(facts.method),
            Self::RequestUri => out(view.request_uri),
            Self::Scheme => out(facts.scheme.as_str().as_bytes()),
            Self::Uri => {
                let uri = RequestTarget::parse(facts.target, MergeSlashes::On)
                    .map_or(Cow::Borrowed(&b""[..]), RequestTarget::into_uri);
                out(&uri);
            }
        }
    }
}

/// A header: its first line (1.22), or all of them; some were always joined.
fn http<Q>(view: &View<'_, Q>, name: &str, out: &mut impl FnMut(&[u8]))
where
    Q: RequestHeaders + ?Sized,
{
    let is_named = |known: &[u8]| {
        let byte = |byte: &u8| if *byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
        known.len() == name.len() && known.iter().map(byte).eq(name.bytes())
    };
    let all = name == "cookie" || name == "x_forwarded_for" || view.rules != NginxRules::V1_22;
    let between: &[u8] = if name == "cookie" { b"; " } else { b", " };
    let lines = view.facts.headers.lines().filter(|(name, _)| is_named(name));
    for (at, (_, value)) in lines.take(if all { usize::MAX } else { 1 }).enumerate() {
        if at > 0 {
            out(between);
        }
        out(trim_spaces(value));
    }
}

/// The value of a cookie in one line; its name is compared without regard to case.
fn cookie<'v>(line: &'v [u8], name: &[u8]) -> Option<&'v [u8]> {
    let mut rest = line;
    while !rest.is_empty() {
        if let Some(value) = named(rest, name) {
            let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
            return value.get(..end);
        }
        let end = rest.iter().position(|byte| matches!(byte, b';' | b',')).map_or(rest.len(), next);
        rest = skip_spaces(rest.get(end..).unwrap_or_default());
    }
    None
}

fn named<'v>(text: &'v [u8], name: &[u8]) -> Option<&'v [u8]> {
    let (start, rest) = text.split_at_checked(name.len())?;
    let value = skip_spaces(rest).strip_prefix(b"=")?;
    start.eq_ignore_ascii_case(name).then(|| skip_spaces(value))
}

const fn next(at: usize) -> usize {
    at + 1
}

/// The value of an argument; its name is compared without regard to case.
fn arg<'v>(args: &'v [u8], name: &[u8]) -> &'v [u8] {
    let value = |arg: &'v [u8]| {
        let (start, rest) = arg.split_at_checked(name.len())?;
        start.eq_ignore_ascii_case(name).then(|| rest.strip_prefix(b"=")).flatten()
    };
    args.split(|byte| *byte == b'&').find_map(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::facts::CacheFacts;
    use crate::request_line::RequestVersion;
    use crate::scheme::Scheme;

    const LINES: &[(&str, &str)] = &[
        ("Host", "A.example:80"),
        ("Cookie", "sid2=x; SID = a,b ;x=1"),
        ("Cookie", "x=2; y=3"),
        ("X-Bypass", "1"),
        ("X_Bypass", "2"),
        ("X-Bypass", "3"),
    ];

    fn value(text: &str, rules: NginxRules) -> String {
        let facts = CacheFacts {
            scheme: Scheme::Https,
            method: b"HEAD",
            host: b"a.example",
            target: b"http://a.example/x/%2e/b?Q=1&q=2&&aq=3",
            version: RequestVersion::Http1 { minor: 1 },
            headers: LINES,
        };
        let mut out = Vec::new();
        let view = View::new(&facts, rules).unwrap();
        ValueText::parse(text).unwrap().give(&view, &mut |piece| out.extend_from_slice(piece));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn variables_are_read_as_nginx_reads_them() {
        let is = |text: &str, expect: &str| {
            assert_eq!(value(text, NginxRules::Current), expect, "{text}");
        };
        is("", "");
        is("a${scheme}b$REQUEST_method", "ahttpsbHEAD");
        is("$scheme$host$request_uri", "httpsa.example/x/%2e/b?Q=1&q=2&&aq=3");
        is("$uri$is_args$args", "/x/b?Q=1&q=2&&aq=3");
        is("$arg_q-$arg_aq-$arg_none", "1-3-");
        is("$cookie_sid|$cookie_x|$cookie_y|$cookie_z", "a,b |1|3|");
        is("$http_host", "A.example:80");
        is("$http_x_bypass", "1, 2, 3");
        is("$http_cookie", "sid2=x; SID = a,b ;x=1; x=2; y=3");
        is("$http_none", "");
        assert_eq!(value("$http_x_bypass", NginxRules::V1_22), "1");
        assert_eq!(value("$http_cookie", NginxRules::V1_22), "sid2=x; SID = a,b ;x=1; x=2; y=3");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (text, at, length) in [
            ("a$", 1, 1),
            ("a$-", 1, 1),
            ("${host", 0, 6),
            ("${}", 0, 2),
            ("x$proxy_host", 1, 11),
            ("$1", 0, 2),
            ("$http_", 0, 6),
        ] {
            let (found, size, _) = ValueText::parse(text).unwrap_err();
            assert_eq!((found, size), (at, length), "{text}");
        }
    }
}
