//! A raw request head, as it is on the wire.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use crate::explain::UsageError;

/// Header lines read at most.
const MAX_LINES: usize = 1_000;

/// What a request head says.
#[derive(Debug, Default)]
pub(crate) struct Head {
    method: Option<Vec<u8>>,
    /// In wire order.
    lines: Vec<(String, Vec<u8>)>,
}

/// Reads a file, or standard input where none is named.
pub(crate) fn read(path: Option<&Path>) -> Result<Head, UsageError> {
    parse(bytes(path)?)
}

/// What a file holds, or standard input where none is named.
pub(crate) fn bytes(path: Option<&Path>) -> Result<Vec<u8>, UsageError> {
    if let Some(path) = path.filter(|path| path.as_os_str() != "-") {
        let file = fs::read(path);
        return file.map_err(|error| UsageError::File { path: path.to_owned(), error });
    }
    if io::stdin().is_terminal() {
        return Err(UsageError::Terminal);
    }
    let mut input = Vec::new();
    io::stdin().read_to_end(&mut input).map_err(UsageError::Input)?;
    Ok(input)
}

/// The text of a policy, where none is `known` by this word.
pub(crate) fn policy(word: &str, known: &'static str) -> Result<String, UsageError> {
    let text = bytes(Some(Path::new(word)));
    let text = text.map_err(|error| UsageError::Policy { known, error: Box::new(error) })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

impl Head {
    /// The method, where there is a request line.
    pub(crate) fn method(&self) -> Option<&[u8]> {
        self.method.as_deref()
    }

    /// The first `Host`.
    pub(crate) fn host(&self) -> Option<&[u8]> {
        self.values("host").next()
    }

    /// The values of the lines of one name, in wire order.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let is_named = move |(line, _): &&(String, Vec<u8>)| line.eq_ignore_ascii_case(name);
        self.lines.iter().filter(is_named).map(|(_, value)| value.as_slice())
    }

    /// Every line, the bytes of its value as code points up to U+00FF, so that none is lost.
    pub(crate) fn into_latin1(self) -> Vec<(String, String)> {
        let latin1 = |value: Vec<u8>| value.into_iter().map(char::from).collect();
        self.lines.into_iter().map(|(name, value)| (name, latin1(value))).collect()
    }
}

/// A body after the head is not looked at. A head without the empty line at its end is taken as
/// it is.
fn parse(mut head: Vec<u8>) -> Result<Head, UsageError> {
    if head.trim_ascii().is_empty() {
        return Err(UsageError::EmptyHead);
    }
    let is_complete = head.windows(2).any(|pair| pair == b"\n\n")
        || head.windows(4).any(|four| four == b"\r\n\r\n");
    if !is_complete {
        head.extend_from_slice(if head.ends_with(b"\n") { b"\r\n" } else { b"\r\n\r\n" });
    }
    let mut lines = vec![httparse::EMPTY_HEADER; MAX_LINES];
    let mut request = httparse::Request::new(&mut lines);
    match request.parse(&head) {
        Ok(httparse::Status::Complete(_)) => Ok(Head {
            method: request.method.map(|method| method.as_bytes().to_vec()),
            lines: request
                .headers
                .iter()
                .map(|line| (line.name.to_owned(), line.value.to_vec()))
                .collect(),
        }),
        Ok(httparse::Status::Partial) => Err(UsageError::PartialHead),
        Err(error) => Err(UsageError::Head(error)),
    }
}
