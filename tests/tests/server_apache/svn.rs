//! Subversion through a front, with the module before and behind: a checkout, a commit, a copy.

use std::net::IpAddr;
use std::path::Path;
use std::process::Command;

use tuleap_front_tests::server::apache::{Apache, Config, Program};
use tuleap_front_tests::server::folder::Folder;
use tuleap_front_tests::server::wire::Wire;
use tuleap_front_tests::server::{Fallible, at};

use crate::{FEW, logged, with_module};

/// Where the client is, as the front sees it.
const CLIENT: [u8; 4] = [127, 0, 0, 9];

/// Runs a program that must succeed.
pub(crate) fn run(folder: &Path, program: &str, words: &[&str]) -> Fallible<String> {
    let mut command = Command::new(program);
    let output = command.args(words).current_dir(folder).env("LC_ALL", "C").output();
    let output = output.map_err(at(program))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}

/// It trusts the front, and lets nobody in but the client.
fn backend(program: &Program, mpm: &'static str, repository: &Path) -> Fallible<Apache> {
    let text = format!(
        "{FEW}Listen 127.0.0.1:@port@\nTuleapTrustedProxies 127.0.0.1\nTuleapClientIP On\n\
         TuleapRequireClient On\nCustomLog @folder@/access.log \"%a %{{c}}a %m %>s\"\n\
         <Location /svn>\nDAV svn\nSVNPath @repository@\nRequire ip 127.0.0.9\n</Location>\n"
    );
    let modules = ["dav", "dav_svn", "authz_svn", "authz_host"];
    let config = Config::new(text).mpm(mpm).modules(&modules);
    program.start(&config.with("repository", repository.display()))
}

fn front(program: &Program, mpm: &'static str, backend: u16) -> Fallible<Apache> {
    let text = format!(
        "{FEW}Listen 127.0.0.1:@port@\nTuleapClientIP On\nTuleapForwardedHeaders On\n\
         ProxyPreserveHost On\nProxyPass / http://127.0.0.1:@port-backend@/\n"
    );
    let config = Config::new(text).mpm(mpm).modules(&["proxy", "proxy_http"]);
    program.start(&config.with("port-backend", backend))
}

#[test]
fn a_working_copy_is_checked_out_changed_and_committed() -> Fallible<()> {
    with_module(|program| {
        for mpm in ["event", "prefork"] {
            let folder = Folder::new()?;
            run(folder.path(), "svnadmin", &["create", "repository"])?;
            // Apache's workers are somebody else where tests run as the superuser.
            run(folder.path(), "chmod", &["-R", "a+rwX", "repository"])?;
            let backend = backend(program, mpm, &folder.join("repository"))?;
            let front = front(program, mpm, backend.port("port")?)?;
            let to = ([127, 0, 0, 1], front.port("port")?).into();
            let wire = Wire::start(IpAddr::from(CLIENT), to)?;
            work(&folder, &format!("http://{}/svn", wire.address()))?;
            let lines = logged(&backend, 10)?;
            let others = lines.iter().filter(|line| !line.starts_with("127.0.0.9 127.0.0.1 "));
            assert_eq!(others.collect::<Vec<_>>(), [""; 0]);
            for method in ["OPTIONS", "PROPFIND", "REPORT", "PUT", "MERGE", "COPY"] {
                let is_it = |line: &&String| line.contains(&format!(" {method} 2"));
                assert!(lines.iter().any(|line| is_it(&line)), "{method}: {lines:?}");
            }
            drop(wire);
            front.stop()?;
            backend.stop()?;
        }
        Ok(())
    })
}

/// What one does with a repository.
fn work(folder: &Folder, url: &str) -> Fallible<()> {
    let svn = |words: &[&str]| -> Fallible<String> {
        let always = ["--non-interactive", "--no-auth-cache", "--config-dir", "config"];
        run(folder.path(), "svn", &[&always[..], words].concat())
    };
    svn(&["checkout", url, "copy"])?;
    folder.write("copy/hello.txt", "hello\n")?;
    svn(&["add", "copy/hello.txt"])?;
    svn(&["commit", "--message", "hello", "copy"])?;
    svn(&["update", "copy"])?;
    svn(&["copy", "copy/hello.txt", "copy/other.txt"])?;
    svn(&["commit", "--message", "a copy", "copy"])?;
    svn(&["checkout", url, "again"])?;
    let text = std::fs::read_to_string(folder.join("again/other.txt")).map_err(at("other.txt"))?;
    assert_eq!(text, "hello\n");
    let log = svn(&["log", "--quiet", url])?;
    assert!(log.contains("r2 |") && log.contains("r1 |"), "{log}");
    Ok(())
}

/// The rule of the backend is about the client: another one is not let in, and neither is one that
/// writes the header itself.
#[test]
fn another_client_is_not_let_in() -> Fallible<()> {
    use tuleap_front_tests::server::client::{Client, Way};
    with_module(|program| {
        let folder = Folder::new()?;
        run(folder.path(), "svnadmin", &["create", "repository"])?;
        run(folder.path(), "chmod", &["-R", "a+rwX", "repository"])?;
        let backend = backend(program, "event", &folder.join("repository"))?;
        let front = front(program, "event", backend.port("port")?)?;
        for (from, status) in [(CLIENT, 200), ([127, 0, 0, 8], 403)] {
            let way = Way::from_to(IpAddr::from(from), front.port("port")?);
            let lines = [("X-Forwarded-For", "127.0.0.9"), ("X-Real-IP", "127.0.0.9")];
            assert_eq!(Client::new(way).get("/svn/", &lines)?.status, status, "{from:?}");
        }
        front.stop()?;
        backend.stop_having_logged(&["client denied by server configuration"])
    })
}
