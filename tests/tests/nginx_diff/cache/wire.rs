//! A client that also reads an answer that breaks off.

use std::io::{BufReader, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::message::{BodyEnd, Head};

/// How long the client waits for a head, and for what is left of a body.
const HEAD: Duration = Duration::from_secs(20);
const BODY: Duration = Duration::from_secs(2);

/// One client, which keeps its connection as long as the server does.
pub(super) struct Wire {
    port: u16,
    stream: Option<BufReader<TcpStream>>,
}

impl Wire {
    pub(super) const fn new(port: u16) -> Self {
        Self { port, stream: None }
    }

    /// The head of the answer; its body is read as far as it comes.
    pub(super) fn ask(&mut self, request: &[u8]) -> Fallible<Head> {
        let failed = |error: std::io::Error| format!("nginx: {error}");
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect().map_err(failed)?,
        };
        stream.get_mut().write_all(request).map_err(failed)?;
        let head = Head::read(&mut stream).map_err(failed)?.ok_or("nginx does not answer")?;
        let has_body = !request.starts_with(b"HEAD ") && !matches!(head.word(1), b"204" | b"304");
        // A HEAD that was stored as it came promises a body to a GET, and nginx sends none.
        stream.get_ref().set_read_timeout(Some(BODY)).map_err(failed)?;
        let body = has_body.then(|| head.read_body(&mut stream, BodyEnd::Stream)).transpose();
        stream.get_ref().set_read_timeout(Some(HEAD)).map_err(failed)?;
        let is_kept = head.text("connection").is_some_and(|word| word == "keep-alive");
        match body {
            Ok(_) if is_kept => self.stream = Some(stream),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // It is closed when nginx is through with the request.
            _ => drop(stream.read_to_end(&mut Vec::new())),
        }
        Ok(head)
    }

    /// Waits until nginx is through with the request before, what it does in the background
    /// included. It may close the connection instead.
    pub(super) fn settle(&mut self) {
        if self.stream.is_some() {
            let _ = self.ask(b"GET /ping HTTP/1.1\r\nHost: a\r\n\r\n");
        }
    }

    fn connect(&self) -> std::io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(HEAD))?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }
}
