//! How the demo ends: `svn cp 'a b.txt' 'c d.txt'`, with the guide's lines and with ours.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::journal::Journal;
use super::svn::{run, svn};
use crate::server::certificate::Certificate;
use crate::server::folder::Folder;
use crate::server::nginx::{Config, Nginx, Program};
use crate::server::{Fallible, at};

const CONFIG: &str = include_str!("../../../examples/nginx/demo-copy.conf");
/// What is in the repository before.
pub(super) const SOURCE: &str = "a b.txt";
/// What must be in it afterwards.
pub(super) const TARGET: &str = "c d.txt";
/// What nginx makes of it with the guide's lines: its ticket 348.
pub(super) const WRONG_TARGET: &str = "c%20d.txt";

/// Our line.
pub(super) const OURS: &str = "tuleap_destination on;";
/// The guide's.
pub(super) const GUIDE: &str = "set $fixed_destination $http_destination;\n\
    if ($http_destination ~* ^https(.*)$) {\n    set $fixed_destination http$1;\n}\n\
    proxy_set_header Destination $fixed_destination;";

/// Two servers before one repository; they end with this value.
#[derive(Debug)]
pub(super) struct Copies {
    nginx: Nginx,
    folder: Folder,
    repository: PathBuf,
    destinations: Journal,
}

/// One copy.
#[derive(Debug)]
pub(super) struct Copy {
    /// The URL of the repository.
    pub(super) url: String,
    /// The `Destination` that the backend received.
    pub(super) destination: String,
    /// What was committed.
    pub(super) committed: Vec<String>,
}

impl Copies {
    /// Before the backend that listens there by http.
    pub(super) fn start(
        program: &Program,
        certificate: &Certificate,
        backend: u16,
        repository: &Path,
        destinations: Journal,
    ) -> Fallible<Self> {
        let config = Config::http(CONFIG)
            .with("chain", certificate.chain())
            .with("key", certificate.key())
            .with("backend", SocketAddr::from((Ipv4Addr::LOCALHOST, backend)))
            .with("ours", OURS)
            .with("guide", GUIDE);
        let nginx = program.start(&config)?;
        let repository = repository.to_owned();
        Ok(Self { nginx, folder: Folder::new()?, repository, destinations })
    }

    /// Copies it with the guide's lines, and with ours.
    pub(super) fn play(&mut self) -> Fallible<[Copy; 2]> {
        Ok([self.copy("port-guide")?, self.copy("port-ours")?])
    }

    fn copy(&mut self, place: &str) -> Fallible<Copy> {
        let url = format!("https://127.0.0.1:{}/svn", self.nginx.port(place)?);
        let [source, target] = [SOURCE, TARGET].map(|name| name.replace(' ', "%20"));
        let (source, target) = (format!("{url}/{source}"), format!("{url}/{target}"));
        run(svn(self.folder.path()).args(["copy", "-m", "a copy", &source, &target]))?;
        let destination = self.destinations.next_line()?;
        let committed = self.committed()?;
        Ok(Copy { url, destination, committed })
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
        self.nginx.quit()
    }
}
