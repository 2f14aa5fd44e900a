//! A client that writes raw bytes.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tuleap_front_example::Front;

/// Nothing here takes longer, unless it hangs.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.expect("this hangs")
}

/// Sends a request and reads until the connection ends.
pub(crate) async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    let mut response = String::new();
    soon(stream.read_to_string(&mut response)).await.unwrap();
    response
}

/// The same, of the listener for HTTP.
pub(crate) async fn ask_http(front: &Front, request: &str) -> String {
    ask(TcpStream::connect(front.http_addr()).await.unwrap(), request).await
}

/// Asks, and looks for a status and for lines of the answer.
pub(crate) async fn check(front: &Front, request: &str, status: &str, lines: &[&str]) {
    let response = ask_http(front, request).await;
    assert!(response.starts_with(&format!("HTTP/1.1 {status}")), "{request}\n{response}");
    for line in lines {
        assert!(response.lines().any(|has| has == *line), "{request}\n{response}\nwithout {line}");
    }
}
