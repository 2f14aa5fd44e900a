//! Everything that runs: a repository and a folder of files for each front, the backend twice,
//! and the fronts.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;

use tuleap_front_tests::server::apache::{self, Apache};
use tuleap_front_tests::server::certificate::Certificate;
use tuleap_front_tests::server::client::{Client, Way};
use tuleap_front_tests::server::folder::Folder;
use tuleap_front_tests::server::nginx::{self, Nginx, has_ipv6};
use tuleap_front_tests::server::{Fallible, at};

use crate::front::Front;
use crate::{names, svn};

/// Passwords are `secret`.
const USERS: &str =
    "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\nbob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n";
/// Everybody may do everything, but for two folders.
const ACCESS: &str = "[/]\n* = rw\n[/closed]\n* = r\n[/hidden]\n* =\n";
const DAV: &[&str] = &[
    "alias",
    "auth_basic",
    "authn_core",
    "authn_file",
    "authz_user",
    "dav",
    "dav_fs",
    "dav_svn",
    "authz_svn",
    "dir",
];
const PROXY: &[&str] = &["proxy", "proxy_http", "socache_shmcb", "ssl"];

/// It ends with this value.
#[derive(Debug)]
pub(crate) struct Rig {
    guide: Option<Nginx>,
    nginx: Option<Nginx>,
    apache: Option<Apache>,
    backend: Apache,
    backend_with_module: Option<Apache>,
    folder: Folder,
    certificate: Certificate,
}

/// A front as a client finds it, and what only a test sees.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) front: Front,
    pub(crate) port: u16,
    /// A port where nobody does anything about `Destination`.
    pub(crate) helpless: Option<u16>,
    /// Ports whose configurations differ in what the backend is sent as `Host`, by name.
    pub(crate) doors: Vec<(&'static str, u16)>,
    pub(crate) repository: PathBuf,
    pub(crate) files: PathBuf,
    /// The access log of the backend.
    pub(crate) log: PathBuf,
    /// For working copies and the like.
    pub(crate) folder: Folder,
}

impl Site {
    /// The origin, such as `https://localhost:12345`.
    pub(crate) fn origin(&self) -> String {
        self.origin_of(self.port)
    }

    /// The origin of a door.
    pub(crate) fn origin_of(&self, port: u16) -> String {
        format!("{}://localhost:{port}", self.front.scheme())
    }

    /// A client of any bytes.
    pub(crate) fn client(&self) -> Client {
        self.client_of(self.port)
    }

    /// A client of a door.
    pub(crate) fn client_of(&self, port: u16) -> Client {
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Client::new(match self.front {
            Front::Baseline => Way::Tcp { from: None, to },
            _ => Way::Tls { from: None, to },
        })
    }
}

impl Rig {
    /// Sets up what these fronts need.
    pub(crate) fn start(fronts: &[Front]) -> Fallible<Self> {
        let folder = Folder::new()?;
        folder.write("users", USERS)?;
        folder.write("access", ACCESS)?;
        fill(&folder, fronts)?;
        let certificate = Certificate::of("localhost")?;
        let has = |front| fronts.contains(&front);
        let backend = backend(&apache::Program::installed()?, &folder, "")?;
        let plain = backend.port("port")?;
        let backend_with_module = match has(Front::Backend) {
            true => Some(self::backend(
                &apache::Program::under_test()?,
                &folder,
                "TuleapTrustedProxies 127.0.0.1\nTuleapClientIP On\nTuleapDestination On",
            )?),
            false => None,
        };
        let ours = backend_with_module.as_ref().map_or(Ok(plain), |apache| apache.port("port"))?;
        let nginx = |program: nginx::Program, text: &str| {
            let config = nginx::Config::http(with_doors(text))
                .with("backend", SocketAddr::from((Ipv4Addr::LOCALHOST, plain)))
                .with("backend-with-module", SocketAddr::from((Ipv4Addr::LOCALHOST, ours)))
                .with("chain", certificate.chain())
                .with("key", certificate.key());
            program.start(&config)
        };
        let guide = match has(Front::Guide) || has(Front::Backend) {
            true => Some(nginx(nginx::Program::installed()?, include_str!("conf/guide.conf"))?),
            false => None,
        };
        let with_module = match has(Front::Nginx) {
            true => Some(nginx(nginx::Program::under_test()?, include_str!("conf/nginx.conf"))?),
            false => None,
        };
        let apache = match has(Front::Apache) {
            true => Some(apache_front(&certificate, plain)?),
            false => None,
        };
        Ok(Self {
            guide,
            nginx: with_module,
            apache,
            backend,
            backend_with_module,
            folder,
            certificate,
        })
    }

    /// One front.
    pub(crate) fn site(&self, front: Front) -> Fallible<Site> {
        let none = || format!("{} does not run", front.name());
        let port = match front {
            Front::Baseline => self.backend.port("port"),
            Front::Guide => self.guide.as_ref().ok_or_else(none)?.port("port"),
            Front::Backend => self.guide.as_ref().ok_or_else(none)?.port("port-untouched"),
            Front::Nginx => self.nginx.as_ref().ok_or_else(none)?.port("port"),
            Front::Apache => self.apache.as_ref().ok_or_else(none)?.port("port"),
        }?;
        let backend = match front {
            Front::Backend => self.backend_with_module.as_ref().ok_or_else(none)?,
            _ => &self.backend,
        };
        let mut doors = vec![("host-of-the-client", port)];
        match front {
            Front::Nginx => {
                let nginx = self.nginx.as_ref().ok_or_else(none)?;
                doors.push(("host-without-port", nginx.port("port-host")?));
            }
            Front::Apache => {
                let apache = self.apache.as_ref().ok_or_else(none)?;
                doors.push(("host-of-the-backend", apache.port("port-host")?));
            }
            Front::Baseline | Front::Guide | Front::Backend => {}
        }
        let helpless = match front {
            Front::Guide => Some(self.guide.as_ref().ok_or_else(none)?.port("port-helpless")?),
            _ => None,
        };
        Ok(Site {
            front,
            port,
            helpless,
            doors,
            repository: self.folder.join("repositories").join(front.name()),
            files: self.folder.join("files").join(front.name()),
            log: backend.folder().join("access.log"),
            folder: Folder::new()?,
        })
    }

    /// The port of the backend without our module.
    pub(crate) fn plain(&self) -> Fallible<u16> {
        self.backend.port("port")
    }

    /// That of the fronts.
    pub(crate) const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Ends everything in good order.
    pub(crate) fn stop(self) -> Fallible<()> {
        let fronts = [self.guide, self.nginx].into_iter().flatten();
        let mut results: Vec<Fallible<()>> = fronts.map(Nginx::quit).collect();
        let apaches = [self.apache, self.backend_with_module, Some(self.backend)];
        results.extend(apaches.into_iter().flatten().map(Apache::end));
        results.into_iter().collect()
    }
}

/// The repositories, all copies of one, and the folders for files.
fn fill(folder: &Folder, fronts: &[Front]) -> Fallible<()> {
    let tree = folder.join("tree");
    for (path, text) in svn::template().into_iter().chain(names::template()) {
        folder.write(&format!("tree/{path}"), text)?;
    }
    let template = folder.join("template");
    run(Command::new("svnadmin").arg("create").arg(&template))?;
    let mut import = Command::new("svn");
    import.args(["import", "--quiet", "--no-ignore", "--message", "template", "--config-dir"]);
    import.arg(folder.join("config")).arg(&tree).arg(format!("file://{}", template.display()));
    run(import.env("LC_ALL", "C.UTF-8"))?;
    fs::create_dir_all(folder.join("repositories")).map_err(at("repositories"))?;
    for front in fronts {
        let repository = folder.join("repositories").join(front.name());
        run(Command::new("cp").arg("-r").arg(&template).arg(&repository))?;
        // Within a process, Subversion takes repositories of one UUID for one.
        run(Command::new("svnadmin").arg("setuuid").arg(&repository))?;
        for path in ["file.txt", "bad/source.txt", "bad/target.txt", "bad/folder/other.txt"] {
            folder.write(&format!("files/{}/{path}", front.name()), path)?;
        }
    }
    // Apache's workers are somebody else where tests run as the superuser.
    run(Command::new("chmod").args(["-R", "a+rwX"]).arg(folder.path()))
}

fn backend(program: &apache::Program, folder: &Folder, module: &str) -> Fallible<Apache> {
    let config = apache::Config::new(listening(include_str!("conf/backend.conf")))
        .modules(DAV)
        .with("rig", folder.path().display())
        .with("module", module)
        .with("repositories", folder.join("repositories").display())
        .with("files", folder.join("files").display());
    program.start(&config)
}

fn apache_front(certificate: &Certificate, backend: u16) -> Fallible<Apache> {
    let config = apache::Config::new(listening(include_str!("conf/apache.conf")))
        .modules(PROXY)
        // About certificates that nobody signed, mod_ssl has warnings.
        .log_level("error")
        .with("chain", certificate.chain())
        .with("key", certificate.key())
        .with("backend", SocketAddr::from((Ipv4Addr::LOCALHOST, backend)));
    apache::Program::under_test()?.start(&config)
}

/// Apache listens on IPv6 too, where there is IPv6.
fn listening(text: &str) -> String {
    let more = if has_ipv6() { "\nListen [::1]:@port@" } else { "" };
    text.replace("@listen@", &format!("Listen 127.0.0.1:@port@{more}"))
}

/// nginx does so.
fn with_doors(text: &str) -> String {
    let listen = |place: &str| {
        let more = format!(" listen [{}]:@{place}@ ssl;", Ipv6Addr::LOCALHOST);
        let more = if has_ipv6() { more } else { String::new() };
        format!("listen 127.0.0.1:@{place}@ ssl;{more}")
    };
    text.replace("@listen@", &listen("port"))
        .replace("@listen-host@", &listen("port-host"))
        .replace("@listen-untouched@", &listen("port-untouched"))
        .replace("@listen-helpless@", &listen("port-helpless"))
}

/// Runs a program that must succeed, and returns what it prints.
pub(crate) fn output(command: &mut Command) -> Fallible<String> {
    let name = command.get_program().display().to_string();
    let output = command.env("LC_ALL", "C.UTF-8").output().map_err(at(&name))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(if said.is_empty() { format!("{name}: {}", output.status) } else { said })
        }
    }
}

/// The same without what it prints.
pub(crate) fn run(command: &mut Command) -> Fallible<()> {
    output(command).map(drop)
}

/// What happened in a repository after a revision, as lines `A path < source`: svnlook's letters,
/// the path, and what it is a copy of. In order, with each path as it is, byte for byte.
pub(crate) fn changes(repository: &Path, after: u64) -> Fallible<Vec<String>> {
    let mut changes = Vec::new();
    for revision in after + 1..=youngest(repository)? {
        let mut svnlook = Command::new("svnlook");
        svnlook.args(["changed", "--copy-info", "--revision", &revision.to_string()]);
        for line in output(svnlook.arg(repository))?.lines() {
            match line.strip_prefix("    (from ").and_then(|rest| rest.rsplit_once(":r")) {
                Some((source, _)) => {
                    if let Some(last) = changes.last_mut() {
                        *last = format!("{last} < {source}");
                    }
                }
                None => {
                    let (letters, path) = line.split_at_checked(4).unwrap_or((line, ""));
                    let letters = letters.replace(['+', ' '], "");
                    changes.push(format!("{letters} {path}"));
                }
            }
        }
    }
    changes.sort();
    Ok(changes)
}

/// The number of the last revision.
pub(crate) fn youngest(repository: &Path) -> Fallible<u64> {
    let text = output(Command::new("svnlook").arg("youngest").arg(repository))?;
    text.trim().parse().map_err(at("svnlook youngest"))
}
