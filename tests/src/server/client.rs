//! A client that sends any bytes as a header and asks again over the same connection.

use std::io::{self, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::message::{BodyEnd, Head};

const PATIENCE: Duration = Duration::from_secs(20);

/// From where to where a client connects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Way {
    /// A local socket.
    Unix(PathBuf),
    /// A TCP socket, from an address of this host or from any.
    Tcp {
        /// The client's own address.
        from: Option<IpAddr>,
        /// The server.
        to: SocketAddr,
    },
    /// The same with TLS around it; certificates are not checked.
    Tls {
        /// The client's own address.
        from: Option<IpAddr>,
        /// The server.
        to: SocketAddr,
    },
}

impl Way {
    /// To a port on 127.0.0.1.
    #[must_use]
    pub fn port(port: u16) -> Self {
        Self::Tcp { from: None, to: SocketAddr::from((Ipv4Addr::LOCALHOST, port)) }
    }

    /// From this loopback address to a port on 127.0.0.1 or ::1.
    #[must_use]
    pub fn from_to(from: IpAddr, port: u16) -> Self {
        let to = match from {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        Self::Tcp { from: Some(from), to: SocketAddr::new(to, port) }
    }
}

/// An answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The status; 0 where the server closed the connection without an answer.
    pub status: u16,
    /// The head.
    pub head: Head,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text, bytes that are not UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a backend that tells what it was sent got.
    #[must_use]
    pub fn received(&self) -> Head {
        Head::parse(&self.body).unwrap_or_default()
    }
}

/// A header line to be sent.
pub type Line = (Vec<u8>, Vec<u8>);

/// A GET for a path with these lines; they should hold `Host`.
#[must_use]
pub fn request(path: &str, lines: &[Line]) -> Vec<u8> {
    let mut request = format!("GET {path} HTTP/1.1\r\n").into_bytes();
    for (name, value) in lines {
        request.extend([name.as_slice(), b": ", value, b"\r\n"].concat());
    }
    request.extend_from_slice(b"\r\n");
    request
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// One client, which keeps its connection as long as the server does.
pub struct Client {
    way: Way,
    stream: Option<BufReader<Box<dyn Stream>>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("way", &self.way).finish_non_exhaustive()
    }
}

impl Client {
    /// Connects with the first request.
    #[must_use]
    pub fn new(way: Way) -> Self {
        Self { way, stream: None }
    }

    /// Asks for a path with these lines, after a `Host` of its own if there is none among them.
    ///
    /// # Errors
    ///
    /// The server cannot be reached or stops in the middle.
    pub fn get(&mut self, path: &str, lines: &[(&str, &str)]) -> Result<Answer, String> {
        let host = ("Host", "local.example");
        let has_host = lines.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
        let lines = (!has_host).then_some(&host).into_iter().chain(lines);
        let lines =
            lines.map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()));
        self.send(&request(path, &lines.collect::<Vec<_>>()))
    }

    /// Sends these bytes, which are one request, and reads the answer.
    ///
    /// # Errors
    ///
    /// The server cannot be reached or stops in the middle.
    pub fn send(&mut self, request: &[u8]) -> Result<Answer, String> {
        let kept = self.stream.take();
        let was_kept = kept.is_some();
        match self.exchange(kept, request) {
            // The server may have closed a connection that waited.
            Ok(answer) if answer.status == 0 && was_kept => self.exchange(None, request),
            Err(_) if was_kept => self.exchange(None, request),
            answer => answer,
        }
    }

    fn exchange(
        &mut self,
        stream: Option<BufReader<Box<dyn Stream>>>,
        request: &[u8],
    ) -> Result<Answer, String> {
        let mut stream = match stream {
            Some(stream) => stream,
            None => {
                BufReader::new(connect(&self.way).map_err(|error| format!("connect: {error}"))?)
            }
        };
        // A server may answer and close before it has read everything: that answer counts.
        let sent = stream.get_mut().write_all(request).and_then(|()| stream.get_mut().flush());
        let answer = read(&mut stream, request.starts_with(b"HEAD "));
        let answer = answer.map_err(|error| match sent {
            Ok(()) => format!("receive: {error}"),
            Err(sent) => format!("send: {sent}"),
        })?;
        let closes = answer.head.text("connection").is_some_and(|word| word == "close");
        let is_framed = answer.head.text("content-length").is_some()
            || answer.head.text("transfer-encoding").is_some();
        if answer.status != 0 && is_framed && !closes {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

fn read(stream: &mut BufReader<Box<dyn Stream>>, is_head: bool) -> io::Result<Answer> {
    let head = match Head::read(stream) {
        Ok(Some(head)) => head,
        Ok(None) => return Ok(Answer { status: 0, head: Head::default(), body: Vec::new() }),
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {
            return Ok(Answer { status: 0, head: Head::default(), body: Vec::new() });
        }
        Err(error) => return Err(error),
    };
    let status = std::str::from_utf8(head.word(1)).ok().and_then(|word| word.parse().ok());
    let status = status.ok_or(io::ErrorKind::InvalidData)?;
    if (100..200).contains(&status) {
        return read(stream, is_head);
    }
    let has_body = !is_head && !matches!(status, 204 | 304);
    let body = if has_body { head.read_body(stream, BodyEnd::Stream)? } else { Vec::new() };
    Ok(Answer { status, head, body })
}

fn connect(way: &Way) -> io::Result<Box<dyn Stream>> {
    match way {
        Way::Unix(path) => {
            let stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            Ok(Box::new(stream))
        }
        Way::Tcp { from, to } => Ok(Box::new(tcp(*from, *to)?)),
        Way::Tls { from, to } => Ok(Box::new(Tls::connect(*from, *to)?)),
    }
}

pub(super) fn tcp(from: Option<IpAddr>, to: SocketAddr) -> io::Result<Socket> {
    let domain = if to.is_ipv4() { Domain::IPV4 } else { Domain::IPV6 };
    let socket = Socket::new(domain, Type::STREAM, None)?;
    if let Some(from) = from {
        // A link-local address is one of the link that the server is on.
        let mut own = SocketAddr::new(from, 0);
        if let (SocketAddr::V6(own), SocketAddr::V6(to)) = (&mut own, to) {
            own.set_scope_id(to.scope_id());
        }
        socket.bind(&own.into())?;
    }
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_tcp_nodelay(true)?;
    socket.connect(&to.into())?;
    Ok(socket)
}

/// The program `openssl` as a stream.
struct Tls {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Tls {
    fn connect(from: Option<IpAddr>, to: SocketAddr) -> io::Result<Self> {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-quiet", "-connect", &to.to_string()]);
        if let Some(from) = from {
            command.args(["-bind", &SocketAddr::new(from, 0).to_string()]);
        }
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Self { child, input, output }),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Read for Tls {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.output.read(buffer)
    }
}

impl Write for Tls {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.input.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.input.flush()
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
