//! A real Apache.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::folder::Folder;
use super::log::Log;
use super::places::Places;
use super::process::{self, Group, Process, children, signal, until};
use super::{Fallible, at};

/// Where Debian keeps Apache's own modules.
const MODULES: &str = "/usr/lib/apache2/modules";

/// An Apache, and the module to be loaded into it.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    module: Option<PathBuf>,
}

impl Program {
    /// The Apache and the module that the environment names.
    ///
    /// # Errors
    ///
    /// Why they cannot be used.
    pub fn under_test() -> Fallible<Self> {
        let path = std::env::var_os("TULEAP_FRONT_APACHE").unwrap_or_else(|| "apache2".into());
        let module = std::env::var_os("TULEAP_FRONT_APACHE_MODULE");
        let module = module.ok_or("TULEAP_FRONT_APACHE_MODULE names no module")?;
        Self::with(path.into(), module.into())
    }

    /// The Apache on the path, without our module.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn installed() -> Fallible<Self> {
        Self::at("apache2".into(), None)
    }

    /// This Apache with this module.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn with(program: PathBuf, module: PathBuf) -> Fallible<Self> {
        let absolute = std::path::absolute(&module).map_err(at(module.display()))?;
        Self::at(program, Some(absolute))
    }

    /// The same Apache without our module.
    #[must_use]
    pub fn stock(&self) -> Self {
        Self { module: None, ..self.clone() }
    }

    fn at(program: PathBuf, module: Option<PathBuf>) -> Fallible<Self> {
        let path = process::which(&program).unwrap_or(program);
        let asked = Command::new(&path).arg("-v").output();
        asked.map_err(|_| format!("{} is not installed", path.display()))?;
        Ok(Self { path, module })
    }

    /// `apachectl -t`: is the configuration accepted, and what is said about it?
    ///
    /// # Errors
    ///
    /// It cannot be asked.
    pub fn check(&self, config: &Config) -> Fallible<Checked> {
        let folder = Folder::new()?;
        let mut places = config.places(folder.path());
        let file = self.write(&folder, config, &mut places)?;
        let output = self.command(&folder, &file).arg("-t").output().map_err(at("apache"))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Checked { is_accepted: output.status.success(), said })
    }

    /// Starts it; it answers when this returns.
    ///
    /// # Errors
    ///
    /// What Apache says against the configuration.
    pub fn start(&self, config: &Config) -> Fallible<Apache> {
        let folder = Folder::new()?;
        let mut places = config.places(folder.path());
        let file = self.write(&folder, config, &mut places)?;
        let mut command = self.command(&folder, &file);
        command.arg("-DFOREGROUND");
        let process = Process::start(command, &folder.join("output.log"))?;
        let log = Log::new(folder.join("error.log"), ROUTINE);
        let group = Group(process.id());
        let program = self.clone();
        let mut apache = Apache { program, process, _group: group, folder, places, log };
        let pid = apache.folder.join("httpd.pid");
        until("the start of Apache", || match apache.process.ended() {
            Some(status) => Err(format!("apache: {status}\n{}", apache.everything())),
            None => Ok((pid.exists() && !apache.workers().is_empty()).then_some(())),
        })?;
        Ok(apache)
    }

    fn command(&self, folder: &Folder, file: &Path) -> Command {
        let mut command = process::command(&self.path, folder.path());
        command.arg("-f").arg(file);
        command
    }

    fn write(&self, folder: &Folder, config: &Config, places: &mut Places) -> Fallible<PathBuf> {
        let html = folder.join("html");
        std::fs::create_dir_all(&html).map_err(at(html.display()))?;
        let text = places.fill(&config.text(self.module.as_deref()))?;
        folder.write("httpd.conf", text)
    }
}

/// The answer of `apachectl -t`.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Would it start?
    pub is_accepted: bool,
    /// Everything it said.
    pub said: String,
}

/// What every start and end says, whatever the level.
const ROUTINE: &[&str] = &[":notice] ", ":info] ", ":debug] "];

/// A configuration. Texts have places, see [`Places`].
#[derive(Clone, Debug)]
pub struct Config {
    text: String,
    mpm: &'static str,
    modules: Vec<&'static str>,
    log_level: &'static str,
    values: Vec<(String, String)>,
}

impl Config {
    /// All directives but for those that say where files are and what is loaded; the event MPM,
    /// warnings and errors in the log.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let (text, mpm, log_level) = (text.into(), "event", "warn");
        Self { text, mpm, modules: Vec::new(), log_level, values: Vec::new() }
    }

    /// The same with modules of Apache's own, such as `proxy` and `proxy_http`.
    #[must_use]
    pub fn modules(mut self, names: &[&'static str]) -> Self {
        self.modules.extend(names);
        self
    }

    /// The same with another MPM: `event`, `worker` or `prefork`.
    #[must_use]
    pub fn mpm(self, mpm: &'static str) -> Self {
        Self { mpm, ..self }
    }

    /// The same with this and more serious messages in the log.
    #[must_use]
    pub fn log_level(self, log_level: &'static str) -> Self {
        Self { log_level, ..self }
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
        let Self { mpm, log_level, text, .. } = self;
        let mpm = format!("mpm_{mpm}");
        let always = [mpm.as_str(), "authz_core"];
        let own = always.iter().chain(&self.modules);
        let mut load: String =
            own.map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n")).collect();
        if let Some(module) = module {
            load.push_str(&format!("LoadModule tuleap_front_module {}\n", module.display()));
        }
        // Apache refuses to serve as the superuser.
        let user = if process::is_root() { "User www-data\nGroup www-data\n" } else { "" };
        format!(
            "{load}ServerRoot @folder@\nDefaultRuntimeDir @folder@\nPidFile @folder@/httpd.pid\n\
             ErrorLog @folder@/error.log\nLogLevel {log_level}\nServerName local.example\n\
             {user}DocumentRoot @folder@/html\n{text}\n"
        )
    }
}

/// A running Apache; it ends with this value.
#[derive(Debug)]
pub struct Apache {
    program: Program,
    process: Process,
    _group: Group,
    folder: Folder,
    places: Places,
    /// Its error log.
    pub log: Log,
}

impl Apache {
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

    /// The process that leads.
    #[must_use]
    pub fn master(&self) -> u32 {
        self.process.id()
    }

    /// Its workers, also those that are about to end.
    #[must_use]
    pub fn workers(&self) -> Vec<u32> {
        children(self.master())
    }

    /// `apachectl graceful`; returns when new workers are there. Old ones may still finish
    /// requests.
    ///
    /// # Errors
    ///
    /// It does not start again.
    pub fn graceful(&mut self) -> Fallible<()> {
        let old = self.workers();
        signal(self.master(), "USR1")?;
        until("new workers", || {
            if let Some(status) = self.process.ended() {
                return Err(format!("apache: {status}\n{}", self.everything()));
            }
            Ok(self.workers().iter().any(|worker| !old.contains(worker)).then_some(()))
        })
    }

    /// The same with another configuration; places keep their values.
    ///
    /// # Errors
    ///
    /// It does not start again.
    pub fn graceful_with(&mut self, config: &Config) -> Fallible<()> {
        for (name, value) in &config.values {
            self.places.set(name, value);
        }
        self.program.write(&self.folder, config, &mut self.places)?;
        self.graceful()
    }

    /// `apachectl graceful-stop`: waits until every request is finished and every process has
    /// ended. The error log must be empty.
    ///
    /// # Errors
    ///
    /// It ended badly, valgrind or a sanitizer found something, or something is in the log.
    pub fn stop(self) -> Fallible<()> {
        self.stop_having_logged(&[])
    }

    /// The same where the error log must hold lines with these texts, all of them and no others.
    ///
    /// # Errors
    ///
    /// As for [`Self::stop`].
    pub fn stop_having_logged(self, texts: &[&str]) -> Fallible<()> {
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
    fn finish(mut self) -> Fallible<Folder> {
        signal(self.master(), "WINCH")?;
        // The leader looks for workers that have ended once a second. For a restart it is too
        // late, but to be asked for one wakes the leader.
        let status = until("the end of Apache", || {
            signal(self.master(), "USR1")?;
            Ok(self.process.ended())
        })?;
        if !status.success() {
            return Err(format!("apache: {status}\n{}", self.everything()));
        }
        // What is said of a configuration begins with its file.
        let printed = self.process.printed();
        let about = self.folder.join("httpd.conf").display().to_string();
        let is_other = |line: &&str| !line.trim().is_empty() && !line.starts_with(&about);
        if let Some(line) = printed.lines().find(is_other) {
            return Err(format!("printed: {line}\n{printed}"));
        }
        process::findings(self.folder.path())?;
        Ok(self.folder)
    }

    /// What was said at the start, of the configuration too.
    #[must_use]
    pub fn printed(&self) -> String {
        self.process.printed()
    }

    /// Everything that was said so far.
    fn everything(&self) -> String {
        format!("{}{}", self.process.printed(), self.log.lines().join("\n"))
    }
}
