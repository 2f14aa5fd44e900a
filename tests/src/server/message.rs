//! The head of a request or of an answer, byte for byte.

use std::io::{self, BufRead, Read};

/// A head is not longer than this.
const LONGEST: u64 = 1 << 21;

/// A first line and header lines.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Head {
    /// All of it, with the empty line.
    pub bytes: Vec<u8>,
    /// The first line, without its end.
    pub first: Vec<u8>,
    /// The header lines in order. A value begins after `: `.
    pub lines: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Head {
    /// The next head of a stream; `None` at its end.
    ///
    /// # Errors
    ///
    /// The stream fails or ends within a head.
    pub fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = Self::default();
        loop {
            let mut line = Vec::new();
            if Read::take(&mut *stream, LONGEST).read_until(b'\n', &mut line)? == 0 {
                return match head.bytes.is_empty() {
                    true => Ok(None),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
            head.bytes.extend_from_slice(&line);
            while line.pop_if(|byte| matches!(byte, b'\r' | b'\n')).is_some() {}
            if line.is_empty() {
                return Ok(Some(head));
            }
            head.add(line);
        }
    }

    /// The head that these bytes are.
    #[must_use]
    pub fn parse(mut bytes: &[u8]) -> Option<Self> {
        Self::read(&mut bytes).ok().flatten()
    }

    fn add(&mut self, line: Vec<u8>) {
        if self.first.is_empty() {
            self.first = line;
            return;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at(colon);
        let value = value.strip_prefix(b": ").or(value.strip_prefix(b":")).unwrap_or(value);
        self.lines.push((name.to_vec(), value.to_vec()));
    }

    /// The values of a header, in order.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let is_it =
            move |(known, _): &&(Vec<u8>, Vec<u8>)| known.eq_ignore_ascii_case(name.as_bytes());
        self.lines.iter().filter(is_it).map(|(_, value)| value.as_slice())
    }

    /// The first value of a header as text, bytes that are not UTF-8 replaced.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.values(name).next().map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// A word of the first line, from 0: of a request the method, the target and the version.
    #[must_use]
    pub fn word(&self, index: usize) -> &[u8] {
        self.first.split(|byte| *byte == b' ').nth(index).unwrap_or_default()
    }

    /// The body that follows this head. `None` for the length means: until the stream ends.
    ///
    /// # Errors
    ///
    /// The stream fails or ends within the body.
    pub fn read_body(
        &self,
        stream: &mut impl BufRead,
        without_length: BodyEnd,
    ) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if self.text("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            while read_chunk(stream, &mut body)? {}
            return Ok(body);
        }
        let length = self.text("content-length").and_then(|length| length.trim().parse().ok());
        match (length, without_length) {
            (Some(length), _) => {
                Read::take(&mut *stream, length).read_to_end(&mut body)?;
                if u64::try_from(body.len()).is_ok_and(|got| got < length) {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            (None, BodyEnd::Nothing) => {}
            (None, BodyEnd::Stream) => drop(stream.read_to_end(&mut body)?),
        }
        Ok(body)
    }
}

/// What is the body of a message that does not say its length?
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BodyEnd {
    /// There is none.
    Nothing,
    /// Everything up to the end of the stream.
    Stream,
}

/// Appends a chunk; false after the last one.
fn read_chunk(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<bool> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let size = line.split(';').next().unwrap_or_default().trim();
    let size = u64::from_str_radix(size, 16).map_err(|_| io::ErrorKind::InvalidData)?;
    Read::take(&mut *stream, size).read_to_end(body)?;
    let mut end = String::new();
    stream.read_line(&mut end)?;
    Ok(size > 0)
}
