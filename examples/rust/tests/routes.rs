//! Which backend and which file answers, between a client that writes raw bytes and backends that
//! show what reached them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tuleap_front::{ClientIpResolver, Guide, HttpsRedirect, Routes};
use tuleap_front_example::{Backend, Front, FrontConfig, Limits, StartError};

use crate::client::{ask_http, check, soon};

mod client;

/// Nobody answers there.
const NOBODY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

/// A front with backends of these names, which are there as long as they are kept.
async fn config(
    trusted: &str,
    routes: Routes,
    names: &[&'static str],
) -> (FrontConfig, Vec<Backend>) {
    let (mut backends, mut addresses) = (Vec::new(), Vec::new());
    for name in names {
        let backend = Backend::start_as(name).await.unwrap();
        addresses.push((*name, backend.addr()));
        backends.push(backend);
    }
    let resolver = ClientIpResolver::new(trusted.parse().unwrap());
    let config = FrontConfig::new(NOBODY, resolver)
        .with_host("tuleap.example.com")
        .with_public_ports(80, 443)
        .with_routes(routes, addresses);
    (config, backends)
}

/// As from a proxy that ends TLS.
fn request(asks: &str) -> String {
    format!(
        "{asks} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n\
         X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    )
}

#[tokio::test]
async fn each_path_reaches_its_own_backend_with_the_same_client() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&log);
    let (config, _backends) =
        config("127.0.0.1", Routes::recommended(), &["web", "svn", "php"]).await;
    let config = config.with_log(move |exchange| lines.lock().unwrap().push(exchange.to_string()));
    let front = Front::start(config).await.unwrap();
    for (asks, backend, asked) in [
        ("GET /", "web", "GET /"),
        ("GET /projects/a%20b//c?d=%2e", "web", "GET /projects/a%20b//c?d=%2e"),
        ("GET /a.css", "web", "GET /a.css"),
        ("PROPFIND /svnplugin/", "svn", "PROPFIND /svnplugin/"),
        ("GET /svnplugin/%61/../b//c", "svn", "GET /svnplugin/%61/../b//c"),
        ("GET /x/%2e%2e%2fsvnplugin/a", "svn", "GET /x/%2e%2e%2fsvnplugin/a"),
        ("GET /plugins/svn/", "php", "GET /index.php"),
        ("POST /plugins/svn/a%20b?group_id=1&x=%20", "php", "POST /index.php?group_id=1&x=%20"),
        ("GET /index.php?a", "php", "GET /index.php?a"),
        ("GET //index%2ephp?a", "php", "GET //index%2ephp?a"),
        ("GET http://other.example/index.php", "php", "GET /index.php"),
        ("GET http://other.example?a", "web", "GET /?a"),
    ] {
        let server = format!("server: {backend}");
        let asked = format!("{asked} HTTP/1.1");
        let client = ["x-real-ip: 203.0.113.9", "x-forwarded-for: 203.0.113.9"];
        let lines = [&server, &asked, client[0], client[1], "x-forwarded-proto: https"];
        check(&front, &request(asks), "200 OK", &lines).await;
    }
    let log = log.lock().unwrap();
    let start = "203.0.113.9 forwarded first-untrusted https://evil.example";
    assert_eq!(log[0], format!("{start} GET / 200 web"));
    assert_eq!(log[3], format!("{start} PROPFIND /svnplugin/ 200 svn"));
}

#[tokio::test]
async fn the_guides_routes_as_they_are_written() {
    let routes = Routes::documented(Guide::Distributed);
    let (config, _backends) = config("", routes, &["web", "svn", "php"]).await;
    let front = Front::start(config).await.unwrap();
    for (target, backend) in [
        ("/", "web"),
        ("/svnplugin", "svn"),
        ("/svnpluginX", "svn"),
        ("/plugins/svn/", "php"),
        ("/index.php", "php"),
        ("/index.php/a.css", "web"),
    ] {
        let lines = [&*format!("server: {backend}"), "x-real-ip: 127.0.0.1"];
        check(&front, &request(&format!("GET {target}")), "200 OK", &lines).await;
    }
}

#[tokio::test]
async fn a_slash_is_added_at_the_configured_host() {
    async fn ask(config: FrontConfig, target: &str, location: &str) {
        let front = Front::start(config).await.unwrap();
        let location = format!("location: {location}");
        let request = request(&format!("GET {target}"));
        check(&front, &request, "301 Moved Permanently", &[&location]).await;
    }
    let trusting = async || config("127.0.0.1", Routes::recommended(), &[]).await.0;
    ask(trusting().await, "/svnplugin", "https://tuleap.example.com/svnplugin/").await;
    ask(trusting().await, "//svnplugin?a=//b", "https://tuleap.example.com/svnplugin/?a=//b").await;
    let absolute = "http://other.example/%73vnplugin";
    ask(trusting().await, absolute, "https://tuleap.example.com/svnplugin/").await;

    // A stranger's word about the scheme does not count.
    let (strict, _) = config("", Routes::recommended(), &[]).await;
    let strict = strict.with_host("[::1]").with_public_ports(8080, 443);
    ask(strict, "/svnplugin", "http://[::1]:8080/svnplugin/").await;

    // The origin of the other redirects, where there are some.
    let redirect = HttpsRedirect::recommended("a.example:8443".parse().unwrap());
    let config = trusting().await.with_https_redirect(redirect);
    ask(config, "/svnplugin", "https://a.example:8443/svnplugin/").await;
}

/// A folder of its own for a test, which has a site with files and a file beside it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("www/empty")).unwrap();
    fs::create_dir_all(folder.join("www/app")).unwrap();
    fs::create_dir_all(folder.join("theme")).unwrap();
    fs::write(folder.join("secret.txt"), "secret").unwrap();
    fs::write(folder.join("www/a b.txt"), "hello\n").unwrap();
    fs::write(folder.join("www/none.tuleap"), "").unwrap();
    fs::write(folder.join("www/app/index.php"), "<?php").unwrap();
    fs::write(folder.join("theme/a.css"), "a {}").unwrap();
    folder
}

/// A front that sends the files of a folder.
async fn files(folder: &Path) -> (Front, Vec<Backend>) {
    let folder = folder.to_str().unwrap();
    let routes = format!(
        "root '{folder}/www'\nindex index.php\n/ static\n~ \\.php$ proxy php\n\
         ^~ /theme/ alias '{folder}/theme/'\n/bare alias '{folder}/theme'"
    );
    let (config, backends) = config("", routes.parse().unwrap(), &["php"]).await;
    (Front::start(config).await.unwrap(), backends)
}

#[tokio::test]
async fn a_file_is_sent_whole() {
    let folder = folder("a_file_is_sent_whole");
    let (front, _backends) = files(&folder).await;
    let ask = async |asks: &str, status: &str, lines: &[&str]| {
        check(&front, &request(asks), status, lines).await;
    };
    let text = ["content-type: text/plain", "content-length: 6", "hello"];
    ask("GET /a%20b.txt?c", "200 OK", &text).await;
    ask("GET /theme/%61.css", "200 OK", &["content-type: text/css", "content-length: 4", "a {}"])
        .await;
    let unknown = ["content-type: application/octet-stream", "content-length: 0"];
    ask("GET /none.tuleap", "200 OK", &unknown).await;

    let head = ask_http(&front, &request("HEAD /a%20b.txt")).await;
    assert!(head.contains("content-length: 6\r\n") && head.ends_with("\r\n\r\n"), "{head}");

    ask("POST /a%20b.txt", "405 Method Not Allowed", &["allow: GET, HEAD"]).await;
    ask("PUT /app/", "405 Method Not Allowed", &["allow: GET, HEAD, POST"]).await;
    ask("GET /none", "404 Not Found", &["there is no such file"]).await;
    ask("GET /a%20b.txt/", "404 Not Found", &[]).await;
    ask("GET /empty/", "403 Forbidden", &["the directory has no index"]).await;
    ask("GET /empty?a", "301 Moved", &["location: http://tuleap.example.com/empty/?a"]).await;
    ask("GET /app/?a", "200 OK", &["server: php", "GET /app/index.php?a HTTP/1.1"]).await;
}

#[tokio::test]
async fn a_long_file_flows_and_a_client_may_go_away() {
    let folder = folder("a_long_file_flows_and_a_client_may_go_away");
    let long = "0123456789abcde\n".repeat(256 * 1024);
    fs::write(folder.join("www/long"), &long).unwrap();
    let (front, _backends) = files(&folder).await;
    let response = ask_http(&front, &request("GET /long")).await;
    let (_, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(body == long, "{} bytes", body.len());

    let mut gone = TcpStream::connect(front.http_addr()).await.unwrap();
    gone.write_all(request("GET /long").as_bytes()).await.unwrap();
    assert_eq!(soon(gone.read_u8()).await.unwrap(), b'H');
    drop(gone);
    // It waits for what is under way, and this is not.
    timeout(Limits::default().stop / 2, front.stop()).await.unwrap();
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let folder = folder("no_path_leads_out_of_the_folder");
    let (front, _backends) = files(&folder).await;
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/app/../../secret.txt",
        "/app/%2E%2E/%2e%2E%2Fsecret.txt",
        "//../secret.txt",
        "/./../secret.txt",
        "/%252e%252e/secret.txt",
        "/..;/secret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/secret.txt",
        "/a%00/../secret.txt",
        "/a%20b.txt%00.css",
        "/theme../secret.txt",
        "/theme/../../secret.txt",
        "/theme/..%2f..%2fsecret.txt",
        "/theme/%2e%2e/secret.txt",
        "/bare../secret.txt",
        "/bare/../secret.txt",
        "/bare%2f..%2f..%2fsecret.txt",
        "http://evil.example/../secret.txt",
        "/%2fsecret.txt",
        &format!("/{}", folder.join("secret.txt").display()),
        "/.../secret.txt",
        "/theme/./..;/../../secret.txt",
    ] {
        let response = ask_http(&front, &request(&format!("GET {target}"))).await;
        assert!(
            ["HTTP/1.1 400 ", "HTTP/1.1 404 "].iter().any(|start| response.starts_with(start)),
            "{target}: {response}"
        );
        assert!(!response.contains("secret\n") && !response.ends_with("secret"), "{response}");
    }
}

/// What is neither a file nor a folder is not opened: reading a device may never end.
#[cfg(unix)]
#[tokio::test]
async fn only_regular_files_are_sent() {
    use std::os::unix::fs::symlink;

    let folder = folder("only_regular_files_are_sent");
    symlink("/dev/null", folder.join("www/null")).unwrap();
    symlink("a b.txt", folder.join("www/link.txt")).unwrap();
    let (front, _backends) = files(&folder).await;
    check(&front, &request("GET /null"), "404 Not Found", &[]).await;
    check(&front, &request("GET /link.txt"), "200 OK", &["hello"]).await;
}

#[tokio::test]
async fn what_is_no_path_is_refused() {
    let (config, _backends) = config("", Routes::recommended(), &["web"]).await;
    let front = Front::start(config).await.unwrap();
    for asks in ["OPTIONS *", "GET /%zz", "GET /../a", "GET /a%00"] {
        check(&front, &request(asks), "400 Bad Request", &[]).await;
    }
}

#[tokio::test]
async fn backends_are_those_of_the_routes_and_the_rest_is_the_one_backends() {
    let web = Backend::start_as("everything else").await.unwrap();
    let svn = Backend::start_as("svn").await.unwrap();
    let config = |name: &str| {
        FrontConfig::new(web.addr(), ClientIpResolver::new("".parse().unwrap()))
            .with_routes(Routes::recommended(), [(name, svn.addr())])
    };
    let front = Front::start(config("svn")).await.unwrap();
    check(&front, &request("GET /svnplugin/"), "200 OK", &["server: svn"]).await;
    check(&front, &request("GET /index.php"), "200 OK", &["server: everything else"]).await;

    let Err(StartError::Backend { name }) = Front::start(config("scn")).await else { panic!() };
    assert_eq!(name, "scn");
    let Err(error) = Front::start(config("svn").with_host("a b")).await else { panic!() };
    assert_eq!(error.to_string(), "`a b` is not the name of a host");
}
