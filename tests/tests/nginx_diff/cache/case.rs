//! A case of the cache, and what it is on the wire.

use std::fmt::Write as _;

use tuleap_front::{CacheAnswer, CacheBody, Expires};
use tuleap_front_tests::row::latin1;

pub(super) type Line = (&'static str, &'static str);
pub(super) type Bytes = (Vec<u8>, Vec<u8>);

/// Directives, and requests with what the backend would answer.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) levels: &'static str,
    pub(super) key: Vec<&'static str>,
    pub(super) directives: Vec<&'static str>,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The seconds that pass before.
    pub(super) age: i64,
    /// Is it asked while the backend has not answered the step before?
    pub(super) is_meanwhile: bool,
    pub(super) request: Request,
    pub(super) origin: Origin,
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: &'static str,
    /// Behind the folder of the case.
    pub(super) target: &'static str,
    pub(super) host: &'static str,
    pub(super) version: &'static str,
    pub(super) lines: Vec<Line>,
}

#[derive(Clone, Debug)]
pub(super) enum Origin {
    Answer(Answer),
    /// It closes the connection.
    Closed,
    /// A NUL in a header line.
    Invalid,
}

#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) lines: Vec<Line>,
    pub(super) body: (usize, Framing),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    Length,
    Chunked,
    Close,
    /// Less than `Content-Length`.
    Cut,
}

impl Case {
    /// `index` keeps the keys of cases apart.
    pub(super) fn key(&self, index: usize) -> String {
        format!("{index}:{}", self.key.concat())
    }

    /// Without those of the place where it is kept.
    pub(super) fn directives(&self, index: usize) -> String {
        let (key, directives) = (self.key(index), self.directives.join("\n"));
        format!("proxy_cache z{index};\nproxy_cache_key \"{key}\";\n{directives}\n")
    }

    pub(super) fn zone(&self, index: usize) -> String {
        let levels = match self.levels {
            "" => String::new(),
            levels => format!("levels={levels} "),
        };
        format!("proxy_cache_path cache-{index} {levels}keys_zone=z{index}:32k inactive=30d;\n")
    }
}

impl Request {
    pub(super) fn target(&self, index: usize) -> Vec<u8> {
        latin1(&format!("/{index}/{}", self.target))
    }

    /// With one that says which case and step it is.
    pub(super) fn lines(&self, step: usize) -> Vec<Bytes> {
        let mut lines = vec![(b"Host".to_vec(), latin1(self.host))];
        lines.extend(self.lines.iter().map(|(name, value)| (latin1(name), latin1(value))));
        lines.push((b"X-Step".to_vec(), step.to_string().into_bytes()));
        lines
    }

    pub(super) fn bytes(&self, index: usize, step: usize) -> Vec<u8> {
        let first =
            [self.method.as_bytes(), b" ", &self.target(index), b" ", self.version.as_bytes()];
        head(&first.concat(), &self.lines(step))
    }
}

impl Answer {
    pub(super) fn lines(&self, now: i64) -> Vec<Bytes> {
        let written = |(name, value): &Line| (latin1(name), latin1(&with_times(value, now)));
        let mut lines: Vec<Bytes> = self.lines.iter().map(written).collect();
        let (length, framing) = self.body;
        match framing {
            Framing::Length => lines.push((b"Content-Length".to_vec(), decimal(length))),
            Framing::Cut => lines.push((b"Content-Length".to_vec(), decimal(length + 10))),
            Framing::Chunked => {
                lines.push((b"Transfer-Encoding".to_vec(), b"chunked".to_vec()));
            }
            Framing::Close => {}
        }
        lines
    }

    fn has_body(&self, method: &[u8]) -> bool {
        method != b"HEAD" && !matches!(self.status, 204 | 304)
    }

    pub(super) fn bytes(&self, method: &[u8], now: i64) -> Vec<u8> {
        let mut bytes = head(format!("HTTP/1.1 {} X", self.status).as_bytes(), &self.lines(now));
        if !self.has_body(method) {
            return bytes;
        }
        let body = "x".repeat(self.body.0);
        match self.body {
            (0, Framing::Chunked) => bytes.extend_from_slice(b"0\r\n\r\n"),
            (length, Framing::Chunked) => {
                bytes.extend_from_slice(format!("{length:x}\r\n{body}\r\n0\r\n\r\n").as_bytes());
            }
            _ => bytes.extend_from_slice(body.as_bytes()),
        }
        bytes
    }

    pub(super) fn facts<'l>(&self, method: &[u8], lines: &'l [Bytes]) -> CacheAnswer<'l, [Bytes]> {
        let is_cut = self.body.1 == Framing::Cut && self.has_body(method);
        let body = if is_cut { CacheBody::Cut } else { CacheBody::Whole };
        CacheAnswer { status: self.status, headers: lines, body }
    }
}

fn decimal(number: usize) -> Vec<u8> {
    number.to_string().into_bytes()
}

fn head(first: &[u8], lines: &[Bytes]) -> Vec<u8> {
    let mut head = first.to_vec();
    for (name, value) in lines {
        head.extend([b"\r\n", name.as_slice(), b": ", value].concat());
    }
    head.extend_from_slice(b"\r\n\r\n");
    head
}

/// With `{date:+60}` and `{epoch:-60}` written out.
fn with_times(value: &str, now: i64) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((time, after)) = after.split_once('}') else { break };
        let (form, seconds) = time.split_once(':').unwrap_or((time, ""));
        let seconds: i64 = seconds.parse().unwrap_or_default();
        text.push_str(before);
        let _ = match form {
            "epoch" => write!(text, "{}", now.saturating_add(seconds)),
            _ => write!(text, "{}", http_date(now.saturating_add(seconds))),
        };
        rest = after;
    }
    text + rest
}

/// A time as header lines have it.
pub(super) fn http_date(time: i64) -> String {
    let effect = Expires::Access { seconds: 0 }.effect(200, None, time);
    effect.map_or_else(String::new, |effect| effect.expires())
}
