//! A client that sends any bytes as a header and asks again over the same connection.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::server::Nginx;

/// From where a client comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum From {
    /// A loopback address.
    Ip(IpAddr),
    /// 127.0.0.1 at a dual-stack socket.
    Mapped,
    /// The local socket.
    Unix,
}

impl From {
    /// The peer of a recorded row, where it is on this host.
    pub(crate) fn parse(peer: &str) -> Option<Self> {
        match peer {
            "unix:" => Some(Self::Unix),
            "::ffff:127.0.0.1" => Some(Self::Mapped),
            _ => peer.parse().ok().filter(IpAddr::is_loopback).map(Self::Ip),
        }
    }

    /// The peer as nginx sees it.
    pub(crate) fn peer(self) -> String {
        match self {
            Self::Ip(address) => address.to_string(),
            Self::Mapped => "::ffff:127.0.0.1".to_owned(),
            Self::Unix => "unix:".to_owned(),
        }
    }
}

/// What nginx answered.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    pub(crate) remote_addr: String,
    pub(crate) remote_port: String,
    pub(crate) realip_remote_addr: String,
    pub(crate) scheme: String,
    pub(crate) forwarded_for: Vec<u8>,
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// One connection.
pub(crate) struct Client<'n> {
    nginx: &'n Nginx,
    from: From,
    stream: Option<BufReader<Box<dyn Stream>>>,
}

impl<'n> Client<'n> {
    pub(crate) fn new(nginx: &'n Nginx, from: From) -> Self {
        Self { nginx, from, stream: None }
    }

    /// The answer of a site; `None` where nginx refuses the request.
    pub(crate) fn ask(
        &mut self,
        site: usize,
        headers: &[(Vec<u8>, Vec<u8>)],
    ) -> Result<Option<Answer>, String> {
        let mut request = format!("GET / HTTP/1.1\r\nHost: c{site}.example\r\n").into_bytes();
        for (name, value) in headers {
            request.extend([name.as_slice(), b": ", value, b"\r\n"].concat());
        }
        request.extend_from_slice(b"\r\n");
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufReader::new(self.connect().map_err(|error| format!("connect: {error}"))?),
        };
        let sent = stream.get_mut().write_all(&request);
        sent.map_err(|error| format!("send: {error}"))?;
        let (status, body) = read(&mut stream).map_err(|error| format!("receive: {error}"))?;
        if status != 200 {
            return Ok(None);
        }
        self.stream = Some(stream);
        let mut lines = body.splitn(5, |byte| *byte == b'\n');
        let mut text = || {
            lines.next().map(|line| String::from_utf8_lossy(line).into_owned()).unwrap_or_default()
        };
        let (remote_addr, remote_port) = (text(), text());
        let (realip_remote_addr, scheme) = (text(), text());
        let forwarded_for = lines.next().unwrap_or_default().to_vec();
        Ok(Some(Answer { remote_addr, remote_port, realip_remote_addr, scheme, forwarded_for }))
    }

    fn connect(&self) -> std::io::Result<Box<dyn Stream>> {
        let timeout = Some(Duration::from_secs(10));
        let (from, to) = match self.from {
            From::Unix => {
                let stream = UnixStream::connect(self.nginx.socket())?;
                stream.set_read_timeout(timeout)?;
                return Ok(Box::new(stream));
            }
            From::Ip(address) => (address, self.nginx.port),
            From::Mapped => (IpAddr::V4(Ipv4Addr::LOCALHOST), self.nginx.mapped_port),
        };
        let (domain, target) = match from {
            IpAddr::V4(_) => (Domain::IPV4, IpAddr::V4(Ipv4Addr::LOCALHOST)),
            IpAddr::V6(_) => (Domain::IPV6, IpAddr::V6(Ipv6Addr::LOCALHOST)),
        };
        let socket = Socket::new(domain, Type::STREAM, None)?;
        socket.bind(&SocketAddr::new(from, 0).into())?;
        socket.set_read_timeout(timeout)?;
        socket.set_tcp_nodelay(true)?;
        socket.connect(&SocketAddr::new(target, to).into())?;
        Ok(Box::new(socket))
    }
}

/// The status and the body of a response.
fn read(stream: &mut BufReader<Box<dyn Stream>>) -> std::io::Result<(u32, Vec<u8>)> {
    let (mut status, mut length, mut line) = (0, 0, Vec::new());
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line)? == 0 {
            return Ok((status, Vec::new()));
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("HTTP/1.1 ") {
            status = rest.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(0);
        } else if let Some(rest) = text.strip_prefix("Content-Length: ") {
            length = rest.parse().unwrap_or(0);
        } else if text.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((status, body))
}
