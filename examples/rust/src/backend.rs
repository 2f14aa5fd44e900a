use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::{Request, Response};
use tokio::sync::Semaphore;

use crate::server::{Limits, Reply, Server, Service, Socket};

/// A backend that shows what reached it: the request line, then each header line, by name.
///
/// At `/echo` the answer is the request's body, passed back as it comes.
#[derive(Debug)]
pub struct Backend(Server);

impl Backend {
    /// Listens on a free port of the loopback address. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start() -> io::Result<Self> {
        let limits = Limits::default();
        let socket = Socket::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let slots = Arc::new(Semaphore::new(limits.connections));
        Ok(Self(Server::start(socket, None, limits, slots, Mirror)))
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.0.address()
    }

    /// Ends with the requests that are under way.
    pub async fn stop(self) {
        self.0.stop().await;
    }
}

struct Mirror;

impl Service for Mirror {
    async fn answer(&self, _: SocketAddr, request: Request<Incoming>) -> Response<Reply> {
        let (parts, body) = request.into_parts();
        Response::new(match parts.uri.path() {
            "/echo" => Either::Left(body),
            _ => Either::Right(Full::new(Bytes::from(head(&parts)))),
        })
    }
}

fn head(parts: &Parts) -> Vec<u8> {
    let mut lines: Vec<_> = parts.headers.iter().collect();
    // Stable: the lines of one name stay in their order.
    lines.sort_by_key(|(name, _)| name.as_str());
    let mut text = format!("{} {} {:?}\n", parts.method, parts.uri, parts.version).into_bytes();
    for (name, value) in lines {
        text.extend_from_slice(name.as_ref());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.push(b'\n');
    }
    text
}
