//! `Destination` on its way to a backend: in the place of the client's before anything reads it.

use std::io::{self, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;

use tuleap_front_tests::server::apache::Config;
use tuleap_front_tests::server::backend::answer;
use tuleap_front_tests::server::fastcgi::{FastCgi, parameter};
use tuleap_front_tests::server::http2::nghttp;
use tuleap_front_tests::server::message::Head;
use tuleap_front_tests::server::told::values;
use tuleap_front_tests::server::{Fallible, at};

use crate::{ask, client, config, destinations, method, with_apache, with_config};

/// A front that sends the client's `Host` on.
const FRONT: &str = "TuleapDestination On\nProxyPreserveHost On\n";

#[test]
fn the_public_origin_becomes_the_backend_s() -> Fallible<()> {
    with_apache(FRONT, |apache| {
        let mut client = client(apache)?;
        for (sent, expected) in [
            ("https://tuleap.example.com/svn/a%20b", "http://tuleap.example.com/svn/a%20b"),
            ("HTTPS://TULEAP.example.com:443/a b", "http://tuleap.example.com/a b"),
            ("https://me@tuleap.example.com:0443/a,b", "http://tuleap.example.com/a,b"),
            ("http://tuleap.example.com/a", "http://tuleap.example.com/a"),
            ("/svn/a", "/svn/a"),
        ] {
            for word in ["COPY", "MOVE", "GET", "BIND"] {
                let answer = ask(&mut client, word, "/b/x%20y", &[("Destination", sent)])?;
                assert_eq!(destinations(&answer), [expected], "{word} {sent}");
            }
        }
        let answer = ask(&mut client, "COPY", "/b", &[("X-A", "a"), ("X-B", "b")])?;
        assert!(destinations(&answer).is_empty());
        Ok(())
    })
}

/// The line stands where the client's stood, and the other lines as they were.
#[test]
fn only_the_value_is_another_one() -> Fallible<()> {
    with_apache(&format!("{FRONT}ProxyAddHeaders Off\n"), |apache| {
        let lines = [("X-A", "a"), ("DESTINATION", "https://tuleap.example.com/b"), ("Depth", "0")];
        let received = ask(&mut client(apache)?, "COPY", "/b", &lines)?.received();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let sent: Vec<(String, String)> =
            received.lines.iter().skip(1).map(|(name, value)| (text(name), text(value))).collect();
        let expected = [
            ("X-A", "a"),
            ("DESTINATION", "http://tuleap.example.com/b"),
            ("Depth", "0"),
            ("Connection", "Keep-Alive"),
        ];
        let is_close = |(name, _): &(String, String)| !name.eq_ignore_ascii_case("connection");
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (sent, expected) = (sent.into_iter(), expected.into_iter());
        assert_eq!(
            sent.filter(is_close).collect::<Vec<_>>(),
            expected.filter(is_close).collect::<Vec<_>>()
        );
        Ok(())
    })
}

#[test]
fn a_public_and_a_backend_origin_can_be_said() -> Fallible<()> {
    let section = |path: &str, text: &str| {
        format!(
            "<Location /{path}>\nProxyPass http://@backend@/\n{}\n</Location>\n",
            text.replace("; ", "\n")
        )
    };
    let text = [
        "TuleapDestination On\nProxyPreserveHost On\n\
         TuleapDestinationPublic https://tuleap.example.com \"https://svn.example.com:8443\"\n"
            .to_owned(),
        section("fixed", "TuleapDestinationBackend http://127.0.0.1:8080"),
        section("https", "TuleapDestinationBackend https"),
        section("auto", "TuleapDestinationPublic auto"),
        section("promote", "TuleapDestinationPath Promote"),
        section("pass", "TuleapDestinationForeign Pass"),
        section("off", "TuleapDestination Off"),
        section("all", "TuleapDestinationForeign pass; TuleapDestinationPath PROMOTE"),
        section("all/none", "TuleapDestinationForeign Reject; TuleapDestinationPath Keep"),
    ];
    with_apache(&text.concat(), |apache| {
        let mut client = client(apache)?;
        let host = ("Host", "Tuleap.example.com:8443");
        let first = "https://tuleap.example.com/a";
        for (path, sent, expected) in [
            ("/b", first, "http://Tuleap.example.com:8443/a"),
            ("/b", "https://svn.example.com:8443/a", "http://Tuleap.example.com:8443/a"),
            ("/fixed", first, "http://127.0.0.1:8080/a"),
            ("/fixed", "http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
            ("/https", first, "https://Tuleap.example.com:8443/a"),
            ("/auto", "https://tuleap.example.com:8443/a", "http://Tuleap.example.com:8443/a"),
            ("/promote", "/a", "http://Tuleap.example.com:8443/a"),
            ("/pass", "https://other.example/a", "https://other.example/a"),
            ("/pass", first, "http://Tuleap.example.com:8443/a"),
            ("/off", first, first),
            ("/all", "https://other.example/a", "https://other.example/a"),
            ("/all", "/a", "http://Tuleap.example.com:8443/a"),
            ("/all/none", "/a", "/a"),
        ] {
            let answer = ask(&mut client, "COPY", path, &[host, ("Destination", sent)])?;
            assert_eq!(destinations(&answer), [expected], "{path} {sent}");
        }
        for (path, sent) in [("/auto", first), ("/all/none", "https://other.example/a")] {
            let answer = ask(&mut client, "COPY", path, &[host, ("Destination", sent)])?;
            assert_eq!(answer.status, 502, "{path}");
        }
        Ok(())
    })
}

/// However a request comes to the backend, and whichever `Host` it is sent.
#[test]
fn the_host_is_the_one_that_mod_proxy_sends() -> Fallible<()> {
    let text = "TuleapDestination On\nRewriteEngine On\n\
         RewriteRule ^/rewrite http://@backend@/ [P]\n\
         <Location /section>\nProxyPass http://@backend@/\n</Location>\n\
         <Location /preserved>\nProxyPass http://@backend@/\nProxyPreserveHost On\n</Location>\n\
         <Location /directory>\nRewriteEngine On\nRewriteRule ^ http://@backend@/ [P]\n\
         </Location>\n<Location /handler>\nSetHandler \"proxy:http://@backend@\"\n</Location>\n\
         <Proxy balancer://two>\nBalancerMember http://@backend@\n</Proxy>\n\
         ProxyPass /balancer balancer://two/\nProxyPass /websocket ws://@backend@/\n\
         ProxyPass /name http://localhost:@backend-port@/\n";
    let modules =
        ["rewrite", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests", "proxy_wstunnel"];
    let backend = tuleap_front_tests::server::backend::Backend::start()?;
    let config = config(text)
        .modules(&modules)
        .with("backend-port", backend.address().port())
        .with("backend", backend.address());
    crate::with_module(|program| {
        let apache = program.start(&config)?;
        apache.folder().write("html/handler", "")?;
        let mut client = client(&apache)?;
        let (address, name) =
            (backend.address().to_string(), format!("localhost:{}", backend.address().port()));
        for (path, host) in [
            ("/b", address.as_str()),
            ("/rewrite", &address),
            ("/section", &address),
            ("/directory", &address),
            ("/handler", &address),
            ("/name", &name),
            ("/preserved", "tuleap.example.com"),
        ] {
            let lines = [("Destination", "https://tuleap.example.com/a")];
            let received = ask(&mut client, "COPY", path, &lines)?.received();
            assert_eq!(values(&received, "Host"), [host], "{path}");
            assert_eq!(values(&received, "Destination"), [format!("http://{host}/a")], "{path}");
        }
        // Which member it will be is not known in time.
        let lines = [("Destination", "https://tuleap.example.com/a")];
        let answer = ask(&mut client, "COPY", "/balancer", &lines)?;
        assert_eq!(destinations(&answer), ["http://tuleap.example.com/a"]);
        apache.stop()
    })
}

/// Behind a local socket it is the URL after it that names the host; in brackets, one of IPv6.
#[test]
fn a_local_socket_s_url_says_the_host() -> Fallible<()> {
    let text = "TuleapDestination On\n\
         ProxyPass /local unix:@folder@/socket|http://backend.internal:81/\n\
         ProxyPass /six unix:@folder@/socket|http://[::1]:8080/\n\
         ProxyPass /default unix:@folder@/socket|http://backend.internal:80/\n";
    with_apache(text, |apache| {
        let path = apache.folder().join("socket");
        let listener = UnixListener::bind(&path).map_err(at("socket"))?;
        crate::let_everybody_write(&path)?;
        let answers = thread::spawn(move || listener.incoming().take(3).try_for_each(tell));
        let mut client = client(apache)?;
        let lines = [("Destination", "https://tuleap.example.com/a"), ("Connection", "close")];
        for (path, host) in [
            ("/local", "backend.internal:81"),
            ("/six", "[::1]:8080"),
            ("/default", "backend.internal"),
        ] {
            let received = ask(&mut client, "COPY", path, &lines)?.received();
            assert_eq!(values(&received, "Host"), [host], "{path}");
            assert_eq!(values(&received, "Destination"), [format!("http://{host}/a")], "{path}");
        }
        answers.join().map_err(|_| "the socket's server stopped")?.map_err(at("socket"))
    })
}

/// Answers one request with its head.
fn tell(stream: io::Result<UnixStream>) -> io::Result<()> {
    let mut stream = io::BufReader::new(stream?);
    let head = Head::read(&mut stream)?.unwrap_or_default();
    stream.get_mut().write_all(&answer(&head.bytes))
}

/// The front speaks TLS itself, and a backend that is named by `https` is still sent `http`.
#[test]
fn by_tls_it_is_http_unless_it_is_said() -> Fallible<()> {
    use tuleap_front_tests::server::certificate::Certificate;
    use tuleap_front_tests::server::client::{Client, Way};
    let certificate = Certificate::new()?;
    let text = format!(
        "Listen 127.0.0.1:@port-tls@\n<VirtualHost *:@port-tls@>\n\
         ServerName https://tuleap.example.com\nSSLEngine On\nSSLCertificateFile {}\n\
         SSLCertificateKeyFile {}\n{FRONT}\
         <Location /b/https>\nTuleapDestinationBackend https\n</Location>\n</VirtualHost>\n",
        certificate.chain(),
        certificate.key()
    );
    with_config(config(&text).modules(&["ssl"]).log_level("error"), &[], |apache| {
        let to = ([127, 0, 0, 1], apache.port("port-tls")?).into();
        let mut client = Client::new(Way::Tls { from: None, to });
        let sent = "https://tuleap.example.com/a";
        for (path, expected) in [("/b", "http://tuleap.example.com/a"), ("/b/https", sent)] {
            let answer = ask(&mut client, "COPY", path, &[("Destination", sent)])?;
            assert_eq!(destinations(&answer), [expected], "{path}");
        }
        Ok(())
    })
}

/// What the guide says, in httpd's words and in either of its two moments, finds nothing to do.
#[test]
fn a_requestheader_line_may_stay() -> Fallible<()> {
    for early in ["", " early"] {
        let text = format!("{FRONT}RequestHeader edit Destination ^https http{early}\n");
        with_apache(&text, |apache| {
            let mut client = client(apache)?;
            let lines = [("Destination", "https://tuleap.example.com/c%20d")];
            let answer = ask(&mut client, "COPY", "/b/a%20b", &lines)?;
            assert_eq!(destinations(&answer), ["http://tuleap.example.com/c%20d"], "{early}");
            Ok(())
        })?;
    }
    // What another module makes of it afterwards is its own business.
    let text = format!("{FRONT}RequestHeader set Destination http://set.example/\n");
    with_apache(&text, |apache| {
        let lines = [("Destination", "https://tuleap.example.com/a")];
        let answer = ask(&mut client(apache)?, "COPY", "/b", &lines)?;
        assert_eq!(destinations(&answer), ["http://set.example/"]);
        Ok(())
    })
}

/// Byte for byte what the guide's line makes, for any method.
#[test]
fn documented_drops_a_byte_and_looks_at_nothing() -> Fallible<()> {
    let text = "TuleapDestination Documented\n";
    with_apache(text, |apache| {
        let mut client = client(apache)?;
        for (sent, expected) in [
            ("https://other.example/a%20b", "http://other.example/a%20b"),
            ("HTTPSfoo", "httpfoo"),
            ("/a", "/a"),
            ("//a", "//a"),
            ("https", "http"),
            ("https://a/1, https://b/2", "http://a/1, https://b/2"),
        ] {
            for word in ["COPY", "GET"] {
                let answer = ask(&mut client, word, "/b", &[("Destination", sent)])?;
                assert_eq!(destinations(&answer), [expected], "{word} {sent}");
            }
        }
        let lines = [("Destination", "https://a/1"), ("Destination", "https://b/2")];
        let answer = ask(&mut client, "COPY", "/b", &lines)?;
        assert_eq!(destinations(&answer), ["http://a/1, https://b/2"]);
        let answer = ask(&mut client, "COPY", "/b", &[("Destination", "")])?;
        assert!(destinations(&answer).is_empty());
        Ok(())
    })
}

/// By FastCGI this server is the one whose scheme an application knows.
#[test]
fn fastcgi_gets_it_with_this_server_s_scheme() -> Fallible<()> {
    let text = "TuleapDestination On\nProxyPass /php fcgi://@php@/\n";
    let php = FastCgi::start()?;
    let config = config(text).with("php", php.address()).modules(&["proxy_fcgi"]);
    with_config(config, &[], |apache| {
        let lines = [("Destination", "https://tuleap.example.com/a")];
        let said = ask(&mut client(apache)?, "MOVE", "/php", &lines)?.body;
        let expected = b"http://tuleap.example.com/a".to_vec();
        assert_eq!(parameter(&said, "HTTP_DESTINATION"), Some(expected));
        Ok(())
    })
}

#[test]
fn http2_says_the_host_in_its_own_way() -> Fallible<()> {
    let text = format!("Protocols h2c\n{FRONT}");
    with_module_and_backend(config(&text).modules(&["http2"]), |apache, backend| {
        let url = format!("http://127.0.0.1:{}/b", apache.port("port")?);
        let ask = |lines: &[&str]| {
            let lines = lines.iter().map(|line| format!("--header=destination: {line}"));
            let lines: Vec<String> = lines.collect();
            let mut words =
                vec!["--header=:method: COPY", "--header=:authority: tuleap.example.com:8443"];
            words.extend(lines.iter().map(String::as_str));
            words.push(&url);
            nghttp(&words)
        };
        let said = ask(&["https://tuleap.example.com:8443/a%20b"])?.to_lowercase();
        assert!(said.contains("\ndestination: http://tuleap.example.com:8443/a%20b\r\n"), "{said}");
        let count = backend.count();
        assert_eq!(ask(&["https://other.example/a"])?, "the Destination is on another server\n");
        let own = "https://tuleap.example.com:8443/a";
        assert_eq!(ask(&[own, own])?, "there is more than one Destination\n");
        assert_eq!(backend.count(), count);
        Ok(())
    })
}

/// Lets a test ask with the backend at hand; the log is empty at the end.
fn with_module_and_backend(
    config: Config,
    test: impl FnOnce(
        &tuleap_front_tests::server::apache::Apache,
        &tuleap_front_tests::server::backend::Backend,
    ) -> Fallible<()>,
) -> Fallible<()> {
    crate::with_module(|program| {
        let backend = tuleap_front_tests::server::backend::Backend::start()?;
        let apache = program.start(&config.with("backend", backend.address()))?;
        test(&apache, &backend)?;
        apache.stop()
    })
}

/// The host may be another one than the one that is asked for with an absolute target.
#[test]
fn without_a_host_nothing_is_this_site() -> Fallible<()> {
    with_apache(FRONT, |apache| {
        let request = "COPY /b HTTP/1.0\r\nDestination: https://tuleap.example.com/a\r\n\r\n";
        assert_eq!(client(apache)?.send(request.as_bytes())?.status, 502);
        let request = method("GET", "/b", &[("Destination", "https://other.example/")]);
        let answer = client(apache)?.send(&request)?;
        assert_eq!(destinations(&answer), ["https://other.example/"]);
        Ok(())
    })
}
