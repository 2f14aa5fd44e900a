//! A request and the configuration it is asked under: the line format of `--batch`, which flags
//! are translated into.

use std::num::NonZeroU8;

use serde::Deserialize;

/// One question. Fields with other names are for other programs and are not looked at; an
/// option with another name is an error.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Request {
    /// The socket's other end.
    pub(crate) peer: Option<String>,
    /// Header lines in wire order.
    #[serde(default)]
    pub(crate) headers: Vec<(String, String)>,
    /// Trusted proxies, one entry per item.
    #[serde(default)]
    pub(crate) trusted: Vec<String>,
    /// Trusted proxies as the text of Tuleap's setting; used instead of `trusted`.
    pub(crate) trusted_string: Option<String>,
    /// Everything else.
    #[serde(default)]
    pub(crate) options: Options,
}

/// Everything beside the request and the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// The header that names the client, or several in order.
    pub(crate) source: Option<OneOrMany>,
    /// The n-th entry from the right.
    pub(crate) hops: Option<NonZeroU8>,
    /// Entries walked at most.
    pub(crate) max_hops: Option<NonZeroU8>,
    /// Hop count whatever the peer.
    pub(crate) peer_any: bool,
    /// A whole family may be trusted.
    pub(crate) allow_trust_all: bool,
    /// Facts that may come from headers: `for`, `proto`, `host`, `port`.
    pub(crate) trust: Option<Vec<Fact>>,
    /// The n-th value of X-Forwarded-Proto from the right.
    pub(crate) proto_hops: Option<NonZeroU8>,
    /// Hosts a request may be for.
    pub(crate) allowed_hosts: Vec<String>,
    /// What the listener knows by itself.
    pub(crate) local: Local,
    /// Whose rules.
    pub(crate) mode: Mode,
    /// `real_ip_recursive`, for the nginx modes.
    pub(crate) recursive: bool,
    /// `real_ip_header`, for the nginx modes.
    pub(crate) real_ip_header: Option<String>,
    /// What an nginx location does with each header, instead of the guide's line.
    pub(crate) proxy_set_header: Vec<(String, Directive)>,
    /// How bytes are written in this line.
    pub(crate) text: TextEncoding,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fact {
    For,
    Host,
    Port,
    Proto,
}

/// What the listener knows by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Local {
    pub(crate) scheme: String,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Default for Local {
    fn default() -> Self {
        Self { scheme: "http".to_owned(), host: "local.example".to_owned(), port: 80 }
    }
}

/// Whose rules answer.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mode {
    /// nginx's realip module, current rules.
    NginxCurrent,
    /// nginx's realip module, 1.22.
    #[value(name = "nginx-1.22")]
    #[serde(rename = "nginx-1.22")]
    Nginx122,
    /// Ours.
    #[default]
    Strict,
    /// Tuleap's own extractor, beside ours.
    TuleapCompat,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Directive {
    Keep,
    Remove,
    Write,
}

/// How JSON text stands for bytes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
pub(crate) enum TextEncoding {
    /// One code point up to U+00FF is one byte.
    #[serde(rename = "latin-1")]
    Latin1,
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
}

impl TextEncoding {
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Latin1 => {
                text.chars().map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?')).collect()
            }
            Self::Utf8 => text.as_bytes().to_vec(),
        }
    }

    pub(crate) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}
