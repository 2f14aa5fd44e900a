//! What stands behind the front: an Apache with a Subversion repository, and with a page that
//! shows what was sent.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;

use super::copies::SOURCE;
use super::journal::Journal;
use super::svn::run;
use crate::server::Fallible;
use crate::server::apache::{Apache, Config, Program};
use crate::server::backend::Backend as Mirror;
use crate::server::certificate::Certificate;
use crate::server::folder::Folder;

const CONFIG: &str = include_str!("../../../examples/apache/demo-backend.conf");
const MODULES: &[&str] =
    &["dav", "dav_svn", "headers", "proxy", "proxy_http", "socache_shmcb", "ssl"];

/// A running backend; it ends with this value.
#[derive(Debug)]
pub(super) struct Backend {
    apache: Apache,
    access: Journal,
    _mirror: Mirror,
    folder: Folder,
}

impl Backend {
    pub(super) fn start(program: &Program, certificate: &Certificate) -> Fallible<Self> {
        let mirror = Mirror::start()?;
        let folder = Folder::new()?;
        let repository = folder.join("repository");
        run(Command::new("svnadmin").arg("create").arg(&repository))?;
        let file = folder.write("file", "a b\n")?;
        let url = format!("file://{}/{}", repository.display(), SOURCE.replace(' ', "%20"));
        run(Command::new("svnmucc").args(["-m", "a file", "put"]).arg(file).arg(url))?;
        // Apache is somebody else where this runs as root.
        run(Command::new("chmod").args(["-R", "a+rwX"]).arg(&repository))?;
        let config = Config::new(CONFIG)
            .modules(MODULES)
            // About certificates that nobody signed, mod_ssl has warnings.
            .log_level("error")
            .with("chain", certificate.chain())
            .with("key", certificate.key())
            .with("mirror", mirror.address())
            .with("repository", repository.display());
        let apache = program.start(&config)?;
        let access = Journal::new(apache.folder().join("access.log"));
        Ok(Self { apache, access, _mirror: mirror, folder })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> Fallible<SocketAddr> {
        Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, self.apache.port("port")?)))
    }

    /// The port by http.
    pub(super) fn http(&self) -> Fallible<u16> {
        self.apache.port("port-http")
    }

    /// Where the repository is.
    pub(super) fn repository(&self) -> PathBuf {
        self.folder.join("repository")
    }

    /// The `Destination` of each COPY.
    pub(super) fn destinations(&self) -> Journal {
        Journal::new(self.apache.folder().join("copies.log"))
    }

    /// What was logged since the last time; a line begins with the address that the front named.
    pub(super) fn logged(&mut self) -> Vec<String> {
        self.access.new_lines()
    }

    /// Ends it, every request finished and nothing in its error log.
    pub(super) fn stop(self) -> Fallible<()> {
        self.apache.stop()
    }
}
