//! The next server: it answers a request with what it was sent.

use std::io::{BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::message::{BodyEnd, Head};
use super::{Fallible, at};

/// A request as the backend got it.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its head.
    pub head: Head,
    /// Its body.
    pub body: Vec<u8>,
}

/// Makes an answer, all of it with head and body.
pub type Script = dyn Fn(&Received) -> Vec<u8> + Send + Sync;

/// A server on the loopback that ends with this value.
#[derive(Debug)]
pub struct Backend {
    listening: Listening,
}

impl Backend {
    /// Answers each request with its head as the body.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn start() -> Fallible<Self> {
        Self::scripted(|received| answer(&received.head.bytes))
    }

    /// Answers as `script` says. The connection is kept.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn scripted(
        script: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static,
    ) -> Fallible<Self> {
        let script: Arc<Script> = Arc::new(script);
        let listening = Listening::start(move |stream, count| {
            // A client that goes in the middle is no fault of the backend.
            let _ = serve(stream, script.as_ref(), count);
        })?;
        Ok(Self { listening })
    }

    /// Where it listens, such as `127.0.0.1:8080`.
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

/// An answer with status 200 and this body.
#[must_use]
pub fn answer(body: &[u8]) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ";
    [format!("{head}{}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

fn serve(stream: TcpStream, script: &Script, count: &AtomicUsize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(head) = Head::read(&mut stream)? {
        let body = head.read_body(&mut stream, BodyEnd::Nothing)?;
        let is_last = head.text("connection").is_some_and(|word| word == "close")
            || (head.word(2) == b"HTTP/1.0" && head.text("connection").is_none());
        let bytes = script(&Received { head, body });
        count.fetch_add(1, Ordering::SeqCst);
        stream.get_mut().write_all(&bytes)?;
        if is_last {
            break;
        }
    }
    Ok(())
}

/// A listener with a thread for each connection.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) address: SocketAddr,
    pub(super) count: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
}

impl Listening {
    pub(super) fn start(
        serve: impl Fn(TcpStream, &AtomicUsize) + Send + Sync + 'static,
    ) -> Fallible<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(at("a backend"))?;
        let address = listener.local_addr().map_err(at("a backend"))?;
        let (count, ends) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counting, ending, serve) = (Arc::clone(&count), Arc::clone(&ends), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ending.load(Ordering::SeqCst) {
                    break;
                }
                let (counting, serve) = (Arc::clone(&counting), Arc::clone(&serve));
                if let Ok(stream) = stream {
                    thread::spawn(move || serve(stream, &counting));
                }
            }
        });
        Ok(Self { address, count, ends })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it ends.
        let _ = TcpStream::connect(self.address);
    }
}
