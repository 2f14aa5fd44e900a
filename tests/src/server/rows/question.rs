//! A question of `recorded`.

use serde::Deserialize as _;
use serde_json::{Value, json};

use super::destination;
use crate::row::{
    ClientIpRow, DestinationRow, ForwardedInput, GzipRow, NginxDestinationInput,
    NginxRedirectInput, RealipInput,
};
use crate::server::{Fallible, at};
use crate::surface::Rules;

/// A row, without its answer.
#[derive(Clone, Debug)]
pub(super) enum Question {
    ClientIp(Box<ClientIpRow>),
    Realip(RealipInput, Rules),
    Forwarded(ForwardedInput),
    Destination(Box<DestinationRow>),
    Gzip(Box<GzipRow>),
    NginxDestination(NginxDestinationInput, Rules),
    NginxRedirect(NginxRedirectInput, Rules),
}

/// The kinds that servers are asked.
const KINDS: &[&str] = &[
    "client-ip",
    "destination",
    "gzip",
    "nginx-destination",
    "nginx-forwarded",
    "nginx-realip",
    "nginx-redirect",
];

/// Where the client of a row is that says nothing of it.
const HERE: &str = "127.0.0.1";

impl Question {
    /// Is a line a question for servers?
    pub(super) fn is_of_known_kind(line: &str) -> bool {
        let question: Value = serde_json::from_str(line).unwrap_or_default();
        let kind = question.get("kind").and_then(Value::as_str);
        kind.is_some_and(|kind| KINDS.contains(&kind))
    }

    /// The question of a line.
    pub(super) fn parse(line: &str) -> Fallible<Self> {
        let mut value: Value = serde_json::from_str(line).map_err(at(line))?;
        let fields = value.as_object_mut().ok_or("a question is an object")?;
        let kind = fields.remove("kind").unwrap_or_default();
        if kind == "client-ip" {
            fields.insert("expect".to_owned(), Value::Null);
            let row = serde_json::from_value(value).map_err(at(line))?;
            return Ok(Self::ClientIp(Box::new(row)));
        }
        if kind == "destination" {
            fields.insert("expect".to_owned(), json!({}));
            let row = serde_json::from_value(value).map_err(at(line))?;
            return Ok(Self::Destination(Box::new(row)));
        }
        if kind == "gzip" {
            let row = serde_json::from_value(value).map_err(at(line))?;
            return Ok(Self::Gzip(Box::new(row)));
        }
        let input = fields.remove("input").unwrap_or_default();
        let rules = match fields.get("rules") {
            Some(rules) if *rules == json!("1.22") => Rules::V1_22,
            _ => Rules::Current,
        };
        match kind.as_str() {
            Some("nginx-realip") => {
                Ok(Self::Realip(RealipInput::deserialize(input).map_err(at(line))?, rules))
            }
            Some("nginx-destination") => {
                let input = NginxDestinationInput::deserialize(input).map_err(at(line))?;
                Ok(Self::NginxDestination(input, rules))
            }
            Some("nginx-redirect") => {
                let input = NginxRedirectInput::deserialize(input).map_err(at(line))?;
                Ok(Self::NginxRedirect(input, rules))
            }
            Some("nginx-forwarded") => {
                Ok(Self::Forwarded(ForwardedInput::deserialize(input).map_err(at(line))?))
            }
            _ => Err(format!("unknown kind of question: {kind}")),
        }
    }

    /// The socket's other end, as the row has it.
    pub(super) fn peer(&self) -> Option<&str> {
        match self {
            Self::ClientIp(row) => row.peer.as_deref(),
            Self::Realip(input, _) => Some(&input.peer),
            Self::Forwarded(input) => Some(&input.peer),
            Self::Destination(_)
            | Self::Gzip(_)
            | Self::NginxDestination(..)
            | Self::NginxRedirect(..) => Some(HERE),
        }
    }

    /// Does the client speak TLS?
    pub(super) fn is_tls(&self) -> bool {
        match self {
            Self::ClientIp(row) => {
                row.options.local.as_ref().is_some_and(|local| local.scheme == "https")
            }
            Self::Realip(..) | Self::NginxDestination(..) => false,
            Self::Destination(row) => destination::is_tls(row),
            Self::Gzip(row) => row.scheme == "https",
            Self::Forwarded(input) => input.scheme == "https",
            Self::NginxRedirect(input, _) => input.listener == "https",
        }
    }
}
