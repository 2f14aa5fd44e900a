//! `Routes`: the same lines as nginx directives, over a folder of real files.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use tuleap_front::{
    FileKind, Guide, MergeSlashes, RequestTarget, RootLocation, Route, RouteOutcome, Routes,
};
use tuleap_front_tests::random::Random;
use tuleap_front_tests::require::skip;
use tuleap_front_tests::server::backend::{self, Backend};
use tuleap_front_tests::server::client::{Answer, Client, Way};
use tuleap_front_tests::server::fastcgi::FastCgi;
use tuleap_front_tests::server::folder::Folder;
use tuleap_front_tests::server::nginx::{Config, Program};

use super::{directives, none_differs, some};

const REQUESTS: usize = 12_000;

/// Further lines, for what the guide does not have. `/usr/share` is the folder.
const CUSTOM: &[&str] = &[
    "root /usr/share/tuleap/src/www\nindex none.html index.php a.css\n/ static",
    "root /usr/share/tuleap/src/www/\n/ try_files $uri =404\n^~ /dir/ proxy web\n\
     = /dir/index.php static",
    "root /usr/share/tuleap/src/www\nindex index.php /index.php\n\
     / try_files $uri/ $uri /dir/index.php\n/dir/ static fallback /none",
    "root /usr/share/tuleap/src/www\n/app/ fastcgi php index.php\n= /exact/ proxy web\n\
     /app/deep proxy svn\n~ /dir$ static\n~* \\.css$ root /usr/share/viewvc-theme-tuleap/assets",
    "root /usr/share\n/ static fallback /loop/a\n/loop/ alias /usr/share/none/ fallback /loop/b\n\
     /theme/ alias /usr/share/viewvc-theme-tuleap/assets/\n\
     = /theme alias /usr/share/viewvc-theme-tuleap/assets",
    "root /usr/share/tuleap\n/a proxy web\n/a/ proxy svn\n/b/ proxy web\n= /b fastcgi php",
];

const FILES: &[&str] = &[
    "tuleap/src/www/index.php",
    "tuleap/src/www/a.css",
    "tuleap/src/www/dir/index.php",
    "tuleap/src/www/dir/a.css",
    "tuleap/src/www/dir/x y.txt",
    "tuleap/src/www/dir/%41.txt",
    "tuleap/src/www/dir/\"<> ?#[]^`{|}\\\u{e9}/x",
    "tuleap/src/www/none/x/index.php/y",
    "tuleap/src/www/empty/x/y",
    "tuleap/plugins/svn/www/index.php",
    "tuleap/plugins/svn/www/style.css",
    "tuleap/plugins/svn/www/sub/logo.png",
    "viewvc-theme-tuleap/assets/a.css",
    "viewvc-theme-tuleap/assets/sub/b.txt",
    "viewvc-theme-tuleap/assetsX/a.txt",
    "secret.txt",
];

const PIECES: &[&[u8]] = &[
    b"/",
    b"/",
    b"/",
    b"//",
    b"/index.php",
    b"/a.css",
    b"/dir",
    b"/dir/",
    b"/empty/",
    b"/none",
    b"/none/x",
    b"/x%20y.txt",
    b"/%2541.txt",
    b"/dir/%22<>%20%3f%23[]^`{|}\\%c3%a9",
    b"/dir/%22<>%20%3f%23[]^`{|}\\%c3%a9",
    b"/plugins/svn",
    b"/plugins/svn/",
    b"/style.css",
    b"/sub",
    b"/sub/",
    b"/logo.png",
    b"/svnplugin",
    b"/svnplugin/r/",
    b"/viewvc-theme-tuleap",
    b"/viewvc-theme-tuleap/",
    b"X/a.txt",
    b"/b.txt",
    b"/app",
    b"/app/",
    b"/app/deep",
    b"/exact",
    b"/exact/",
    b"/theme",
    b"/theme/",
    b"/loop/",
    b"/s0",
    b"/s1/x",
    b"/s0/",
    b"/a",
    b"/a/",
    b"/b",
    b"/b/",
    b"/..",
    b"/..",
    b"..",
    b"%2e%2e",
    b"%2f",
    b"/secret.txt",
    b"X",
    b"%ff",
    b"%0a",
    b"%22%3c",
    b"\xc3\xa9",
];

/// Eleven redirects from `/s0/`, and ten from `/s1/`.
fn chain() -> String {
    let mut text = String::from("root /usr/share\n/s11/ proxy web\n");
    for at in 0..11 {
        let _ = writeln!(text, "/s{at}/ alias /usr/share/none/ fallback /s{}/x", at + 1);
    }
    text
}

/// The sites, below this folder.
fn sites(folder: &Path) -> Result<Vec<Routes>, String> {
    let documented = [
        Routes::documented(Guide::Distributed),
        Routes::distributed(RootLocation::TryFiles),
        Routes::documented(Guide::ReverseProxy),
    ];
    let custom = CUSTOM.iter().map(|text| (*text).to_owned()).chain([chain()]);
    let texts = documented.iter().map(Routes::to_string).chain(custom);
    let folder = folder.display().to_string();
    texts
        .map(|text| text.replace("/usr/share", &folder))
        .map(|text| text.parse().map_err(|error| format!("{text}: {error}")))
        .collect()
}

fn config(sites: &[Routes], http: &str, fast_cgi: &str) -> Result<Config, String> {
    let mut text = String::from("default_type text/plain;\n");
    for (index, routes) in sites.iter().enumerate() {
        let server = directives::server(routes, http, fast_cgi)?;
        let name = format!("server_name c{index}.example; listen 127.0.0.1:@port@;");
        let _ = writeln!(text, "server {{ {name}\n{server}}}");
    }
    let mut config = Config::http(text);
    config.log_level = "emerg";
    Ok(config)
}

fn kind(path: &[u8]) -> FileKind {
    match std::fs::metadata(Path::new(OsStr::from_bytes(path))) {
        Ok(known) if known.is_dir() => FileKind::Directory,
        Ok(known) if known.is_file() => FileKind::File,
        _ => FileKind::Missing,
    }
}

/// What is to be answered: status, `Location`, and body where it is known.
#[derive(Debug)]
struct Expected {
    status: u16,
    location: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
}

impl Expected {
    fn of(route: &Route<'_>, target: &RequestTarget<'_>, method: &[u8]) -> Self {
        let expected = |status, location, body| Self { status, location, body };
        if !route.allows(method) {
            return expected(405, None, None);
        }
        match route.outcome() {
            RouteOutcome::Proxy { backend } => {
                let target = route.backend_target(target);
                let parts = [backend.as_bytes(), route.uri(), route.args(), &*target];
                expected(200, None, Some(parts.join(&b'|')))
            }
            RouteOutcome::FastCgi { .. } => {
                let file = route.file().unwrap_or_default();
                let parts = [b"F=", &*file, b"\nQ=", route.args(), b"\nU=", route.uri(), b"\n"];
                expected(200, None, Some(parts.concat()))
            }
            RouteOutcome::File { path } => expected(200, None, Some(path.clone())),
            RouteOutcome::Redirect { status, location } => {
                expected(status.as_u16(), Some(location.clone()), None)
            }
            RouteOutcome::Refuse { status, .. } => expected(status.as_u16(), None, None),
            // There is no other; then nothing equals it.
            _ => expected(0, None, None),
        }
    }

    fn is(&self, answer: &Answer) -> bool {
        answer.status == self.status
            && answer.head.values("location").next() == self.location.as_deref()
            && self.body.as_ref().is_none_or(|body| answer.body == *body)
    }
}

fn target(random: &mut Random, host: &str) -> Vec<u8> {
    let mut target = some(random, PIECES, 4);
    if !target.starts_with(b"/") {
        target.insert(0, b'/');
    }
    if random.once_in(3) {
        target.extend_from_slice(b"?a=%2e&b#c");
    }
    // The host of an absolute URI chooses the server.
    match random.below(40) {
        0 => target = format!("http://{host}").into_bytes(),
        1 => target = format!("http://{host}?a%20#b").into_bytes(),
        2 => target = format!("http://{host}?").into_bytes(),
        3..6 => target = [b"http://", host.as_bytes(), &target].concat(),
        _ => {}
    }
    target
}

#[test]
fn requests_go_where_nginx_sends_them() -> Result<(), String> {
    let program = match Program::installed() {
        Ok(program) => program,
        Err(reason) => return skip("differential_routes", &reason),
    };
    let folder = Folder::new()?;
    for file in FILES {
        folder.write(file, folder.join(file).as_os_str().as_encoded_bytes())?;
    }
    let sites = sites(folder.path())?;
    let http = Backend::scripted(|received| {
        backend::answer(&[&received.body, received.head.word(1)].concat())
    })?;
    let fast_cgi = FastCgi::start()?;
    let addresses = [http.address().to_string(), fast_cgi.address().to_string()];
    let nginx = program.start(&config(&sites, &addresses[0], &addresses[1])?)?;
    let mut client = Client::new(Way::port(nginx.port("port")?));
    let (mut random, mut differences, mut asked) = (Random::new(7), Vec::new(), 0);
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..REQUESTS {
        let index = random.below(sites.len());
        let host = format!("c{index}.example");
        let bytes = target(&mut random, &host);
        let Ok(target) = RequestTarget::parse(&bytes, MergeSlashes::On) else { continue };
        let method = random.word(&["GET", "GET", "GET", "POST", "PUT", "COPY"]);
        let rest = format!(" HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
        let head = [method.as_bytes(), b" ", &bytes, rest.as_bytes()].concat();
        let answer = client.send(&head)?;
        asked += 1;
        let routes = &sites[index];
        let (route, explanation) = (routes.route(&target, kind), routes.explain(&target, kind));
        assert_eq!(explanation.route().outcome(), route.outcome());
        let expected = Expected::of(&route, &target, method.as_bytes());
        let kind = format!("{} {}", route.outcome().as_str(), expected.status);
        *outcomes.entry(kind).or_default() += 1;
        if !expected.is(&answer) {
            let (status, location) = (answer.status, answer.head.text("location"));
            let (shown, body) = (bytes.escape_ascii(), answer.body.escape_ascii());
            differences.push(format!(
                "{method} {shown} in\n{routes}\n  nginx {status} {location:?} {body}\n  \
                 ours  {expected:?}\n{explanation}"
            ));
        }
    }
    drop(client);
    nginx.end()?;
    println!("{outcomes:?}");
    none_differs("routes", asked, &differences);
    for outcome in ["fastcgi 200", "file 200", "proxy 200", "redirect 301", "refuse 403"] {
        assert!(outcomes.get(outcome).is_some_and(|count| *count > 50), "{outcome}");
    }
    Ok(())
}
