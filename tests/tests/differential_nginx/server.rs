//! A real nginx in a folder of its own, for as long as a test runs.

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// One server of the configuration: the directives of realip.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Site {
    pub(crate) trusted: Vec<String>,
    pub(crate) header: Option<String>,
    pub(crate) recursive: bool,
}

/// What the installed program is.
pub(crate) struct Program {
    /// Major, minor, patch.
    pub(crate) version: (u32, u32, u32),
}

impl Program {
    /// The nginx on the path, or why it cannot be used.
    pub(crate) fn find() -> Result<Self, String> {
        let output = Command::new("nginx").arg("-V").output();
        let output = output.map_err(|_| "nginx is not installed".to_owned())?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        if !text.contains("http_realip_module") {
            return Err("nginx was built without its realip module".to_owned());
        }
        let number = text.split_once("nginx/").map_or("", |(_, after)| after);
        let number = number.split([' ', '\n']).next().unwrap_or_default();
        let mut parts = number.split('.').map(str::parse);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) => {
                Ok(Self { version: (major, minor, patch) })
            }
            _ => Err(format!("nginx does not say its version: {text}")),
        }
    }
}

/// A running nginx; it ends with this value.
pub(crate) struct Nginx {
    child: Child,
    folder: PathBuf,
    pub(crate) port: u16,
    pub(crate) mapped_port: u16,
    pub(crate) has_ipv6: bool,
}

impl Nginx {
    /// Starts nginx with one server, `cN.example`, for each site.
    pub(crate) fn start(sites: &[Site]) -> Result<Self, String> {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("nginx-{}", std::process::id()));
        fs::create_dir_all(folder.join("tmp")).map_err(|error| error.to_string())?;
        let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
        let (port, mapped_port) = (free_port()?, free_port()?);
        let config = config(sites, &folder, port, has_ipv6.then_some(mapped_port));
        let path = folder.join("nginx.conf");
        fs::write(&path, config).map_err(|error| error.to_string())?;
        let child = Command::new("nginx")
            .arg("-p")
            .arg(&folder)
            .arg("-c")
            .arg(&path)
            .args(["-e", "error.log"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("nginx: {error}"))?;
        let mut nginx = Self { child, folder, port, mapped_port, has_ipv6 };
        nginx.wait()?;
        Ok(nginx)
    }

    /// The path of the local socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }

    fn wait(&mut self) -> Result<(), String> {
        for _ in 0..500 {
            if let Ok(Some(status)) = self.child.try_wait() {
                let log = fs::read_to_string(self.folder.join("error.log")).unwrap_or_default();
                return Err(format!("nginx ended with {status}: {log}"));
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err("nginx does not answer".to_owned())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A port that nobody listens on at the moment.
fn free_port() -> Result<u16, String> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

/// One process without privileges, which writes nothing outside its folder.
fn config(sites: &[Site], folder: &Path, port: u16, mapped_port: Option<u16>) -> String {
    let mut text = String::from(
        "daemon off; master_process off; pid nginx.pid; error_log error.log crit;\n\
         events { worker_connections 256; }\n\
         http {\n access_log off; default_type text/plain; server_names_hash_bucket_size 128;\n\
         keepalive_requests 1000000; large_client_header_buffers 8 64k;\n",
    );
    for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        let _ = writeln!(text, " {name}_temp_path tmp/{name};");
    }
    for (index, site) in sites.iter().enumerate() {
        let _ = write!(text, " server {{ server_name c{index}.example; listen 127.0.0.1:{port};");
        let _ = write!(text, " listen unix:{};", folder.join("s").display());
        if let Some(mapped_port) = mapped_port {
            // IPv4 clients of a dual-stack socket have IPv4-mapped addresses. What a socket is
            // can be said once.
            let kind = if index == 0 { " ipv6only=off" } else { "" };
            let _ = write!(text, " listen [::1]:{port}; listen [::]:{mapped_port}{kind};");
        }
        for entry in &site.trusted {
            let _ = write!(text, " set_real_ip_from {entry};");
        }
        if let Some(header) = &site.header {
            let _ = write!(text, " real_ip_header {header};");
        }
        let _ = write!(text, " real_ip_recursive {};", if site.recursive { "on" } else { "off" });
        text.push_str(
            " location / { return 200 \"$remote_addr\\n$remote_port\\n$realip_remote_addr\\n\
             $scheme\\n$proxy_add_x_forwarded_for\"; } }\n",
        );
    }
    text.push_str("}\n");
    text
}
