//! The way to the backend: one connection for each request, HTTP/1.1.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Where requests go.
///
/// A connection is not kept: on the same host a new one costs little, and a kept one may be
/// closed by the backend just when a request that cannot be repeated is written to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    pub(crate) connect: Duration,
}

/// Why the backend gave no answer.
#[derive(Debug, Error)]
pub(crate) enum UpstreamError {
    #[error("the backend did not answer as HTTP")]
    Broken(#[from] hyper::Error),
    #[error("the backend took no connection in time")]
    Late,
    #[error("the backend cannot be reached")]
    Unreachable(#[from] io::Error),
}

impl UpstreamError {
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Broken(_) | Self::Unreachable(_) => StatusCode::BAD_GATEWAY,
            Self::Late => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

impl Upstream {
    /// Passes a request on. Both bodies flow while this runs and after it: neither is collected.
    pub(crate) async fn send(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<Incoming>, UpstreamError> {
        let connecting = TcpStream::connect(self.address);
        let stream = timeout(self.connect, connecting).await.map_err(|_| UpstreamError::Late)??;
        let _ = stream.set_nodelay(true);
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the response's body, or when the client goes away and both are dropped.
        tokio::spawn(connection);
        Ok(sender.send_request(request).await?)
    }
}
