//! Accepts connections, within limits, and stops without breaking a request.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::reply::Reply;

/// What the front allows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections served at once; further ones wait.
    pub connections: usize,
    /// Time for a client to send a request's head, the wait for it included.
    pub header_read: Duration,
    /// Bytes of a request's head.
    pub header_size: usize,
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// Time for the backend to take a connection.
    pub connect: Duration,
    /// Time for requests to end when the front stops.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            header_read: Duration::from_secs(15),
            header_size: 64 * 1024,
            handshake: Duration::from_secs(10),
            connect: Duration::from_secs(5),
            stop: Duration::from_secs(10),
        }
    }
}

/// Answers requests.
pub(crate) trait Service: Send + Sync + 'static {
    /// `remote` is the socket's other end.
    fn answer(
        &self,
        remote: SocketAddr,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<Reply>> + Send;
}

/// A listening socket.
pub(crate) struct Socket {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Socket {
    /// Port 0 is any free one.
    pub(crate) async fn listen(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }
}

/// A listening socket that is served, and its connections.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    /// Dropped to stop.
    running: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves the connections of a socket; `slots` may be shared with other servers.
    pub(crate) fn start(
        Socket { listener, address }: Socket,
        tls: Option<TlsAcceptor>,
        limits: Limits,
        slots: Arc<Semaphore>,
        service: impl Service,
    ) -> Self {
        let (running, stopped) = oneshot::channel();
        let acceptor = Acceptor { tls, limits, slots, service: Arc::new(service) };
        let task = tokio::spawn(acceptor.run(listener, stopped));
        Self { address, running, task }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, and ends with the requests that are under way.
    pub(crate) async fn stop(self) {
        drop(self.running);
        // Without a panic in the task, which has nothing that could, there is no error.
        let _ = self.task.await;
    }
}

struct Acceptor<S> {
    tls: Option<TlsAcceptor>,
    limits: Limits,
    slots: Arc<Semaphore>,
    service: Arc<S>,
}

impl<S: Service> Acceptor<S> {
    async fn run(self, listener: TcpListener, mut stopped: oneshot::Receiver<()>) {
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        loop {
            // Accepted first: two servers that share the last slot must not both wait with it.
            let (stream, remote) = tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(_) => {
                        // Out of file descriptors, most likely: until some are closed.
                        sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
                _ = &mut stopped => break,
            };
            let slot = tokio::select! {
                slot = Arc::clone(&self.slots).acquire_owned() => slot,
                _ = &mut stopped => break,
            };
            while connections.try_join_next().is_some() {}
            let connection = self.connection(stream, remote, graceful.watcher());
            connections.spawn(async move {
                connection.await;
                drop(slot);
            });
        }
        drop(listener);
        // What is not done by then is dropped with the set.
        let _ = timeout(self.limits.stop, graceful.shutdown()).await;
    }

    /// Serves one connection. Its errors are the client's: it went away or spoke no HTTP.
    fn connection(
        &self,
        stream: TcpStream,
        remote: SocketAddr,
        watcher: Watcher,
    ) -> impl Future<Output = ()> + Send + use<S> {
        let (tls, limits, service) = (self.tls.clone(), self.limits, Arc::clone(&self.service));
        async move {
            let _ = stream.set_nodelay(true);
            let Some(tls) = tls else {
                return serve(stream, remote, limits, service, watcher).await;
            };
            if let Ok(Ok(stream)) = timeout(limits.handshake, tls.accept(stream)).await {
                serve(stream, remote, limits, service, watcher).await;
            }
        }
    }
}

async fn serve<S: Service>(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    remote: SocketAddr,
    limits: Limits,
    service: Arc<S>,
    watcher: Watcher,
) {
    let answer = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.answer(remote, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_header_size(limits.header_size)
        .serve_connection(TokioIo::new(stream), answer);
    let _ = watcher.watch(connection).await;
}
