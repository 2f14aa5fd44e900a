//! How the demo ends: `svn cp 'a b.txt' 'c d.txt'`, with our line and without it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;

use super::backend::Backend;
use super::front::{Program, Server};
use super::journal::Journal;
use super::svn::{run, svn};
use crate::server::certificate::Certificate;
use crate::server::folder::Folder;
use crate::server::{Fallible, at};

/// What is in the repository before.
pub(super) const SOURCE: &str = "a b.txt";
/// What must be in it afterwards.
pub(super) const TARGET: &str = "c d.txt";

/// What the two servers are told, and what comes of it.
#[derive(Debug)]
pub(super) struct CopyTexts {
    /// The configuration, with places.
    pub(super) config: &'static str,
    /// Our line.
    pub(super) ours: &'static str,
    /// What is there without it.
    pub(super) beside_title: &'static str,
    pub(super) beside: &'static str,
    /// What is committed then; nothing where the backend refuses.
    pub(super) beside_commits: &'static [&'static str],
    pub(super) beside_note: &'static str,
}

/// Two servers before one repository; they end with this value.
#[derive(Debug)]
pub(super) struct Copies {
    server: Server,
    folder: Folder,
    repository: PathBuf,
    destinations: Journal,
}

/// One copy.
#[derive(Debug, Default)]
pub(super) struct Copy {
    /// The URL of the repository.
    pub(super) url: String,
    /// The `Destination` that the backend received.
    pub(super) destination: String,
    /// What was committed.
    pub(super) committed: Vec<String>,
    /// What svn says where it was refused.
    pub(super) refused: Option<String>,
}

impl Copies {
    /// Before the backend, by http.
    pub(super) fn start(
        program: &Program,
        certificate: &Certificate,
        backend: &Backend,
    ) -> Fallible<Self> {
        let texts = &program.texts().copies;
        let http = SocketAddr::from((Ipv4Addr::LOCALHOST, backend.http()?));
        let values = [
            ("chain", certificate.chain()),
            ("key", certificate.key()),
            ("backend", http.to_string()),
            ("ours", texts.ours.to_owned()),
            ("beside", texts.beside.to_owned()),
        ];
        let modules = &["proxy", "proxy_http", "socache_shmcb", "ssl"];
        let server = Server::start(program, texts.config, modules, &values)?;
        let (repository, destinations) = (backend.repository(), backend.destinations());
        Ok(Self { server, folder: Folder::new()?, repository, destinations })
    }

    /// Copies it without our line, and with it.
    pub(super) fn play(&mut self) -> Fallible<[Copy; 2]> {
        Ok([self.copy("port-beside")?, self.copy("port-ours")?])
    }

    fn copy(&mut self, place: &str) -> Fallible<Copy> {
        let url = format!("https://127.0.0.1:{}/svn", self.server.port(place)?);
        let [source, target] = [SOURCE, TARGET].map(|name| name.replace(' ', "%20"));
        let (source, target) = (format!("{url}/{source}"), format!("{url}/{target}"));
        let copied = run(svn(self.folder.path()).args(["copy", "-m", "a copy", &source, &target]));
        let destination = self.destinations.next_line()?;
        let committed = if copied.is_ok() { self.committed()? } else { Vec::new() };
        // The program names itself, and so does `run`.
        let refused = copied.err().map(|said| said.trim_start_matches("svn: ").to_owned());
        Ok(Copy { url, destination, committed, refused })
    }

    /// The paths that the last revision changed, as they are.
    fn committed(&self) -> Fallible<Vec<String>> {
        let mut svnlook = Command::new("svnlook");
        let output = svnlook.args(["changed"]).arg(&self.repository).env("LC_ALL", "C").output();
        let text = String::from_utf8_lossy(&output.map_err(at("svnlook"))?.stdout).into_owned();
        let path = |line: &str| line.split_at_checked(4).map(|(_, path)| path.to_owned());
        Ok(text.lines().filter_map(path).collect())
    }

    /// Ends the servers, every request finished and nothing in the error log.
    pub(super) fn stop(self) -> Fallible<()> {
        self.server.stop()
    }
}
