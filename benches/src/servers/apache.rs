//! Apache with nothing, with mod_remoteip and RequestHeader, and with the module.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tuleap_front_benches::Fallible;

use crate::load::{Load, Loaded};
use crate::process::{Folder, Server, free_port};

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
         RequestHeader set X-Forwarded-Proto https",
    ),
    (
        "mod_tuleap_front",
        "LoadModule tuleap_front_module @module@\n\
         TuleapTrustedProxies 127.0.0.1 10.0.0.0/8\nTuleapClientIP On\n\
         TuleapForwardedHeaders On",
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

    /// Requests a second for a small file, and the memory of the children.
    pub(crate) fn loads(&self, load: Load) -> Fallible<Vec<Loaded>> {
        let mut folders = Vec::new();
        let mut servers = Vec::new();
        for (name, lines) in WAYS {
            let (folder, port) = (Folder::new(&name.replace([' ', ','], "-"))?, free_port()?);
            fs::write(folder.path().join("index.html"), "ok")?;
            let config = folder.path().join("httpd.conf");
            fs::write(&config, self.config(lines, &folder, port))?;
            let mut command = Command::new("/usr/sbin/apache2");
            command.arg("-DFOREGROUND").arg("-f").arg(&config);
            servers.push((*name, Server::start(&mut command, port)?));
            folders.push(folder);
        }
        load.run(&servers)
    }

    fn config(&self, lines: &str, folder: &Folder, port: u16) -> String {
        let lines = lines
            .replace("@modules@", MODULES)
            .replace("@module@", &self.module.display().to_string());
        let root = folder.path().display();
        let load: String = ["mpm_event", "authz_core", "dir"]
            .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
            .concat();
        format!(
            "ServerRoot {root}\nServerName tuleap.example.com\nListen 127.0.0.1:{port}\n\
             PidFile {root}/pid\nErrorLog {root}/error.log\nMutex pthread default\n\
             User nobody\nGroup nogroup\n{load}\
             StartServers 1\nServerLimit 1\nThreadsPerChild 25\nMaxRequestWorkers 25\n\
             MaxKeepAliveRequests 0\nDocumentRoot {root}\n\
             <Directory {root}>\nRequire all granted\nDirectoryIndex index.html\n</Directory>\n\
             {lines}\n"
        )
    }
}
