//! A real php-fpm.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;

use super::Fallible;
use super::folder::Folder;
use super::places::free_port;
use super::process::{self, Group, Process, signal, until};

const PROGRAM: &str = "php-fpm8.2";

/// A running php-fpm with one worker; it ends with this value.
#[derive(Debug)]
pub struct Fpm {
    process: Process,
    _group: Group,
    _folder: Folder,
    address: SocketAddr,
}

impl Fpm {
    /// Starts it; it answers when this returns.
    ///
    /// # Errors
    ///
    /// It is not installed, or does not start.
    pub fn start() -> Fallible<Self> {
        let (folder, port) = (Folder::new()?, free_port()?);
        let who = if process::is_root() { "user = www-data\ngroup = www-data\n" } else { "" };
        let text = format!(
            "[global]\nerror_log = {0}/error.log\ndaemonize = no\n[www]\n{who}\
             listen = 127.0.0.1:{port}\npm = static\npm.max_children = 1\n",
            folder.path().display()
        );
        let file = folder.write("fpm.conf", text)?;
        let program = process::which(Path::new(PROGRAM));
        let program = program.ok_or_else(|| format!("{PROGRAM} is not installed"))?;
        let mut command = Command::new(program);
        command.args(["--nodaemonize", "--fpm-config"]).arg(file);
        let mut process = Process::start(command, &folder.join("output.log"))?;
        let group = Group(process.id());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        until("the start of php-fpm", || match process.ended() {
            Some(status) => {
                let said = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
                Err(format!("{PROGRAM}: {status}\n{}{said}", process.printed()))
            }
            None => Ok(TcpStream::connect(address).ok().map(drop)),
        })?;
        Ok(Self { process, _group: group, _folder: folder, address })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it in good order.
    ///
    /// # Errors
    ///
    /// It ends badly.
    pub fn stop(mut self) -> Fallible<()> {
        signal(self.process.id(), "QUIT")?;
        let status = self.process.wait()?;
        if status.success() { Ok(()) } else { Err(format!("{PROGRAM}: {status}")) }
    }
}
