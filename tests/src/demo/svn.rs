//! The program `svn` as a client of the front.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

use super::load_balancer;
use super::stories::STRANGER;
use crate::server::backend::Backend as LoadBalancer;
use crate::server::folder::Folder;
use crate::server::wire::Wire;
use crate::server::{Fallible, at};

/// Who is behind the load balancer.
const CLIENT: &str = "203.0.113.9";
const FILE: &str = "hello.txt";
const TEXT: &str = "hello\n";

/// What one client does, and who it must be for the front and for the backend.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) title: &'static str,
    pub(super) who: &'static str,
    pub(super) client: String,
    pub(super) kind: &'static str,
    /// Arguments of `svn`.
    pub(super) commands: Vec<Vec<String>>,
    /// Before the commands, a file is written into the working copy.
    pub(super) writes: bool,
    /// After the commands, it is in the other one.
    pub(super) finds: bool,
}

/// Its folder and the ways to the front; they end with this value.
#[derive(Debug)]
pub(super) struct Svn {
    folder: Folder,
    wire: Wire,
    load_balancer: LoadBalancer,
}

impl Svn {
    /// To the two ports of the front.
    pub(super) fn new(http: u16, https: u16) -> Fallible<Self> {
        let https = SocketAddr::from((Ipv4Addr::LOCALHOST, https));
        let wire = Wire::start(IpAddr::from(STRANGER), https)?;
        let load_balancer = load_balancer::start(CLIENT, http)?;
        Ok(Self { folder: Folder::new()?, wire, load_balancer })
    }

    /// A client behind the load balancer checks out and commits, and a direct one sees it.
    pub(super) fn sessions(&self) -> [Session; 3] {
        let behind = format!("http://{}/svn", self.load_balancer.address());
        let direct = format!("https://{}/svn", self.wire.address());
        let commands = |commands: &[&[&str]]| {
            commands.iter().map(|words| words.iter().map(ToString::to_string).collect()).collect()
        };
        let session = |title, commands| Session {
            title,
            who: "behind a load balancer that ends TLS",
            client: CLIENT.to_owned(),
            kind: "forwarded",
            commands,
            ..Session::default()
        };
        [
            session("svn checkout", commands(&[&["checkout", &behind, "copy"]])),
            Session {
                writes: true,
                ..session(
                    "svn add and commit",
                    commands(&[&["add", "copy/hello.txt"], &["commit", "-m", "hello", "copy"]]),
                )
            },
            Session {
                who: "a stranger, over https",
                client: STRANGER.to_string(),
                kind: "direct",
                finds: true,
                ..session(
                    "svn checkout by somebody else",
                    commands(&[&["checkout", &direct, "other"]]),
                )
            },
        ]
    }

    /// Runs the commands.
    pub(super) fn play(&self, session: &Session) -> Fallible<()> {
        if session.writes {
            self.folder.write(&format!("copy/{FILE}"), TEXT)?;
        }
        for words in &session.commands {
            run(svn(self.folder.path()).args(words))?;
        }
        let found = fs::read(self.folder.join("other").join(FILE));
        if session.finds && !found.is_ok_and(|bytes| bytes == TEXT.as_bytes()) {
            return Err("what was committed has not arrived".to_owned());
        }
        Ok(())
    }
}

/// The program, in this folder, where it keeps what it remembers.
pub(super) fn svn(folder: &Path) -> Command {
    let mut svn = Command::new("svn");
    svn.current_dir(folder).env("LC_ALL", "C");
    svn.args(["--non-interactive", "--no-auth-cache", "--config-dir", "config"]);
    svn.arg("--trust-server-cert-failures=unknown-ca,cn-mismatch");
    svn
}

/// Runs a program that must succeed.
pub(super) fn run(command: &mut Command) -> Fallible<()> {
    let name = command.get_program().display().to_string();
    let output = command.output().map_err(at(&name))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}
