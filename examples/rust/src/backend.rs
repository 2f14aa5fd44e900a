use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http_body_util::Either;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response};
use tokio::sync::Semaphore;

use crate::reply::{Reply, full};
use crate::server::{Limits, Server, Service, Socket};

/// A backend that shows what reached it: the request line, then each header line, by name.
///
/// At `/echo` the answer is the request's body, passed back as it comes. One with a name has it in
/// `Server`.
#[derive(Debug)]
pub struct Backend(Server);

impl Backend {
    /// Listens on a free port of the loopback address. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start() -> io::Result<Self> {
        Self::listen(Mirror { name: None }).await
    }

    /// The same, with a name.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub async fn start_as(name: &'static str) -> io::Result<Self> {
        Self::listen(Mirror { name: Some(name) }).await
    }

    async fn listen(mirror: Mirror) -> io::Result<Self> {
        let limits = Limits::default();
        let socket = Socket::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let slots = Arc::new(Semaphore::new(limits.connections));
        Ok(Self(Server::start(socket, None, limits, slots, mirror)))
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

struct Mirror {
    name: Option<&'static str>,
}

impl Service for Mirror {
    async fn answer(&self, _: SocketAddr, request: Request<Incoming>) -> Response<Reply> {
        let (parts, body) = request.into_parts();
        let mut response = Response::new(match parts.uri.path() {
            "/echo" => Either::Left(body),
            _ => full(head(&parts)),
        });
        if let Some(name) = self.name {
            response.headers_mut().insert(header::SERVER, HeaderValue::from_static(name));
        }
        response
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
