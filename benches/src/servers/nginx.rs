//! nginx with nothing, with directives of its own, and with the module.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use tuleap_front_benches::Fallible;

use crate::instructions::{Counted, per_request};
use crate::load::{Load, Loaded};
use crate::process::{Folder, Request, Server, free_port, private_memory, send};

/// A way to find the client, to tell the backend, and to make a copy arrive.
struct Way {
    name: &'static str,
    is_module: bool,
    /// In `http`.
    http: &'static str,
    /// In `server`.
    server: &'static str,
    /// In `location`, before `proxy_pass`.
    location: &'static str,
}

const WAYS: &[Way] = &[
    Way { name: "neither", is_module: false, http: "", server: "", location: "" },
    Way {
        name: "realip, map, if, proxy_set_header",
        is_module: false,
        http: "map $http_x_forwarded_proto $proto { default http; https https; }",
        server: "set_real_ip_from 127.0.0.1; set_real_ip_from 10.0.0.0/8; \
                 real_ip_header X-Forwarded-For; real_ip_recursive on;",
        location: "proxy_set_header X-Real-IP $remote_addr; \
                   proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; \
                   proxy_set_header X-Forwarded-Proto $proto; \
                   set $fixed_destination $http_destination; \
                   if ($http_destination ~* ^https(.*)$) { set $fixed_destination http$1; } \
                   proxy_set_header Destination $fixed_destination;",
    },
    Way {
        name: "tuleap_front",
        is_module: true,
        http: "",
        server: "tuleap_trusted_proxies 127.0.0.1 10.0.0.0/8; tuleap_client_ip on; \
                 tuleap_forwarded_headers on; tuleap_destination on;",
        location: "",
    },
];

/// What is measured of nginx.
pub(crate) struct Set {
    module: PathBuf,
}

/// KiB of the master after so many reloads.
pub(crate) struct Reloaded {
    pub(crate) reloads: usize,
    pub(crate) early: u64,
    pub(crate) late: u64,
}

impl Set {
    pub(crate) fn new(module: &Path) -> Self {
        Self { module: module.to_owned() }
    }

    pub(crate) fn module(&self) -> &str {
        self.module.to_str().unwrap_or_default()
    }

    /// Instructions of the front for a request that is passed on.
    pub(crate) fn instructions(&self, request: Request) -> Fallible<Vec<(&'static str, f64)>> {
        let backend = backend()?;
        let count = |way: &Way| {
            let (folder, port) = (Folder::new("count")?, free_port()?);
            let text = self.config(way, &folder, port, backend.1.port, "master_process off;");
            let config = folder.path().join("nginx.conf");
            fs::write(&config, text)?;
            let command = |valgrind: &mut Command| arguments(valgrind.arg("nginx"), &config);
            let server = Counted { folder: folder.path(), port, command: &command, signal: "QUIT" };
            Ok((way.name, per_request(&server, request)?))
        };
        WAYS.iter().map(count).collect()
    }

    /// Requests a second and the memory of a worker.
    pub(crate) fn loads(&self, load: Load, request: Request) -> Fallible<Vec<Loaded>> {
        let backend = backend()?;
        let mut folders = Vec::new();
        let mut servers = Vec::new();
        for way in WAYS {
            let (folder, server) = self.start(way, backend.1.port)?;
            folders.push(folder);
            servers.push((way.name, server));
        }
        load.run(&servers, request)
    }

    /// Memory of the master while it reloads.
    pub(crate) fn reloads(&self, reloads: usize) -> Fallible<Reloaded> {
        let way = WAYS.last().ok_or("no way")?;
        let (_folder, server) = self.start(way, 1)?;
        let mut early = 0;
        for round in 0..reloads {
            let old = server.children();
            send(server.id(), "HUP")?;
            while server.children().iter().all(|child| old.contains(child)) {
                thread::sleep(Duration::from_millis(2));
            }
            if round == 20.min(reloads / 2) {
                early = private_memory(server.id())?;
            }
        }
        Ok(Reloaded { reloads, early, late: private_memory(server.id())? })
    }

    fn start(&self, way: &Way, backend: u16) -> Fallible<(Folder, Server)> {
        let (folder, port) = (Folder::new(&way.name.replace([' ', ','], "-"))?, free_port()?);
        let config = folder.path().join("nginx.conf");
        fs::write(&config, self.config(way, &folder, port, backend, "worker_processes 1;"))?;
        let mut command = Command::new("nginx");
        arguments(&mut command, &config);
        Ok((folder, Server::start(&mut command, port)?))
    }

    fn config(&self, way: &Way, folder: &Folder, port: u16, backend: u16, main: &str) -> String {
        let Way { http, server, location, .. } = way;
        let load = match way.is_module {
            true => format!("load_module {};", self.module()),
            false => String::new(),
        };
        let text = format!(
            "{http} upstream backend {{ server 127.0.0.1:{backend}; keepalive 32; \
             keepalive_requests 1000000000; }}\n\
             server {{ listen 127.0.0.1:{port}; keepalive_requests 1000000000; {server}\n\
             location / {{ {location} proxy_http_version 1.1; proxy_set_header Connection '';\n\
             proxy_set_header Host $host; proxy_pass http://backend; }} }}"
        );
        frame(folder, &load, main, &text)
    }
}

/// Another nginx that answers.
pub(crate) fn backend() -> Fallible<(Folder, Server)> {
    let (folder, port) = (Folder::new("backend")?, free_port()?);
    let config = folder.path().join("nginx.conf");
    let server = format!(
        "server {{ listen 127.0.0.1:{port}; keepalive_requests 1000000000; \
         location / {{ return 200 ok; }} }}"
    );
    fs::write(&config, frame(&folder, "", "worker_processes 1;", &server))?;
    let mut command = Command::new("nginx");
    arguments(&mut command, &config);
    Ok((folder, Server::start(&mut command, port)?))
}

fn arguments(command: &mut Command, config: &Path) {
    let folder = config.parent().unwrap_or(Path::new("."));
    command.arg("-p").arg(folder).arg("-c").arg(config).args(["-e", "error.log"]);
}

fn frame(folder: &Folder, load: &str, main: &str, http: &str) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path tmp/{name}; "))
        .concat();
    format!(
        "{load}\ndaemon off; {main} pid {}/nginx.pid; error_log error.log crit;\n\
         events {{ worker_connections 256; }}\nhttp {{ access_log off; {temporary}\n{http}\n}}\n",
        folder.path().display()
    )
}
