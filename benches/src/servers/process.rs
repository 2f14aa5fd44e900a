//! A server in a folder of its own, for as long as a measurement takes.

use std::env;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tuleap_front_benches::Fallible;

/// A folder that goes with this value.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Fallible<Self> {
        let path =
            env::temp_dir().join(format!("tuleap-front-bench-{}-{name}", std::process::id()));
        fs::create_dir_all(path.join("tmp"))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// A program in a process group of its own, all of which ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    /// Starts a program that will listen on a port; it does when this returns.
    pub(crate) fn start(command: &mut Command, port: u16) -> Fallible<Self> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Self { child: command.process_group(0).spawn()?, port };
        for _ in 0..2_000 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{command:?}: {status}").into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err(format!("{command:?} does not answer").into())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its workers.
    pub(crate) fn children(&self) -> Vec<u32> {
        let path = format!("/proc/{0}/task/{0}/children", self.id());
        let text = fs::read_to_string(path).unwrap_or_default();
        text.split_whitespace().filter_map(|child| child.parse().ok()).collect()
    }

    /// Asks it to end by a signal, and waits.
    pub(crate) fn end(mut self, signal: &str) -> Fallible<()> {
        send(self.id(), signal)?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("kill -s KILL -- -{}", self.id());
        Command::new("sh").args(["-c", &group]).stderr(Stdio::null()).status().ok();
        self.child.wait().ok();
    }
}

/// Sends a signal to a process.
pub(crate) fn send(process: u32, signal: &str) -> Fallible<()> {
    let script = format!("kill -{signal} {process}");
    match Command::new("sh").args(["-c", &script]).status()?.success() {
        true => Ok(()),
        false => Err(format!("cannot send {signal} to {process}").into()),
    }
}

/// Memory of a process that it shares with nobody, in KiB.
pub(crate) fn private_memory(process: u32) -> Fallible<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let lines = text.lines().filter(|line| line.starts_with("Private_"));
    Ok(lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum())
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> Fallible<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A request, the same for every server.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// Lines besides those of every request.
    lines: &'static [(&'static str, &'static str)],
}

impl Request {
    pub(crate) const ALL: &[Self] = &[
        Self { name: "GET", method: "GET", lines: &[] },
        Self {
            name: "COPY",
            method: "COPY",
            lines: &[(
                "Destination",
                "https://tuleap.example.com/svnplugin/project/!svn/txr/1234-ab/trunk/a%20b.txt",
            )],
        },
    ];

    /// Every line.
    pub(crate) fn lines(self) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
        LINES.iter().chain(self.lines)
    }
}

/// What a browser sends behind a load balancer.
const LINES: &[(&str, &str)] = &[
    ("Host", "tuleap.example.com"),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("Accept", "text/html,application/xhtml+xml"),
    ("Accept-Language", "en"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Cookie", "__Host-TULEAP_session_hash=1.0123456789abcdef"),
    ("X-Forwarded-For", "6.6.6.6, 203.0.113.9"),
    ("X-Forwarded-Proto", "https"),
];

/// Asks so many times over one connection.
pub(crate) fn ask(port: u16, request: Request, times: usize) -> Fallible<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let lines: String =
        request.lines().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!("{} / HTTP/1.1\r\n{lines}\r\n", request.method);
    let mut buffer = [0; 4096];
    for _ in 0..times {
        stream.write_all(request.as_bytes())?;
        // The answers are short and come in one piece.
        let length = stream.read(&mut buffer)?;
        let answer = buffer.get(..length).unwrap_or_default();
        if !answer.starts_with(b"HTTP/1.1 200") {
            return Err(String::from_utf8_lossy(answer).into_owned().into());
        }
    }
    Ok(())
}
