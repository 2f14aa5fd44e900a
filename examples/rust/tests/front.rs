//! The front between a client that writes raw bytes and a backend.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tuleap_front::{ClientIpResolver, HttpsRedirect};
use tuleap_front_example::{Backend, Front, FrontConfig, Limits};

use crate::client::{ask, ask_http, check, soon};

mod client;

/// A front that trusts this list.
async fn front(backend: SocketAddr, trusted: &str) -> Front {
    Front::start(config(backend, trusted)).await.unwrap()
}

fn config(backend: SocketAddr, trusted: &str) -> FrontConfig {
    let resolver = ClientIpResolver::new(trusted.parse().unwrap());
    FrontConfig::new(backend, resolver).with_public_ports(80, 443)
}

/// A backend that takes one connection, reads a head, and answers with these bytes.
async fn raw_backend(response: &'static str) -> (SocketAddr, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert!(stream.read_buf(&mut request).await.unwrap() > 0);
        }
        stream.write_all(response.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    });
    (address, task)
}

#[tokio::test]
async fn bodies_of_any_length_flow_both_ways_at_once() {
    const PIECE: usize = 64 * 1024;
    const PIECES: usize = 128;
    let backend = Backend::start().await.unwrap();
    let front = front(backend.addr(), "").await;
    let mut stream = TcpStream::connect(front.http_addr()).await.unwrap();
    let head =
        format!("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", PIECE * PIECES);
    stream.write_all(head.as_bytes()).await.unwrap();

    let mut response_head = Vec::new();
    let mut sent = vec![0; PIECE];
    let mut received = vec![0; PIECE];
    for piece in 0..PIECES {
        // Whoever collects the body never answers the first piece.
        sent.fill(u8::try_from(piece).unwrap());
        stream.write_all(&sent).await.unwrap();
        while !response_head.ends_with(b"\r\n\r\n") {
            response_head.push(soon(stream.read_u8()).await.unwrap());
        }
        soon(stream.read_exact(&mut received)).await.unwrap();
        assert!(received == sent, "piece {piece}");
    }
    assert!(response_head.starts_with(b"HTTP/1.1 200 OK\r\n"));

    // The same connection serves the next request, of unknown length.
    let request = "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                   Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let response = ask(stream, request).await;
    assert!(response.contains("transfer-encoding: chunked"), "{response}");
    assert!(response.contains("5\r\nhello\r\n0\r\n\r\n"), "{response}");
}

#[tokio::test]
async fn without_a_backend_the_answer_is_502() {
    // Bound and not listening: nobody else gets the port, and connections to it are refused.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&log);
    let config = config(socket.local_addr().unwrap(), "")
        .with_log(move |exchange| lines.lock().unwrap().push(exchange.to_string()));
    let front = Front::start(config).await.unwrap();

    let request =
        "POST /a?token=x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx";
    check(&front, request, "502 Bad Gateway", &["the backend cannot be reached"]).await;
    assert_eq!(*log.lock().unwrap(), ["127.0.0.1 direct peer-untrusted http://a POST /a 502"]);

    let (address, _) = raw_backend("no HTTP at all\r\n\r\n").await;
    let front = self::front(address, "").await;
    let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    check(&front, request, "502 Bad Gateway", &["the backend did not answer as HTTP"]).await;
}

#[tokio::test]
async fn the_backend_may_speak_an_older_version() {
    let (address, _) = raw_backend("HTTP/1.0 200 OK\r\n\r\nuntil the end").await;
    let front = front(address, "").await;
    let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    check(&front, request, "200 OK", &["transfer-encoding: chunked", "until the end"]).await;
}

#[tokio::test]
async fn over_tls_the_scheme_is_https_whatever_a_stranger_says() {
    let backend = Backend::start().await.unwrap();
    let front = front(backend.addr(), "").await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(front.certificate().to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(front.https_addr()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();

    let request =
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: http\r\nConnection: close\r\n\r\n";
    let response = ask(stream, request).await;
    assert!(response.contains("\nx-forwarded-proto: https\n"), "{response}");
    assert!(response.contains("\nhost: a\n"), "{response}");
}

#[tokio::test]
async fn a_request_is_for_one_valid_host() {
    let backend = Backend::start().await.unwrap();
    let front = front(backend.addr(), "").await;
    for host in ["", "Host: a\r\nHost: a\r\n", "Host: a@b\r\n", "Host:\r\n", "Host: a/../b\r\n"] {
        for version in ["1.0", "1.1"] {
            let request = format!("GET / HTTP/{version}\r\n{host}Connection: close\r\n\r\n");
            let response = ask_http(&front, &request).await;
            assert!(response.contains(" 400 Bad Request\r\n"), "{request}{response}");
            assert!(response.contains("the request names no valid host"), "{response}");
        }
    }
    // RFC 9112 §3.2.2: the target's host counts, and the port is the listener's public one.
    let request = "GET http://B.example:81/x?y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    check(&front, request, "200 OK", &["GET /x?y HTTP/1.1", "host: b.example"]).await;
    let request = "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    check(&front, request, "200 OK", &["OPTIONS * HTTP/1.1"]).await;
}

#[tokio::test]
async fn what_is_for_one_connection_is_not_passed_on() {
    let (address, backend) = raw_backend(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close, X-Internal\r\n\
         X-Internal: 1\r\nKeep-Alive: timeout=5\r\nX-Kept: 1\r\n\r\n",
    )
    .await;
    let front = front(address, "127.0.0.1").await;
    let response = ask_http(
        &front,
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Forwarded-For, X-Real-IP, Cookie\r\n\
         X-Forwarded-For: 203.0.113.9\r\nTE: trailers\r\nUpgrade: h2c\r\nCookie: a\r\n\
         Proxy-Connection: close\r\nX-Kept: 1\r\n\r\n",
    )
    .await;
    let mut lines: Vec<_> = response.lines().map(str::to_owned).collect();
    lines.retain(|line| !line.starts_with("date: "));
    lines.sort_unstable();
    assert_eq!(
        lines,
        ["", "HTTP/1.1 200 OK", "connection: close", "content-length: 0", "x-kept: 1"]
    );
    let request = backend.await.unwrap();
    let mut lines: Vec<_> = request.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "",
            "GET / HTTP/1.1",
            "host: a",
            "x-forwarded-for: 203.0.113.9",
            "x-forwarded-proto: http",
            "x-kept: 1",
            "x-real-ip: 203.0.113.9",
        ]
    );
}

/// A front that sends what comes by http to https.
async fn redirecting(backend: SocketAddr, trusted: &str) -> Front {
    let redirect = HttpsRedirect::recommended("tuleap.example.com".parse().unwrap());
    Front::start(config(backend, trusted).with_https_redirect(redirect)).await.unwrap()
}

#[tokio::test]
async fn what_comes_by_http_is_sent_to_https_at_the_configured_host() {
    // Nobody answers there: what is not redirected is 502.
    let nobody = tokio::net::TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let front = redirecting(nobody.local_addr().unwrap(), "").await;
    let ask = async |line: &str, lines: &str, status: &str, location: &str| {
        let request =
            format!("{line} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n{lines}\r\n");
        let location = format!("location: {location}");
        check(&front, &request, status, &[&location]).await;
    };
    let site = "https://tuleap.example.com";
    ask("GET /a%20b?c", "", "301 Moved Permanently", &format!("{site}/a%20b?c")).await;
    ask("HEAD //evil.example/", "", "301 Moved", &format!("{site}//evil.example/")).await;
    ask("GET http://evil.example?a", "", "301 Moved", &format!("{site}/?a")).await;
    let post = "Content-Length: 0\r\n";
    ask("POST /a", post, "308 Permanent Redirect", &format!("{site}/a")).await;
    // A stranger's word does not help.
    ask("PROPFIND /", "X-Forwarded-Proto: https\r\n", "308 Permanent", &format!("{site}/")).await;
    for line in ["OPTIONS *", "GET /%zz", "GET /../a", "get /"] {
        let request = format!("{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let response = ask_http(&front, &request).await;
        assert!(response.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{line}: {response}");
        assert!(!response.contains("location: "), "{response}");
    }
    let trace = "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    check(&front, trace, "405 Method Not Allowed", &["the method is not allowed here"]).await;
}

#[tokio::test]
async fn a_redirect_comes_to_an_end_behind_a_proxy_that_ends_tls() {
    let backend = Backend::start().await.unwrap();
    let front = redirecting(backend.addr(), "127.0.0.1").await;
    let request = |proto: &str| {
        format!(
            "GET /a HTTP/1.1\r\nHost: tuleap.example.com\r\nConnection: close\r\n\
                 X-Forwarded-Proto: {proto}\r\n\r\n"
        )
    };
    check(&front, &request("https"), "200 OK", &["x-forwarded-proto: https"]).await;
    let location = "location: https://tuleap.example.com/a";
    check(&front, &request("http"), "301 Moved Permanently", &[location]).await;
}

#[tokio::test]
async fn a_copy_goes_to_the_backend_and_nowhere_else() {
    let backend = Backend::start().await.unwrap();
    let front = front(backend.addr(), "127.0.0.1").await;
    let copy = |destination: &str| {
        format!(
            "COPY /svn/a%20b HTTP/1.1\r\nHost: Tuleap.example.com\r\nConnection: close\r\n\
                 X-Forwarded-Proto: https\r\nDestination: {destination}\r\n\
                 If: <https://tuleap.example.com/svn/c> (<urn:uuid:1>)\r\n\r\n"
        )
    };
    let mapped = "destination: http://tuleap.example.com/svn/c%20d";
    let tag = "if: <https://tuleap.example.com/svn/c> (<urn:uuid:1>)";
    check(&front, &copy("https://tuleap.example.com/svn/c%20d"), "200 OK", &[mapped, tag]).await;
    let again = "http://tuleap.example.com/svn/c%20d";
    check(&front, &copy(again), "200 OK", &[mapped]).await;
    let foreign = ["the Destination is on another server"];
    check(&front, &copy("https://evil.example/svn/c"), "502 Bad Gateway", &foreign).await;
    let two = "/a\r\nDestination: /b";
    let more = ["there is more than one Destination"];
    check(&front, &copy(two), "400 Bad Request", &more).await;
    check(&front, &copy("https://tuleap.example.com"), "400 Bad Request", &[]).await;
}

#[tokio::test]
async fn a_location_of_the_backend_is_the_site_to_the_client() {
    let answer = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\
                  Location: http://tuleap.example.com/svn/c%20d\r\n\
                  Content-Location: http://other.example/\r\n\r\n";
    let (address, _) = raw_backend(answer).await;
    let front = front(address, "127.0.0.1").await;
    let request = "MKCOL /svn/c HTTP/1.1\r\nHost: tuleap.example.com\r\nConnection: close\r\n\
                   X-Forwarded-Proto: https\r\n\r\n";
    let lines = [
        "location: https://tuleap.example.com/svn/c%20d",
        "content-location: http://other.example/",
    ];
    check(&front, request, "201 Created", &lines).await;
}

#[tokio::test]
async fn what_cannot_be_passed_on_is_refused() {
    let backend = Backend::start().await.unwrap();
    let front = front(backend.addr(), "").await;
    let tunnel = "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n";
    check(&front, tunnel, "501 Not Implemented", &["this is not a tunnel"]).await;
    let coded = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                 Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n";
    check(&front, coded, "501 Not Implemented", &[]).await;
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "x".repeat(80_000));
    check(&front, &long, "431 Request Header Fields Too Large", &[]).await;
}

#[tokio::test]
async fn a_client_that_goes_away_frees_the_backend() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let front = front(listener.local_addr().unwrap(), "").await;
    let mut client = TcpStream::connect(front.http_addr()).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let (mut backend, _) = soon(listener.accept()).await.unwrap();
    assert_eq!(soon(backend.read_u8()).await.unwrap(), b'G');
    drop(client);
    let _ = soon(backend.read_to_end(&mut Vec::new())).await;
}

#[tokio::test]
async fn slow_heads_and_many_connections_are_limited() {
    let backend = Backend::start().await.unwrap();
    let mut limits = Limits::default();
    limits.connections = 1;
    limits.header_read = Duration::from_secs(1);
    let front = Front::start(config(backend.addr(), "").with_limits(limits)).await.unwrap();

    let mut slow = TcpStream::connect(front.http_addr()).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let second = ask_http(&front, request);
    tokio::pin!(second);
    assert!(timeout(Duration::from_millis(100), &mut second).await.is_err(), "served too early");
    // The first is closed when its time is up, and the second is served.
    let mut rest = Vec::new();
    let _ = soon(slow.read_to_end(&mut rest)).await;
    assert!(!rest.starts_with(b"HTTP/1.1 2"));
    assert!(second.await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn stopping_ends_what_is_under_way_and_takes_nothing_new() {
    let backend = Backend::start().await.unwrap();
    let front = front(backend.addr(), "").await;
    let address = front.http_addr();
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
        .await
        .unwrap();
    let mut response = Vec::new();
    while !response.ends_with(b"hello") {
        soon(busy.read_buf(&mut response)).await.unwrap();
    }

    let stopped = tokio::spawn(front.stop());
    assert_eq!(soon(idle.read(&mut [0; 1])).await.unwrap_or(0), 0);
    assert!(TcpStream::connect(address).await.is_err());
    assert!(!stopped.is_finished());
    busy.write_all(b"world").await.unwrap();
    soon(busy.read_to_end(&mut response)).await.unwrap();
    assert!(response.ends_with(b"helloworld"));
    soon(stopped).await.unwrap();
}
