//! A real nginx.

use std::net::{Ipv6Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::folder::Folder;
use super::log::Log;
use super::places::Places;
use super::process::{self, Group, Process, children, is_there, signal, until};
use super::{Fallible, at};

/// An nginx, and the module to be loaded into it.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    module: Option<PathBuf>,
    /// The options it was built with.
    options: String,
    /// Major, minor, patch.
    pub version: (u32, u32, u32),
}

impl Program {
    /// The nginx on the path, with its realip module and without ours.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn installed() -> Fallible<Self> {
        Self::at("nginx".into(), None)
    }

    /// The nginx and the module that the environment names.
    ///
    /// # Errors
    ///
    /// Why they cannot be used.
    pub fn under_test() -> Fallible<Self> {
        let program = std::env::var_os("TULEAP_FRONT_NGINX").unwrap_or_else(|| "nginx".into());
        match std::env::var_os("TULEAP_FRONT_NGINX_MODULE") {
            Some(module) => Self::with(program.into(), module.into()),
            None => Err("TULEAP_FRONT_NGINX_MODULE names no module".to_owned()),
        }
    }

    /// This nginx with this module, or with the one that is part of it: `static`.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn with(program: PathBuf, module: PathBuf) -> Fallible<Self> {
        if module.as_os_str() == "static" {
            return Self::at(program, None);
        }
        let absolute = std::path::absolute(&module).map_err(at(module.display()))?;
        Self::at(program, Some(absolute))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same nginx without our module, where it is not part of the program.
    #[must_use]
    pub fn stock(&self) -> Self {
        Self { module: None, ..self.clone() }
    }

    /// Was it built with this module of nginx's?
    #[must_use]
    pub fn has(&self, module: &str) -> bool {
        self.options.contains(module)
    }

    fn at(program: PathBuf, module: Option<PathBuf>) -> Fallible<Self> {
        // To replace itself, nginx runs the program by the name that it was run by.
        let path = process::which(&program).unwrap_or(program);
        let output = Command::new(&path).arg("-V").output();
        let output = output.map_err(|_| format!("{} is not installed", path.display()))?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        if !text.contains("http_realip_module") {
            return Err("nginx was built without its realip module".to_owned());
        }
        let number = text.split_once("nginx/").map_or("", |(_, after)| after);
        let number = number.split([' ', '\n']).next().unwrap_or_default();
        let mut parts = number.split('.').map(str::parse);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) => {
                Ok(Self { path, module, options: text, version: (major, minor, patch) })
            }
            _ => Err(format!("nginx does not say its version: {text}")),
        }
    }

    /// `nginx -t`: is the configuration accepted, and what is said about it?
    ///
    /// # Errors
    ///
    /// It cannot be asked.
    pub fn check(&self, config: &Config) -> Fallible<Checked> {
        let folder = Folder::new()?;
        let mut places = config.places(folder.path());
        let file = self.write(&folder, config, &mut places)?;
        let output = self.command(&folder, &file).arg("-t").output().map_err(at("nginx"))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Checked { is_accepted: output.status.success(), said })
    }

    /// Starts it; it answers when this returns.
    ///
    /// # Errors
    ///
    /// What nginx says against the configuration.
    pub fn start(&self, config: &Config) -> Fallible<Nginx> {
        let folder = Folder::new()?;
        let mut places = config.places(folder.path());
        let file = self.write(&folder, config, &mut places)?;
        let output = folder.join("output.log");
        let log = Log::new(folder.join("error.log"), ROUTINE);
        let mut start = Process::start(self.command(&folder, &file), &output)?;
        let status = start.wait()?;
        if !status.success() {
            return Err(format!("nginx: {status}\n{}{}", start.printed(), log.lines().join("\n")));
        }
        let master = until("the start of nginx", || Ok(master(&folder).ok()))?;
        let workers = config.workers;
        let (program, group) = (self.clone(), Group(master));
        let nginx = Nginx { program, _group: group, folder, places, log, workers };
        until("workers", || Ok((nginx.workers().len() >= workers).then_some(())))?;
        Ok(nginx)
    }

    fn command(&self, folder: &Folder, file: &Path) -> Command {
        let mut command = process::command(&self.path, folder.path());
        command.arg("-p").arg(folder.path()).arg("-c").arg(file);
        if self.version >= (1, 19, 5) {
            command.arg("-e").arg(folder.join("error.log"));
        }
        command
    }

    fn write(&self, folder: &Folder, config: &Config, places: &mut Places) -> Fallible<PathBuf> {
        for name in ["tmp", "html"] {
            let path = folder.join(name);
            std::fs::create_dir_all(&path).map_err(at(path.display()))?;
        }
        let text = places.fill(&config.text(self.module.as_deref()))?;
        folder.write("nginx.conf", text)
    }
}

/// The answer of `nginx -t`.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Would it start?
    pub is_accepted: bool,
    /// Everything it said.
    pub said: String,
}

/// What a start and an end say at the level `notice`.
const ROUTINE: &[&str] = &["[notice]", "[info]", "[debug]"];

/// A configuration. Texts have places, see [`Places`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Directives outside of `http`, after `load_module`.
    pub main: String,
    /// Directives in `http`.
    pub http: String,
    /// Worker processes.
    pub workers: usize,
    /// This and what is more serious is logged.
    pub log_level: &'static str,
    values: Vec<(String, String)>,
}

impl Config {
    /// Directives in `http`; one worker, warnings and errors in the log.
    #[must_use]
    pub fn http(http: impl Into<String>) -> Self {
        let (main, http) = (String::new(), http.into());
        Self { main, http, workers: 1, log_level: "warn", values: Vec::new() }
    }

    /// The same with a value for a place.
    #[must_use]
    pub fn with(mut self, place: &str, value: impl ToString) -> Self {
        self.values.push((place.to_owned(), value.to_string()));
        self
    }

    fn places(&self, folder: &Path) -> Places {
        let mut places = Places::new(folder);
        self.values.iter().for_each(|(name, value)| places.set(name, value));
        places
    }

    /// It writes nothing outside of its folder.
    fn text(&self, module: Option<&Path>) -> String {
        let Self { main, http, workers, log_level, .. } = self;
        let load = module.map(|path| format!("load_module {};", path.display()));
        let load = load.unwrap_or_default();
        let user = if process::is_root() { "user root;" } else { "" };
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|name| format!("{name}_temp_path tmp/{name}; "))
            .collect();
        format!(
            "{load}\npid @folder@/nginx.pid; {user} env ASAN_OPTIONS;\n\
             worker_processes {workers}; error_log @folder@/error.log {log_level};\n{main}\n\
             events {{ worker_connections 1024; }}\n\
             http {{\naccess_log off; {temporary}\n{http}\n}}\n"
        )
    }
}

/// A running nginx; it ends with this value.
#[derive(Debug)]
pub struct Nginx {
    program: Program,
    _group: Group,
    folder: Folder,
    places: Places,
    workers: usize,
    /// Its error log.
    pub log: Log,
}

impl Nginx {
    /// The port of a place.
    ///
    /// # Errors
    ///
    /// The configuration has no such place.
    pub fn port(&self, place: &str) -> Fallible<u16> {
        self.places.port(place)
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The process that leads at the moment.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn master(&self) -> Fallible<u32> {
        master(&self.folder)
    }

    /// Its workers, also those that are about to end.
    #[must_use]
    pub fn workers(&self) -> Vec<u32> {
        self.master().map(children).unwrap_or_default()
    }

    /// `nginx -s reload`; returns when new workers are there. Old ones may still finish requests.
    ///
    /// # Errors
    ///
    /// What nginx says against the configuration.
    pub fn reload(&self) -> Fallible<()> {
        let (old, faults) = (self.workers(), self.log.with("[emerg]").len());
        signal(self.master()?, "HUP")?;
        until("new workers", || {
            if let Some(fault) = self.log.with("[emerg]").get(faults) {
                return Err(fault.clone());
            }
            let new = self.workers().into_iter().filter(|worker| !old.contains(worker)).count();
            Ok((new >= self.workers).then_some(()))
        })
    }

    /// The same with another configuration; places keep their values.
    ///
    /// # Errors
    ///
    /// What nginx says against the configuration.
    pub fn reload_with(&mut self, config: &Config) -> Fallible<()> {
        for (name, value) in &config.values {
            self.places.set(name, value);
        }
        self.workers = config.workers;
        self.program.write(&self.folder, config, &mut self.places)?;
        self.reload()
    }

    /// Replaces the running program by the one in its place: the new one serves, the old one
    /// finishes its requests and ends.
    ///
    /// # Errors
    ///
    /// The new one does not start.
    pub fn upgrade(&self) -> Fallible<()> {
        let old = self.master()?;
        signal(old, "USR2")?;
        until("the new program", || {
            let new = self.master().ok().filter(|new| *new != old);
            Ok(new.filter(|new| children(*new).len() >= self.workers))
        })?;
        signal(old, "QUIT")
    }

    /// `nginx -s quit`: waits until every request is finished and every process has ended. The
    /// error log must be empty.
    ///
    /// # Errors
    ///
    /// It ended badly, valgrind or a sanitizer found something, or something is in the log.
    pub fn quit(self) -> Fallible<()> {
        self.quit_having_logged(&[])
    }

    /// The same where the error log must hold lines with these texts, all of them and no others.
    ///
    /// # Errors
    ///
    /// As for [`Self::quit`].
    pub fn quit_having_logged(self, texts: &[&str]) -> Fallible<()> {
        let log = self.log.clone();
        // The log is in the folder.
        let _folder = self.finish()?;
        log.holds_only(texts)
    }

    /// The same whatever is in the log.
    ///
    /// # Errors
    ///
    /// It ended badly, or valgrind or a sanitizer found something.
    pub fn end(self) -> Fallible<()> {
        self.finish().map(drop)
    }

    /// Ends it, and returns the folder with the log.
    fn finish(self) -> Fallible<Folder> {
        let master = self.master()?;
        signal(master, "QUIT")?;
        until("the end of nginx", || Ok((!is_there(master)).then_some(())))?;
        // What nginx itself says is in its log too.
        let path = self.folder.join("output.log");
        let printed = std::fs::read_to_string(&path).map_err(at(path.display()))?;
        if printed.lines().any(|line| !line.starts_with("nginx: ")) {
            return Err(format!("nginx printed:\n{printed}"));
        }
        process::findings(self.folder.path())?;
        Ok(self.folder)
    }
}

/// The process that its pid file names.
fn master(folder: &Folder) -> Fallible<u32> {
    let path = folder.join("nginx.pid");
    let text = std::fs::read_to_string(&path).map_err(at(path.display()))?;
    text.trim().parse().map_err(at(path.display()))
}

/// Can a server listen on ::1?
#[must_use]
pub fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}
