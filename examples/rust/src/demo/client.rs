//! A client that sends exactly the bytes it is given, from the address it is given.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio_rustls::TlsConnector;
use tuleap_front::Scheme;

use super::stories::HOST;
use crate::Front;

/// More than the backend of the demo ever answers.
const MAX_RESPONSE: usize = 64 * 1024;

pub(super) struct Client {
    tls: TlsConnector,
}

pub(super) struct Answer {
    pub(super) status: String,
    /// Where it leads.
    pub(super) location: Option<String>,
    /// Which backend it is from.
    pub(super) backend: Option<String>,
    /// Method and target that the backend received.
    pub(super) asked: String,
    /// The header lines that the backend received.
    pub(super) received: Vec<(String, String)>,
}

impl Client {
    /// Trusts this certificate and no other.
    pub(super) fn new(certificate: &[u8]) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(certificate.to_vec()))?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    pub(super) async fn send(
        &self,
        front: &Front,
        from: IpAddr,
        scheme: Scheme,
        request: String,
    ) -> io::Result<Answer> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(from, 0))?;
        match scheme {
            Scheme::Http => exchange(socket.connect(front.http_addr()).await?, &request).await,
            Scheme::Https => {
                let stream = socket.connect(front.https_addr()).await?;
                let name = ServerName::try_from(HOST).map_err(io::Error::other)?;
                exchange(self.tls.connect(name, stream).await?, &request).await
            }
        }
    }
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &str,
) -> io::Result<Answer> {
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut response = Vec::new();
    loop {
        if let Some(answer) = std::str::from_utf8(&response).ok().and_then(parse) {
            return Ok(answer);
        }
        if response.len() > MAX_RESPONSE || stream.read_buf(&mut response).await? == 0 {
            return Err(io::Error::other("the response is not complete"));
        }
    }
}

/// Reads a response with a `Content-Length`, once all of it is there.
fn parse(response: &str) -> Option<Answer> {
    let (head, body) = response.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let (_, status) = lines.next()?.split_once(' ')?;
    let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
    let length = value("content-length: ")?;
    let location = value("location: ").map(str::to_owned);
    if body.len() < length.parse().ok()? {
        return None;
    }
    let backend = value("server: ").map(str::to_owned);
    let mut lines = body.lines();
    let asked = lines.next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    let received = lines.filter_map(|line| line.split_once(": "));
    let received = received.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Some(Answer { status: status.to_owned(), location, backend, asked, received })
}
