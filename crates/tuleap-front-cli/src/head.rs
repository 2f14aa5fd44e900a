//! A raw request head, as it is on the wire.

use crate::explain::UsageError;

/// Header lines read at most.
const MAX_LINES: usize = 1_000;

/// The header lines of a request head; a body after it is not looked at. A head without the
/// empty line at its end is taken as it is.
pub(crate) fn parse(mut head: Vec<u8>) -> Result<Vec<(String, String)>, UsageError> {
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
        Ok(httparse::Status::Complete(_)) => Ok(request
            .headers
            .iter()
            .map(|line| (line.name.to_owned(), latin1(line.value)))
            .collect()),
        Ok(httparse::Status::Partial) => Err(UsageError::PartialHead),
        Err(error) => Err(UsageError::Head(error)),
    }
}

/// Bytes as code points up to U+00FF, so that none is lost.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
