//! Copies and moves by Subversion over TLS that ends before httpd, with the module before and
//! behind; and who may make them.

use tuleap_front_tests::server::apache::{Apache, Config, Program};
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::folder::Folder;
use tuleap_front_tests::server::{Fallible, at};

use crate::svn::run;
use crate::{FEW, ask, logged, with_module};

const RIGHTS: &str = "[/]\n* = rw\n[/read-only]\n* = r\n[/hidden]\n* =\n";

/// A repository with `trunk/a b.txt`, and a folder each that may not be written and not be read.
fn repository(folder: &Folder) -> Fallible<()> {
    run(folder.path(), "svnadmin", &["create", "repository"])?;
    folder.write("rights", RIGHTS)?;
    let url = format!("file://{}", folder.join("repository").display());
    let folders = ["trunk", "read-only", "hidden"].map(|name| format!("{url}/{name}"));
    let [trunk, read_only, hidden] = folders.each_ref().map(String::as_str);
    run(folder.path(), "svn", &["mkdir", "--quiet", "--message", "m", trunk, read_only, hidden])?;
    folder.write("text", "text\n")?;
    for name in ["trunk/a%20b.txt", "hidden/secret.txt"] {
        let url = format!("{url}/{name}");
        run(folder.path(), "svn", &["import", "--quiet", "--message", "i", "text", &url])?;
    }
    run(folder.path(), "chmod", &["-R", "a+rwX", "repository"])?;
    Ok(())
}

/// httpd with Subversion, which reads the rights before it copies.
fn backend(program: &Program, mpm: &'static str, folder: &Folder, text: &str) -> Fallible<Apache> {
    let text = format!(
        "{FEW}Listen 127.0.0.1:@port@\n<VirtualHost *:@port@>\n{text}\n\
         CustomLog @folder@/access.log \"%m %>s %{{Destination}}i\"\n\
         <Location /svn>\nDAV svn\nSVNPath @repository@\nAuthzSVNAccessFile @rights@\n\
         </Location>\n</VirtualHost>\n"
    );
    let config = Config::new(text).mpm(mpm).modules(&["dav", "dav_svn", "authz_svn"]);
    let config = config.with("repository", folder.join("repository").display());
    program.start(&config.with("rights", folder.join("rights").display()))
}

/// It ends TLS.
fn front(
    program: &Program,
    mpm: &'static str,
    certificate: &Certificate,
    port: u16,
    text: &str,
) -> Fallible<Apache> {
    let text = format!(
        "{FEW}Listen 127.0.0.1:@port@\nSSLEngine On\nSSLCertificateFile {}\n\
         SSLCertificateKeyFile {}\nProxyPreserveHost On\n{text}\n\
         RequestHeader set X-Forwarded-Proto https\nProxyPass / http://127.0.0.1:@port-to@/\n",
        certificate.chain(),
        certificate.key()
    );
    let modules = ["ssl", "proxy", "proxy_http", "headers", "socache_shmcb"];
    let config = Config::new(text).mpm(mpm).modules(&modules).log_level("error");
    program.start(&config.with("port-to", port))
}

const ON: &str = "TuleapDestination On\n";
const SCHEME: &str = "TuleapTrustedProxies 127.0.0.1\nTuleapClientIP On\n";

/// What runs `svn` with a folder of its own for its settings.
struct Svn<'a> {
    folder: &'a Folder,
    url: String,
}

impl Svn<'_> {
    fn run(&self, words: &[&str]) -> Fallible<String> {
        let always = [
            "--non-interactive",
            "--no-auth-cache",
            "--config-dir",
            "config",
            "--trust-server-cert-failures",
            "unknown-ca,cn-mismatch,expired,not-yet-valid,other",
        ];
        run(self.folder.path(), "svn", &[words, &always[..]].concat())
    }

    /// `svn copy` or `svn move` of one place in the repository to another.
    fn place(&self, word: &str, from: &str, to: &str) -> Fallible<String> {
        let (from, to) = (format!("{}/{from}", self.url), format!("{}/{to}", self.url));
        self.run(&[word, "--message", word, &from, &to])
    }

    fn youngest(&self) -> Fallible<String> {
        run(self.folder.path(), "svnlook", &["youngest", "repository"])
    }

    fn tree(&self) -> Fallible<String> {
        run(self.folder.path(), "svnlook", &["tree", "--full-paths", "repository"])
    }
}

/// Rights are about the place that is copied to.
fn work(svn: &Svn<'_>) -> Fallible<()> {
    svn.place("copy", "trunk/a%20b.txt", "trunk/c%20d%25%2B%23.txt")?;
    svn.place("copy", "trunk", "branch%20%7Bx%7D")?;
    svn.place("move", "trunk/a%20b.txt", "trunk/moved%20%5B1%5D.txt")?;
    let tree = svn.tree()?;
    let expected = ["trunk/c d%+#.txt", "branch {x}/a b.txt", "trunk/moved [1].txt"];
    for path in expected {
        assert!(tree.lines().any(|line| line == path), "{path}:\n{tree}");
    }
    assert!(!tree.lines().any(|line| line == "trunk/a b.txt"), "{tree}");
    let before = (svn.youngest()?, tree);
    for (from, to) in [
        ("trunk/c%20d%25%2B%23.txt", "read-only/x.txt"),
        ("trunk/c%20d%25%2B%23.txt", "hidden/x.txt"),
        ("hidden/secret.txt", "trunk/x.txt"),
    ] {
        let refused = svn.place("copy", from, to);
        assert!(refused.as_ref().is_err_and(|said| said.contains("E")), "{to}: {refused:?}");
        assert_eq!((svn.youngest()?, svn.tree()?), before, "{from} {to}");
    }
    Ok(())
}

fn run_work(
    program: &Program,
    mpm: &'static str,
    (front_text, backend_text): (&str, &str),
) -> Fallible<Vec<String>> {
    let (folder, certificate) = (Folder::new()?, Certificate::new()?);
    repository(&folder)?;
    let backend = backend(program, mpm, &folder, backend_text)?;
    let front = front(program, mpm, &certificate, backend.port("port")?, front_text)?;
    let url = format!("https://localhost:{}/svn", front.port("port")?);
    work(&Svn { folder: &folder, url })?;
    let lines = logged(&backend, 10)?;
    front.stop()?;
    backend.end()?;
    Ok(lines)
}

#[test]
fn a_copy_that_is_allowed_is_made_and_one_that_is_denied_is_not() -> Fallible<()> {
    with_module(|program| {
        for mpm in ["event", "prefork"] {
            let both = format!("{SCHEME}{ON}");
            for texts in [(ON, ""), ("", both.as_str()), (ON, &both)] {
                let lines = run_work(program, mpm, texts)?;
                let copies: Vec<&String> =
                    lines.iter().filter(|line| line.starts_with("COPY ")).collect();
                assert!(
                    copies.iter().any(|line| line.starts_with("COPY 201 http://")),
                    "{lines:?}"
                );
                // What the backend did not allow is its answer, and not the module's.
                assert!(
                    copies.iter().any(|line| line.starts_with("COPY 403 http://")),
                    "{lines:?}"
                );
                assert!(!copies.iter().any(|line| line.contains("https:")), "{lines:?}");
            }
        }
        Ok(())
    })
}

/// As the README links it.
#[test]
fn the_example_is_accepted_and_right() -> Fallible<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/apache/subversion.conf");
    let example = std::fs::read_to_string(path).map_err(at(path))?;
    let replaced = [
        ("192.0.2.10", "127.0.0.1"),
        ("*:80", "*:@port@"),
        ("/var/lib/svn", "@repository@"),
        ("/etc/apache2/svn-rights", "@rights@"),
        ("${APACHE_LOG_DIR}/copies.log", "@folder@/access.log"),
    ];
    let example = replaced.iter().fold(example, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    with_module(|program| {
        let (folder, certificate) = (Folder::new()?, Certificate::new()?);
        repository(&folder)?;
        let text = format!("{FEW}Listen 127.0.0.1:@port@\n{example}");
        let config = Config::new(text).modules(&["dav", "dav_svn", "authz_svn"]);
        let config = config.with("repository", folder.join("repository").display());
        let backend = program.start(&config.with("rights", folder.join("rights").display()))?;
        let front = front(program, "event", &certificate, backend.port("port")?, "")?;
        let url = format!("https://localhost:{}/svn", front.port("port")?);
        work(&Svn { folder: &folder, url })?;
        let lines = logged(&backend, 10)?;
        let copy =
            |line: &&String| line.contains("\"COPY /svn") && line.contains("\" 201 rewrite -");
        assert!(lines.iter().any(|line| copy(&line)), "{lines:?}");
        front.stop()?;
        backend.end()
    })
}

/// Every attempt that is refused by the module leaves the repository as it was.
#[test]
fn what_is_refused_touches_no_repository() -> Fallible<()> {
    with_module(|program| {
        let folder = Folder::new()?;
        repository(&folder)?;
        let on = format!("{ON}<Location /svn>\nSVNAutoversioning On\n</Location>\n");
        let backend = backend(program, "event", &folder, &on)?;
        let svn = Svn { folder: &folder, url: String::new() };
        let before = (svn.youngest()?, svn.tree()?);
        let mut client = Client::new(Way::port(backend.port("port")?));
        for to in [
            "https://tuleap.example.com",
            "https://tuleap.example.com:443",
            "https:",
            "http:",
            "https:/svn/trunk/x",
            "https://other.example/svn/trunk/x",
            "https://tuleap.example.com/svn/trunk/x, https://tuleap.example.com/svn/y",
            "https://tuleap.example.com?/svn/trunk/x",
            "//tuleap.example.com/svn/trunk/x",
            "svn/trunk/x",
            "",
        ] {
            for word in ["COPY", "MOVE"] {
                let lines = [("Destination", to)];
                let answer = ask(&mut client, word, "/svn/trunk/a%20b.txt", &lines)?;
                assert!(matches!(answer.status, 400 | 502), "{word} {to}: {}", answer.status);
                assert_eq!(answer.text().lines().count(), 1, "{word} {to}: {}", answer.text());
                assert_eq!((svn.youngest()?, svn.tree()?), before, "{word} {to}");
            }
        }
        // The same request with a place on the site is heard.
        let lines = [("Destination", "https://tuleap.example.com/svn/trunk/x.txt")];
        let answer = ask(&mut client, "COPY", "/svn/trunk/a%20b.txt", &lines)?;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let lines = [("Destination", "https://tuleap.example.com/svn/read-only/x.txt")];
        let answer = ask(&mut client, "COPY", "/svn/trunk/a%20b.txt", &lines)?;
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(svn.tree()?.lines().any(|line| line == "trunk/x.txt"));
        backend.end()
    })
}
