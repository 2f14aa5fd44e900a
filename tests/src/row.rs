//! The rows, as the files write them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tuleap_front::{DestinationFacts, Scheme};

mod cache;
mod gzip;
mod redirect;
mod routes;
mod servers;

pub use cache::*;
pub use gzip::*;
pub use redirect::*;
pub use routes::*;
pub use servers::*;

/// One request and what is known about its way: a row of `client-ip.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct ClientIpRow {
    /// A stable id.
    pub id: String,
    /// One entry per item.
    #[serde(default)]
    pub trusted: Vec<String>,
    /// The text of Tuleap's setting; then the compatibility type is asked too.
    pub trusted_string: Option<String>,
    /// The list as one text, in the syntax of the setting; the strict rules alone are asked.
    pub trusted_text: Option<String>,
    /// The socket's other end.
    pub peer: Option<String>,
    /// Header lines in wire order.
    pub headers: Vec<(String, String)>,
    /// Everything else.
    #[serde(default)]
    pub options: ClientIpOptions,
    /// The answer.
    pub expect: Value,
    /// The row as it was read.
    #[serde(skip)]
    pub raw: Value,
}

impl ClientIpRow {
    /// The list as one text, where the row has one instead of entries.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.trusted_text.as_deref().or(self.trusted_string.as_deref())
    }

    /// The header lines as bytes.
    #[must_use]
    pub fn lines(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let encode = |text: &str| match self.options.text {
            TextEncoding::Latin1 => latin1(text),
            TextEncoding::Utf8 => text.as_bytes().to_vec(),
        };
        self.headers.iter().map(|(name, value)| (encode(name), encode(value))).collect()
    }
}

/// Writes out the header values of a row that are given as pieces: a piece is a text, or
/// `{"repeat": text, "times": n}`.
///
/// # Errors
///
/// A piece that is neither.
pub fn expand(row: &mut Value) -> Result<(), String> {
    let Some(headers) = row.get_mut("headers").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    for value in headers.iter_mut().filter_map(|line| line.get_mut(1)) {
        if let Value::Array(pieces) = value {
            *value = Value::String(pieces.iter().map(piece).collect::<Result<_, _>>()?);
        }
    }
    Ok(())
}

fn piece(piece: &Value) -> Result<String, String> {
    let repeat = piece.get("repeat").and_then(Value::as_str);
    let times = piece.get("times").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    match (piece, repeat, times) {
        (Value::String(text), _, _) => Ok(text.clone()),
        (_, Some(text), Some(times)) => Ok(text.repeat(times)),
        _ => Err(format!("not a piece of a header value: {piece}")),
    }
}

/// The options of a row; one that is not known here is an error.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientIpOptions {
    /// The header that names the client, or several in order.
    pub source: Option<OneOrMany>,
    /// The n-th entry from the right.
    pub hops: Option<std::num::NonZeroU8>,
    /// Entries walked at most.
    pub max_hops: Option<std::num::NonZeroU8>,
    /// Hop count whatever the peer.
    pub peer_any: bool,
    /// A whole family may be trusted.
    pub allow_trust_all: bool,
    /// Facts that may come from headers.
    pub trust: Option<Vec<String>>,
    /// The n-th value of X-Forwarded-Proto from the right.
    pub proto_hops: Option<std::num::NonZeroU8>,
    /// Hosts a request may be for.
    pub allowed_hosts: Vec<String>,
    /// What the listener knows by itself.
    pub local: Option<Local>,
    /// `tuleap-compat`, or nothing.
    pub mode: Option<String>,
    /// How header lines stand for bytes.
    pub text: TextEncoding,
}

/// How JSON text stands for bytes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
pub enum TextEncoding {
    /// One code point up to U+00FF is one byte.
    #[serde(rename = "latin-1")]
    Latin1,
    /// The bytes of UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
}

/// A word or a list of words.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several, in order.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The words in order.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        match self {
            Self::One(word) => vec![word],
            Self::Many(words) => words.iter().map(String::as_str).collect(),
        }
    }
}

/// What the listener knows by itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Local {
    /// `http` or `https`.
    pub scheme: String,
    /// The request's host.
    pub host: String,
    /// The listener's port.
    pub port: u16,
}

impl Default for Local {
    fn default() -> Self {
        Self { scheme: "http".into(), host: "local.example".into(), port: 80 }
    }
}

/// A row recorded from nginx: answers of 1.22.1 and, where it differs, of 1.31.5. Text is
/// Latin-1: one code point up to U+00FF is one byte.
#[derive(Clone, Debug, Deserialize)]
pub struct NginxRow<I> {
    /// What the row is about.
    pub name: String,
    /// The request and the configuration.
    pub input: I,
    /// The answer of nginx 1.22.1.
    pub expect: BTreeMap<String, Value>,
    /// The answer of nginx 1.31.5, where it is another one.
    pub expect_1_31_5: Option<BTreeMap<String, Value>>,
}

/// Input of `nginx-realip.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RealipInput {
    /// `set_real_ip_from`.
    pub trusted: Vec<String>,
    /// `real_ip_header`.
    pub real_ip_header: Option<String>,
    /// `real_ip_recursive`.
    pub recursive: bool,
    /// The socket's other end.
    pub peer: String,
    /// Which socket of the rig.
    pub listener: String,
    /// Header lines in wire order.
    pub headers: Vec<(String, String)>,
}

/// Input of `nginx-forwarded.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ForwardedInput {
    /// Which socket of the rig.
    pub listener: String,
    /// The socket's other end.
    pub peer: String,
    /// With TLS or without.
    pub scheme: String,
    /// The method.
    pub method: String,
    /// The request target; its first segment chooses the location of the rig.
    pub target: String,
    /// The version.
    pub http_version: String,
    /// Header lines in wire order.
    pub headers: Vec<(String, String)>,
    /// The request as it was sent, where the fields cannot say it.
    pub raw_request: Option<String>,
}

/// What the rig's location does with a header of the three.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Directive {
    /// No `proxy_set_header`.
    Keep,
    /// `proxy_set_header NAME "";`
    Remove,
    /// The guide's line.
    Write,
}

impl ForwardedInput {
    /// What the location does with X-Real-IP, X-Forwarded-For and X-Forwarded-Proto.
    #[must_use]
    pub fn directives(&self) -> [Directive; 3] {
        if self.target.starts_with("/plain/") {
            [Directive::Keep; 3]
        } else if self.target.starts_with("/empty/") {
            [Directive::Remove, Directive::Remove, Directive::Keep]
        } else {
            [Directive::Write; 3]
        }
    }
}

/// One header and what it names: a row of `destination.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationRow {
    /// A stable id.
    #[serde(alias = "id")]
    pub name: String,
    /// Which rule decides; our own rows say so.
    pub why: Option<String>,
    /// One of the site's origins, or `auto`.
    pub public_origin: String,
    /// Its further origins.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What the next server takes for its own; in our own rows also a scheme alone.
    pub backend_origin: String,
    /// The client's `Host`.
    pub client_host: Option<String>,
    /// The `Host` that is forwarded.
    pub forwarded_host: Option<String>,
    /// What the client speaks: `http`, or `https`.
    pub client_scheme: Option<String>,
    /// Which rule.
    pub mode: DestinationMode,
    /// What becomes of another server: `reject`, or `pass`.
    pub foreign: Option<String>,
    /// Is the backend's origin put before a path?
    #[serde(default)]
    pub promote_path_absolute: bool,
    /// `Destination`, `If`, `Location`, `Content-Location`.
    pub header: String,
    /// The method.
    pub method: String,
    /// The value, or the lines.
    pub input: Option<OneOrMany>,
    /// The value, where it is not text.
    pub input_hex: Option<String>,
    /// The answer.
    #[serde(skip_serializing)]
    pub expect: BTreeMap<String, Value>,
    /// What is known of other programs.
    #[serde(flatten, skip_serializing)]
    pub remarks: DestinationRemarks,
}

/// What a row of `destination.json` says beside; it is not compared.
#[derive(Clone, Debug, Deserialize)]
pub struct DestinationRemarks {
    /// For readers.
    pub note: Option<String>,
    /// What other programs answered.
    pub observed: Option<Value>,
    /// The request that the header came with.
    pub request_target: Option<String>,
    /// What one nginx sent.
    pub documented_nginx_config_really_sends: Option<String>,
    /// What a model of it says.
    pub model_of_the_quirk: Option<String>,
    /// Whether both are one.
    pub model_matches: Option<bool>,
}

/// Which rule a row of `destination.json` is about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DestinationMode {
    /// The documented one.
    Compat,
    /// The way back.
    Response,
    /// The default.
    Strict,
}

impl DestinationRow {
    /// What is known about the request.
    #[must_use]
    pub fn facts(&self) -> DestinationFacts<'_> {
        let scheme = self.client_scheme.as_deref().unwrap_or("https");
        DestinationFacts {
            method: self.method.as_bytes(),
            host: self.client_host.as_deref().unwrap_or_default().as_bytes(),
            forwarded_host: self.forwarded_host.as_deref().unwrap_or_default().as_bytes(),
            scheme: Scheme::parse(scheme.as_bytes()).unwrap_or(Scheme::Https),
        }
    }

    /// The one value, where the row has one.
    #[must_use]
    pub fn value(&self) -> Option<Vec<u8>> {
        match (&self.input_hex, &self.input) {
            (Some(hex), _) => from_hex(hex),
            (None, Some(OneOrMany::One(text))) => Some(text.as_bytes().to_vec()),
            _ => None,
        }
    }

    /// The lines in wire order.
    #[must_use]
    pub fn lines(&self) -> Vec<Vec<u8>> {
        match (self.value(), &self.input) {
            (Some(value), _) => vec![value],
            (None, Some(input)) => {
                input.words().into_iter().map(|line| line.as_bytes().to_vec()).collect()
            }
            (None, None) => Vec::new(),
        }
    }
}

/// Input of `nginx-destination.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NginxDestinationInput {
    /// The guide's lines in a `location` or in the `server`, the header passed as a variable, or
    /// none of it.
    pub rule: NginxDestinationRule,
    /// The method.
    pub method: String,
    /// The request target.
    pub target: String,
    /// The `Host`; it chooses the server of the rig.
    pub host: String,
    /// The lines of the header.
    pub destination_headers: Vec<String>,
    /// Further header lines.
    pub other_headers: Vec<(String, String)>,
}

/// What a server of the rig does with the header.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NginxDestinationRule {
    /// The guide's lines in a location.
    Location,
    /// No line.
    None,
    /// `proxy_set_header Destination $http_destination`
    Pass,
    /// The guide's lines in a server.
    Server,
}

impl NginxDestinationInput {
    /// The lines of the header, whatever the case of its name.
    #[must_use]
    pub fn lines(&self) -> Vec<Vec<u8>> {
        let named = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("destination");
        let others = self.other_headers.iter().filter(named).map(|(_, value)| value);
        self.destination_headers.iter().chain(others).map(|line| latin1(line)).collect()
    }
}

/// Writes out every `{"join": [PIECE, ...]}` of a row, at any depth, as one text.
///
/// # Errors
///
/// A piece that is none.
pub fn join(value: &mut Value) -> Result<(), String> {
    if let Some(pieces) = value.get("join").and_then(Value::as_array) {
        *value = Value::String(pieces.iter().map(piece).collect::<Result<_, _>>()?);
        return Ok(());
    }
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(join),
        Value::Object(fields) => fields.values_mut().try_for_each(join),
        _ => Ok(()),
    }
}

/// The hexadecimal digits of bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}

/// The bytes of a Latin-1 text.
#[must_use]
pub fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?')).collect()
}

/// The Latin-1 text of bytes.
#[must_use]
pub fn from_latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
