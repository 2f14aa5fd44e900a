//! The guide's distributed configuration with our directives: each path reaches its own server,
//! and each of them is told the same client.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use tuleap_front_tests::server::backend::{Backend, Received, answer};
use tuleap_front_tests::server::client::{Answer, Client, Way};
use tuleap_front_tests::server::fastcgi::parameter;
use tuleap_front_tests::server::folder::Folder;
use tuleap_front_tests::server::fpm::Fpm;
use tuleap_front_tests::server::nginx::{Config, Nginx, Program};
use tuleap_front_tests::server::process::until;
use tuleap_front_tests::server::{Fallible, at};

use crate::front::Front;
use crate::report::{Known, Report};
use crate::rig::{Rig, changes, youngest};
use crate::svn::Script;

const GROUP: &str = "distrib";
const HOST: &str = "tuleap.example.com";
/// Whom the load balancer names, and who comes by itself.
const CLIENT: &str = "203.0.113.9";
const STRANGER: [u8; 4] = [127, 0, 0, 2];
const BANNER: &[u8] = b"SSH-2.0-web\r\n";

/// A program for php-fpm that answers with what it was told.
const PAGE: &str = "<?php\nheader('Content-Type: text/plain');\n\
    foreach (['REMOTE_ADDR', 'REQUEST_URI', 'HTTP_X_REAL_IP', 'HTTP_X_FORWARDED_FOR', \
    'HTTP_X_FORWARDED_PROTO'] as $name) {\n    echo $name, '=', $_SERVER[$name] ?? '', \"\\n\";\n}\n";

/// Starts everything, asks, and ends it.
pub(crate) fn run(rig: &Rig, report: &Report) -> Fallible<()> {
    let stage = Stage::set(rig);
    let started = stage.as_ref().map(|_| ()).map_err(Clone::clone);
    report.row(Front::Nginx, GROUP, "nginx starts", Known::Right, &started)?;
    let Ok(stage) = stage else { return Ok(()) };
    for (title, test) in ROWS {
        report.row(Front::Nginx, GROUP, title, Known::Right, &test(&stage))?;
    }
    let stopped = stage.nginx.quit().and(stage.fpm.stop());
    report.row(Front::Nginx, GROUP, "everything ends in good order", Known::Right, &stopped)
}

/// The web server answers with what it was told, an image where one was asked for.
fn page(received: &Received) -> Vec<u8> {
    let page = answer(&received.head.bytes);
    if !received.head.word(1).ends_with(b".png") {
        return page;
    }
    String::from_utf8_lossy(&page).replacen("text/plain", "image/png", 1).into_bytes()
}

type Test = fn(&Stage<'_>) -> Fallible<()>;

const ROWS: &[(&str, Test)] = &[
    ("/ is the web server's", |stage| stage.web("/")),
    ("/plugins/git/ is the web server's", |stage| stage.web("/plugins/git/?a=b")),
    ("/themes/logo.png is the web server's, and kept", |stage| {
        stage.web("/themes/logo.png")?;
        let kept = stage.ask(CLIENT_OF_OURS, "/themes/logo.png")?;
        match kept.head.text("x-cache-status").as_deref() {
            Some("HIT") => Ok(()),
            other => Err(format!("X-Cache-Status is {other:?}")),
        }
    }),
    ("/svnplugin is httpd's, and its repository answers", |stage| stage.httpd()),
    ("/plugins/svn/ is php-fpm's", |stage| stage.php("/plugins/svn/?group_id=1")),
    ("/plugins/svn/file.txt is a file of the plugin", |stage| {
        stage.file("/plugins/svn/file.txt", "of the plugin\n")
    }),
    ("/index.php is php-fpm's", |stage| stage.php("/index.php?a=%20b")),
    ("/viewvc-theme-tuleap is a file of the theme", |stage| {
        stage.file("/viewvc-theme-tuleap/file.txt", "of the theme\n")
    }),
    ("http is sent to https", |stage| stage.redirect()),
    ("ssh reaches the web server's", |stage| stage.ssh()),
    ("svn cp 'a b.txt' 'c d.txt'", |stage| stage.copy()),
];

/// Who asks, and for whom the backends must take it: behind the load balancer, and by itself with
/// forged lines.
type Who = ([u8; 4], &'static str);
const CLIENT_OF_OURS: Who = ([127, 0, 0, 1], CLIENT);
const STRANGE_CLIENT: Who = (STRANGER, "127.0.0.2");

struct Stage<'a> {
    rig: &'a Rig,
    nginx: Nginx,
    fpm: Fpm,
    ssh: SocketAddr,
    _web: Backend,
    _folder: Folder,
}

impl<'a> Stage<'a> {
    fn set(rig: &'a Rig) -> Fallible<Self> {
        let (web, fpm, folder) = (Backend::scripted(page)?, Fpm::start()?, Folder::new()?);
        folder.write("www/index.php", PAGE)?;
        folder.write("plugin/file.txt", "of the plugin\n")?;
        folder.write("theme/file.txt", "of the theme\n")?;
        let ssh = ssh()?;
        let path = |name: &str| folder.join(name).display().to_string();
        let changes = [
            ("192.0.2.10 192.0.2.11", "127.0.0.1".to_owned()),
            ("192.168.0.20:80", web.address().to_string()),
            ("127.0.0.1:8080", SocketAddr::from((Ipv4Addr::LOCALHOST, rig.plain()?)).to_string()),
            ("127.0.0.1:9000", fpm.address().to_string()),
            ("listen 443", "listen 127.0.0.1:@port-https@".to_owned()),
            ("listen 80", "listen 127.0.0.1:@port-http@".to_owned()),
            ("/etc/nginx/ssl/server.crt", rig.certificate().chain()),
            ("/etc/nginx/ssl/server.key", rig.certificate().key()),
            ("/var/cache/nginx/tuleap", path("cache")),
            ("/usr/share/tuleap/src/www", path("www")),
            ("/usr/share/tuleap/plugins/svn/www", path("plugin")),
            ("/usr/share/viewvc-theme-tuleap/assets", path("theme")),
            ("include fastcgi_params", "include /etc/nginx/fastcgi_params".to_owned()),
        ];
        let http = include_str!("../../../examples/nginx/distributed.conf");
        let mut config = Config::http(replaced(http, &changes)?);
        let changes = [
            ("192.168.0.20:22", ssh.to_string()),
            ("listen 22", "listen 127.0.0.1:@port-ssh@".to_owned()),
        ];
        let stream = include_str!("../../../examples/nginx/distributed-ssh.conf");
        let stream = replaced(stream, &changes)?;
        config.main = format!("load_module {STREAM};\nstream {{\n{stream}\n}}\n");
        let nginx = Program::under_test()?.start(&config)?;
        Ok(Self { rig, nginx, fpm, ssh, _web: web, _folder: folder })
    }

    /// One request over https.
    fn ask(&self, (from, _): Who, path: &str) -> Fallible<Answer> {
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, self.nginx.port("port-https")?));
        let mut client = Client::new(Way::Tls { from: Some(IpAddr::from(from)), to });
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: 6.6.6.6, {CLIENT}\r\n\
             X-Real-IP: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\r\n"
        );
        client.send(request.as_bytes())
    }

    fn web(&self, path: &str) -> Fallible<()> {
        for who in [CLIENT_OF_OURS, STRANGE_CLIENT] {
            let answer = self.ask(who, path)?;
            let head = answer.received();
            let line = String::from_utf8_lossy(&head.first).into_owned();
            if line != format!("GET {path} HTTP/1.0") {
                return Err(format!("{}: {}", answer.status, answer.text()));
            }
            // What is kept was asked for by the first one.
            if answer.head.text("x-cache-status").is_some_and(|status| status == "HIT") {
                continue;
            }
            told(who, |name| head.text(name))?;
        }
        Ok(())
    }

    fn php(&self, path: &str) -> Fallible<()> {
        for who in [CLIENT_OF_OURS, STRANGE_CLIENT] {
            let answer = self.ask(who, path)?;
            let value = |name: &str| {
                parameter(&answer.body, name)
                    .map(|value| String::from_utf8_lossy(&value).into_owned())
            };
            if value("REQUEST_URI").as_deref() != Some(path) {
                return Err(format!("{}: {}", answer.status, answer.text()));
            }
            if value("REMOTE_ADDR").as_deref() != Some(who.1) {
                return Err(format!("REMOTE_ADDR is {:?}, not {}", value("REMOTE_ADDR"), who.1));
            }
            told(who, |name| value(&format!("HTTP_{}", name.to_uppercase().replace('-', "_"))))?;
        }
        Ok(())
    }

    /// What it was told is in its log.
    fn httpd(&self) -> Fallible<()> {
        for who in [CLIENT_OF_OURS, STRANGE_CLIENT] {
            let path = format!("/svnplugin/nginx/distributed/a%20b.txt?{}", who.1);
            let answer = self.ask(who, &path)?;
            if answer.text() != "a b\n" {
                return Err(format!("{}: {}", answer.status, answer.text()));
            }
            let log = self.rig.site(Front::Nginx)?.log;
            let line = until("a line in httpd's log", || {
                let text = fs::read_to_string(&log).unwrap_or_default();
                Ok(text.lines().find(|line| line.contains(&path)).map(str::to_owned))
            })?;
            if !line.ends_with(&format!("client={}", who.1)) {
                return Err(line);
            }
        }
        Ok(())
    }

    fn file(&self, path: &str, text: &str) -> Fallible<()> {
        match self.ask(CLIENT_OF_OURS, path)? {
            answer if answer.status == 200 && answer.text() == text => Ok(()),
            answer => Err(format!("{}: {}", answer.status, answer.text())),
        }
    }

    fn redirect(&self) -> Fallible<()> {
        let mut client = Client::new(Way::port(self.nginx.port("port-http")?));
        let answer = client.get("/a%20b?c", &[("Host", "evil.example")])?;
        match answer.head.text("location") {
            Some(location) if location == format!("https://{HOST}/a%20b?c") => Ok(()),
            location => Err(format!("{} {location:?}", answer.status)),
        }
    }

    fn ssh(&self) -> Fallible<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.nginx.port("port-ssh")?))
            .map_err(at("ssh"))?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).map_err(at("ssh"))?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text).map_err(at("ssh"))?;
        if text == BANNER { Ok(()) } else { Err(format!("{text:?} from {}", self.ssh)) }
    }

    fn copy(&self) -> Fallible<()> {
        let site = self.rig.site(Front::Nginx)?;
        let before = youngest(&site.repository)?;
        let port = self.nginx.port("port-https")?;
        let script = Script {
            folder: "distributed",
            base: format!("https://localhost:{port}/svnplugin/nginx"),
            text: "svn cp -q -m done $URL/a%20b.txt $URL/c%20d.txt",
        };
        script.run(&site)?;
        match changes(&site.repository, before)?.as_slice() {
            [change] if change == "A distributed/c d.txt < distributed/a b.txt" => Ok(()),
            changes => Err(format!("committed {changes:?}")),
        }
    }
}

const STREAM: &str = "/usr/lib/nginx/modules/ngx_stream_module.so";

/// The three lines, by name.
fn told((_, client): Who, value: impl Fn(&str) -> Option<String>) -> Fallible<()> {
    for (name, expected) in
        [("X-Real-IP", client), ("X-Forwarded-For", client), ("X-Forwarded-Proto", "https")]
    {
        let got = value(name).unwrap_or_default();
        if got != expected {
            return Err(format!("{name} is {got:?}, not {expected:?}"));
        }
    }
    Ok(())
}

/// Says that it is ssh to whoever connects.
fn ssh() -> Fallible<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(at("ssh"))?;
    let address = listener.local_addr().map_err(at("ssh"))?;
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = stream.and_then(|mut stream| stream.write_all(BANNER));
        }
    });
    Ok(address)
}

/// The text with each first replaced by its second, which must be there.
fn replaced(text: &str, changes: &[(&str, String)]) -> Fallible<String> {
    changes.iter().try_fold(text.to_owned(), |text, (from, to)| match text.contains(from) {
        true => Ok(text.replace(from, to)),
        false => Err(format!("{from} is not in the example")),
    })
}
