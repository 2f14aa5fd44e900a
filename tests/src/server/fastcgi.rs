//! A FastCGI responder that answers with the parameters it was sent, `NAME=value` lines.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Fallible;
use super::backend::Listening;

const VERSION: u8 = 1;
const BEGIN_REQUEST: u8 = 1;
const END_REQUEST: u8 = 3;
const PARAMS: u8 = 4;
const STDIN: u8 = 5;
const STDOUT: u8 = 6;
const KEEP_CONNECTION: u8 = 1;

/// A responder on the loopback that ends with this value.
#[derive(Debug)]
pub struct FastCgi {
    listening: Listening,
}

impl FastCgi {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn start() -> Fallible<Self> {
        Self::with_status("200 OK")
    }

    /// Starts one that answers with this status.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn with_status(status: &'static str) -> Fallible<Self> {
        let listening = Listening::start(move |stream, count| {
            // A client that goes in the middle is no fault of the responder.
            let _ = serve(stream, count, status);
        })?;
        Ok(Self { listening })
    }

    /// Where it listens, such as `127.0.0.1:9000`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listening.address
    }

    /// How many requests it answered.
    #[must_use]
    pub fn count(&self) -> usize {
        self.listening.count.load(Ordering::SeqCst)
    }
}

/// The value of a parameter in the body of an answer.
#[must_use]
pub fn parameter(body: &[u8], name: &str) -> Option<Vec<u8>> {
    let start = format!("{name}=");
    body.split(|byte| *byte == b'\n')
        .find_map(|line| line.strip_prefix(start.as_bytes()))
        .map(<[u8]>::to_vec)
}

struct Record {
    kind: u8,
    request: [u8; 2],
    content: Vec<u8>,
}

impl Record {
    fn read(stream: &mut TcpStream) -> io::Result<Self> {
        let mut head = [0; 8];
        stream.read_exact(&mut head)?;
        let [_, kind, first, second, high, low, padding, _] = head;
        let mut content = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        stream.read_exact(&mut content)?;
        stream.read_exact(&mut vec![0; usize::from(padding)])?;
        Ok(Self { kind, request: [first, second], content })
    }

    fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        let length = u16::try_from(self.content.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        let ([first, second], [high, low]) = (self.request, length.to_be_bytes());
        let head = [VERSION, self.kind, first, second, high, low, 0, 0];
        stream.write_all(&[head.as_slice(), &self.content].concat())
    }
}

fn serve(mut stream: TcpStream, count: &AtomicUsize, status: &str) -> io::Result<()> {
    let (mut params, mut keeps) = (Vec::new(), false);
    loop {
        let record = Record::read(&mut stream)?;
        match record.kind {
            BEGIN_REQUEST => keeps = record.content.get(2) == Some(&KEEP_CONNECTION),
            PARAMS => params.extend(record.content),
            STDIN if record.content.is_empty() => {
                count.fetch_add(1, Ordering::SeqCst);
                respond(&mut stream, record.request, status, &params)?;
                if !keeps {
                    return Ok(());
                }
                params.clear();
            }
            _ => {}
        }
    }
}

fn respond(
    stream: &mut TcpStream,
    request: [u8; 2],
    status: &str,
    params: &[u8],
) -> io::Result<()> {
    let head = format!("Status: {status}\r\nContent-Type: text/plain\r\n\r\n");
    let mut text = head.into_bytes();
    let mut rest = params;
    while let Some((name, value)) = pair(&mut rest) {
        text.extend([name, b"=", value, b"\n"].concat());
    }
    let chunks = text.chunks(32_768).map(<[u8]>::to_vec).map(|content| (STDOUT, content));
    let ends = [(STDOUT, Vec::new()), (END_REQUEST, vec![0; 8])];
    for (kind, content) in chunks.chain(ends) {
        Record { kind, request, content }.write(stream)?;
    }
    Ok(())
}

/// The next name and value.
fn pair<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (name, value) = (length(rest)?, length(rest)?);
    Some((rest.split_off(..name)?, rest.split_off(..value)?))
}

/// One byte, or four with the highest bit set.
fn length(rest: &mut &[u8]) -> Option<usize> {
    let first = *rest.first()?;
    if first < 0x80 {
        rest.split_off(..1)?;
        return Some(usize::from(first));
    }
    let bytes: [u8; 4] = rest.split_off(..4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(bytes) & 0x7fff_ffff).ok()
}
