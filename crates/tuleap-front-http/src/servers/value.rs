use std::borrow::Cow;

use super::facts::ServerFacts;
use crate::head::RequestHead;
use crate::nginx::NginxRules;
use crate::request_line::RequestVersion;

/// A value with variables.
#[derive(Clone, Debug)]
pub(super) struct Value(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Variable(Variable),
}

#[derive(Clone, Debug)]
enum Variable {
    Args,
    Host,
    /// `$http_name`, in lower case with `_`.
    Http(String),
    IsArgs,
    ProxyAddXForwardedFor,
    ProxyHost,
    RemoteAddr,
    RequestMethod,
    RequestUri,
    Scheme,
    ServerName,
    ServerProtocol,
    Uri,
}

/// What variables are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'c> {
    pub(super) head: &'c RequestHead<'c>,
    pub(super) facts: &'c ServerFacts,
    pub(super) host: &'c [u8],
    pub(super) server_name: &'c str,
    pub(super) proxy_host: &'c str,
    pub(super) rules: NginxRules,
}

impl Value {
    /// Reads `text$name` and `${name}text`; where it fails, the name that is none that is known.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('$') {
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (name, behind) = match after.strip_prefix('{') {
                Some(inside) => inside.split_once('}').ok_or_else(|| format!("${after}"))?,
                None => {
                    let is_end = |char: char| !char.is_ascii_alphanumeric() && char != '_';
                    after.split_at(after.find(is_end).unwrap_or(after.len()))
                }
            };
            let variable = Variable::parse(name).ok_or_else(|| format!("${name}"))?;
            parts.push(Part::Variable(variable));
            rest = behind;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// Empty where nginx sends no line.
    pub(super) fn evaluate(&self, context: &Context<'_>) -> Vec<u8> {
        let mut value = Vec::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => value.extend_from_slice(text.as_bytes()),
                Part::Variable(variable) => variable.write(context, &mut value),
            }
        }
        value
    }
}

impl Variable {
    fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.as_str() {
            "args" | "query_string" => Self::Args,
            "document_uri" | "uri" => Self::Uri,
            "host" => Self::Host,
            "is_args" => Self::IsArgs,
            "proxy_add_x_forwarded_for" => Self::ProxyAddXForwardedFor,
            "proxy_host" => Self::ProxyHost,
            "remote_addr" => Self::RemoteAddr,
            "request_method" => Self::RequestMethod,
            "request_uri" => Self::RequestUri,
            "scheme" => Self::Scheme,
            "server_name" => Self::ServerName,
            "server_protocol" => Self::ServerProtocol,
            name => Self::Http(name.strip_prefix("http_")?.to_owned()),
        })
    }

    fn write(&self, context: &Context<'_>, out: &mut Vec<u8>) {
        let target = context.head.target();
        match self {
            Self::Args => out.extend_from_slice(target.args()),
            Self::Host => out.extend_from_slice(context.host),
            Self::Http(name) => out.extend_from_slice(&http(name, context)),
            Self::IsArgs if target.args().is_empty() => {}
            Self::IsArgs => out.push(b'?'),
            Self::ProxyAddXForwardedFor => {
                let lines = context.head.lines().iter();
                let is_one = |name: &[u8]| name.eq_ignore_ascii_case(b"x-forwarded-for");
                for (_, value) in lines.filter(|(name, _)| is_one(name)) {
                    out.extend_from_slice(value);
                    out.extend_from_slice(b", ");
                }
                out.extend_from_slice(context.facts.remote_addr.to_string().as_bytes());
            }
            Self::ProxyHost => out.extend_from_slice(context.proxy_host.as_bytes()),
            Self::RemoteAddr => {
                out.extend_from_slice(context.facts.remote_addr.to_string().as_bytes());
            }
            Self::RequestMethod => out.extend_from_slice(context.head.method()),
            Self::RequestUri => out.extend_from_slice(target.request_uri()),
            Self::Scheme => out.extend_from_slice(context.facts.scheme.as_str().as_bytes()),
            Self::ServerName => out.extend_from_slice(context.server_name.as_bytes()),
            Self::ServerProtocol => match context.head.version() {
                RequestVersion::Http1 { minor } => {
                    out.extend_from_slice(format!("HTTP/1.{minor}").as_bytes());
                }
                _ => out.extend_from_slice(b"HTTP/0.9"),
            },
            Self::Uri => out.extend_from_slice(target.uri()),
        }
    }
}

/// `$http_name`: of several lines the first one until 1.23.0, but for those that were lists then.
fn http<'c>(name: &str, context: &Context<'c>) -> Cow<'c, [u8]> {
    let fold = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
    let is_known =
        matches!(name, "cookie" | "host" | "referer" | "user_agent" | "via" | "x_forwarded_for");
    let is_it = |sent: &[u8]| {
        sent.len() == name.len()
            && sent.iter().zip(name.bytes()).all(|(sent, byte)| fold(*sent) == byte)
            // What nginx knows by itself it knows by its spelling.
            && !(is_known && sent.contains(&b'_'))
    };
    let mut values =
        context.head.lines().iter().filter(|(name, _)| is_it(name)).map(|(_, value)| *value);
    let first = values.next().unwrap_or_default();
    let separator: &[u8] = match name {
        "cookie" => b"; ",
        "x_forwarded_for" => b", ",
        _ if context.rules == NginxRules::V1_22 => return Cow::Borrowed(first),
        _ => b", ",
    };
    values.fold(Cow::Borrowed(first), |joined, value| {
        Cow::Owned([joined.as_ref(), separator, value].concat())
    })
}
