//! Requests and the answers to them: raw heads, or what `curl -v` prints.

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use tuleap_front::{
    HeadOptions, HeadReason, NginxHost, NginxRules, RequestHead, RequestVersion, ResponseHead,
};

use crate::explain::UsageError;
use crate::words::{Format, Nginx, Scheme};
use crate::{Failure, head};

/// What is asked about, and in which form the answer is printed.
#[derive(Args, Debug)]
pub(crate) struct ExchangeArguments {
    /// A file with the head of the request and that of the answer, or - for standard input: raw,
    /// or what curl -v prints. Where there are several exchanges, each is explained.
    #[arg(conflicts_with_all = ["request", "response"])]
    heads: Option<PathBuf>,

    /// A file with the head of the request alone, or - for standard input.
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,

    /// A file with the head of the answer alone, or - for standard input.
    #[arg(long, value_name = "FILE", requires = "request")]
    response: Option<PathBuf>,

    /// Which nginx, where versions differ.
    #[arg(long, value_enum, default_value_t = Nginx::Current)]
    pub(crate) nginx: Nginx,

    /// What the client speaks.
    #[arg(long, value_enum, default_value_t = Scheme::Https)]
    pub(crate) scheme: Scheme,

    /// nginx's $host; the request's Host unless told.
    #[arg(long, value_name = "HOST")]
    host: Option<String>,

    /// The time, in Unix seconds; now unless told.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    now: Option<i64>,

    /// For people, or one JSON object for each exchange.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// A request, and the answer where there is one.
#[derive(Debug, Default, Eq, PartialEq)]
struct Exchange {
    request: Vec<u8>,
    response: Option<Vec<u8>>,
}

/// An exchange as nginx reads it.
pub(crate) struct Heads<'a> {
    pub(crate) request: RequestHead<'a>,
    pub(crate) version: RequestVersion,
    /// nginx's `$host`, where one is known.
    pub(crate) host: Option<NginxHost<'a>>,
    pub(crate) response: Option<ResponseHead<'a>>,
    pub(crate) now: i64,
}

impl ExchangeArguments {
    /// Asks of each exchange, in order.
    pub(crate) fn each(
        &self,
        mut ask: impl FnMut(&Heads<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let exchanges = self.exchanges()?;
        for (at, exchange) in exchanges.iter().enumerate() {
            if at > 0 && self.format == Format::Text {
                writeln!(io::stdout())?;
            }
            let (request, version) = self.request_text(&exchange.request)?;
            ask(&self.heads(&request, version, exchange.response.as_deref())?)?;
        }
        Ok(())
    }

    fn exchanges(&self) -> Result<Vec<Exchange>, UsageError> {
        let Some(request) = &self.request else {
            return read(&head::bytes(self.heads.as_deref())?, Vec::new());
        };
        let mut exchanges = read(&head::bytes(Some(request))?, Vec::new())?;
        exchanges.truncate(1);
        if let (Some(path), [exchange]) = (&self.response, exchanges.as_mut_slice()) {
            let known = vec![Exchange { request: exchange.request.clone(), response: None }];
            let read = read(&head::bytes(Some(path))?, known)?;
            exchange.response = read.into_iter().find_map(|exchange| exchange.response);
        }
        Ok(exchanges)
    }

    /// The head in the words of HTTP/1.1, and its version, with `--host` where it has no Host.
    fn request_text<'t>(
        &self,
        text: &'t [u8],
    ) -> Result<(Cow<'t, [u8]>, Option<RequestVersion>), UsageError> {
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
        let word = first.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
        let version = RequestVersion::of_protocol(word);
        let lines = || text.split(|byte| *byte == b'\n').skip(1);
        let is_host = |line: &[u8]| line.get(..5).is_some_and(|n| n.eq_ignore_ascii_case(b"host:"));
        let host = self.host.as_deref().filter(|_| !lines().any(is_host));
        if version != Some(RequestVersion::Http2) && host.is_none() {
            return Ok((Cow::Borrowed(text), version));
        }
        let mut head = first.to_vec();
        if version == Some(RequestVersion::Http2) {
            head.truncate(first.len() - word.len());
            head.extend_from_slice(b"HTTP/1.1");
        }
        head.push(b'\n');
        if let Some(host) = host {
            head.extend_from_slice(&[b"Host: ", host.as_bytes(), b"\n"].concat());
        }
        head.extend_from_slice(&lines().collect::<Vec<_>>().join(&b'\n'));
        Ok((Cow::Owned(head), version))
    }

    fn heads<'a>(
        &'a self,
        request: &'a [u8],
        version: Option<RequestVersion>,
        response: Option<&'a [u8]>,
    ) -> Result<Heads<'a>, UsageError> {
        let rules: NginxRules = self.nginx.into();
        let options = HeadOptions { rules, ..HeadOptions::default() };
        let request = RequestHead::parse(request, &options).map_err(|reason| match reason {
            HeadReason::NoHost => UsageError::NoHost,
            reason => UsageError::Request(reason),
        })?;
        let host = match &self.host {
            Some(host) => Some(NginxHost::parse(host.as_bytes(), rules).map_err(UsageError::Host)?),
            None => request.host().cloned(),
        };
        let response = response.map(ResponseHead::parse).transpose();
        Ok(Heads {
            version: version.unwrap_or_else(|| request.version()),
            request,
            host,
            response: response.map_err(UsageError::Response)?,
            now: self.now.unwrap_or_else(now),
        })
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Whose head a line belongs to.
#[derive(Clone, Copy, Eq, PartialEq)]
enum At {
    Request,
    /// Behind a head: in a body, or between two exchanges.
    Nothing,
    Response,
}

/// The lines of curl have `> ` before what was sent and `< ` before what came.
fn is_marked(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii_end();
        line.starts_with(b"< HTTP/") || line.strip_prefix(b"> ").is_some_and(is_request_line)
    })
}

fn is_request_line(line: &[u8]) -> bool {
    let word = line.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    line.contains(&b' ') && RequestVersion::of_protocol(word).is_some()
}

/// The exchanges in a text, behind those that are known.
fn read(text: &[u8], mut exchanges: Vec<Exchange>) -> Result<Vec<Exchange>, UsageError> {
    if text.trim_ascii().is_empty() {
        return Err(UsageError::EmptyHead);
    }
    let is_marked = is_marked(text);
    let mut at = At::Nothing;
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (is_sent, line) = match line {
            _ if !is_marked => (at != At::Response && !line.starts_with(b"HTTP/"), line),
            [b'>', rest @ ..] => (true, rest.strip_prefix(b" ").unwrap_or(rest)),
            [b'<', rest @ ..] => (false, rest.strip_prefix(b" ").unwrap_or(rest)),
            _ => continue,
        };
        let last = exchanges.last_mut();
        match (is_sent, at) {
            (true, At::Request) => {
                if let Some(exchange) = last {
                    append(&mut exchange.request, line);
                }
                at = if line.is_empty() { At::Nothing } else { at };
            }
            (false, At::Response) => {
                if let Some(response) = last.and_then(|exchange| exchange.response.as_mut()) {
                    append(response, line);
                }
                at = if line.is_empty() { At::Nothing } else { at };
            }
            (false, _) if line.starts_with(b"HTTP/") => {
                let exchange = last.ok_or(UsageError::NoRequest)?;
                // One behind another is final, the others said to wait.
                if exchange.response.is_none() || is_marked || is_interim(exchange) {
                    exchange.response = Some(Vec::new());
                    append(exchange.response.get_or_insert_default(), &status_line(line));
                    at = At::Response;
                }
            }
            (true, _) => {
                let is_first = !is_marked && exchanges.is_empty() && !line.is_empty();
                if is_first || (is_marked && is_request_line(line)) {
                    exchanges.push(Exchange::default());
                    if let Some(exchange) = exchanges.last_mut() {
                        append(&mut exchange.request, line);
                    }
                    at = At::Request;
                }
            }
            _ => {}
        }
    }
    if exchanges.is_empty() {
        return Err(UsageError::NoRequest);
    }
    for exchange in &mut exchanges {
        end(&mut exchange.request);
        exchange.response.iter_mut().for_each(end);
    }
    Ok(exchanges)
}

fn is_interim(exchange: &Exchange) -> bool {
    exchange.response.as_deref().is_some_and(|response| response.starts_with(b"HTTP/1.1 1"))
}

/// In the words of HTTP/1.1: curl writes `HTTP/2 200` for what has no such line.
fn status_line(line: &[u8]) -> Vec<u8> {
    match line.split(|byte| *byte == b' ').next() {
        Some(word @ (b"HTTP/2" | b"HTTP/3")) => {
            [b"HTTP/1.1", line.get(word.len()..).unwrap_or_default()].concat()
        }
        _ => line.to_vec(),
    }
}

fn append(head: &mut Vec<u8>, line: &[u8]) {
    head.extend_from_slice(line);
    head.extend_from_slice(b"\r\n");
}

/// A head without the empty line at its end is taken as it is.
fn end(head: &mut Vec<u8>) {
    if !head.ends_with(b"\r\n\r\n") {
        head.extend_from_slice(b"\r\n");
    }
}
