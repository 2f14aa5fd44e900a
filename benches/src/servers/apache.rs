//! Apache with nothing, with mod_remoteip and RequestHeader, and with the module.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tuleap_front_benches::Fallible;

use crate::instructions::{Counted, per_request};
use crate::load::{Load, Loaded};
use crate::nginx::backend;
use crate::process::{Folder, Request, Server, free_port};

/// Where Debian has the modules.
const MODULES: &str = "/usr/lib/apache2/modules";

const WAYS: &[(&str, &str)] = &[
    ("neither", ""),
    (
        "mod_remoteip, RequestHeader",
        "LoadModule remoteip_module @modules@/mod_remoteip.so\n\
         LoadModule headers_module @modules@/mod_headers.so\n\
         RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1 10.0.0.0/8\n\
         RequestHeader set X-Real-IP \"expr=%{REMOTE_ADDR}\"\n\
         RequestHeader set X-Forwarded-For \"expr=%{REMOTE_ADDR}\"\n\
         RequestHeader set X-Forwarded-Proto https\n\
         RequestHeader edit Destination ^https http early",
    ),
    (
        "mod_tuleap_front",
        "LoadModule tuleap_front_module @module@\n\
         TuleapTrustedProxies 127.0.0.1 10.0.0.0/8\nTuleapClientIP On\n\
         TuleapForwardedHeaders On\nTuleapDestination On",
    ),
];

/// What is measured of Apache.
pub(crate) struct Set {
    module: PathBuf,
}

impl Set {
    pub(crate) fn new(module: &Path) -> Self {
        Self { module: module.to_owned() }
    }

    /// Instructions of the front for a request that is passed on.
    pub(crate) fn instructions(&self, request: Request) -> Fallible<Vec<(&'static str, f64)>> {
        let backend = backend()?;
        let count = |way: &(&'static str, &str)| {
            let port = free_port()?;
            let folder = self.folder(*way, port, backend.1.port)?;
            // One process; the threads are valgrind's own to run in turn.
            let command =
                |valgrind: &mut Command| arguments(valgrind.arg(PROGRAM).arg("-X"), &folder);
            let server = Counted { folder: folder.path(), port, command: &command, signal: "TERM" };
            Ok((way.0, per_request(&server, request)?))
        };
        WAYS.iter().map(count).collect()
    }

    /// Requests a second, and the memory of the children.
    pub(crate) fn loads(&self, load: Load, request: Request) -> Fallible<Vec<Loaded>> {
        let backend = backend()?;
        let mut folders = Vec::new();
        let mut servers = Vec::new();
        for way in WAYS {
            let port = free_port()?;
            let folder = self.folder(*way, port, backend.1.port)?;
            let mut command = Command::new(PROGRAM);
            arguments(command.arg("-DFOREGROUND"), &folder);
            servers.push((way.0, Server::start(&mut command, port)?));
            folders.push(folder);
        }
        load.run(&servers, request)
    }

    /// A folder with the configuration of one way.
    fn folder(&self, way: (&str, &str), port: u16, backend: u16) -> Fallible<Folder> {
        let (name, lines) = way;
        let folder = Folder::new(&name.replace([' ', ','], "-"))?;
        let config = self.config(lines, &folder, port, backend);
        fs::write(folder.path().join("httpd.conf"), config)?;
        Ok(folder)
    }

    fn config(&self, lines: &str, folder: &Folder, port: u16, backend: u16) -> String {
        let lines = lines
            .replace("@modules@", MODULES)
            .replace("@module@", &self.module.display().to_string());
        let root = folder.path().display();
        let load: String = ["mpm_event", "authz_core", "proxy", "proxy_http"]
            .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
            .concat();
        format!(
            "ServerRoot {root}\nServerName tuleap.example.com\nListen 127.0.0.1:{port}\n\
             PidFile {root}/pid\nErrorLog {root}/error.log\nMutex pthread default\n\
             User nobody\nGroup nogroup\n{load}\
             StartServers 1\nServerLimit 1\nThreadsPerChild 25\nMaxRequestWorkers 25\n\
             MaxKeepAliveRequests 0\nKeepAliveTimeout 60\n{lines}\n\
             ProxyPreserveHost On\nProxyPass / http://127.0.0.1:{backend}/\n"
        )
    }
}

const PROGRAM: &str = "/usr/sbin/apache2";

fn arguments(command: &mut Command, folder: &Folder) {
    command.arg("-f").arg(folder.path().join("httpd.conf"));
}
