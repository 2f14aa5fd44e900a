//! Runs other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).unwrap_or(Path::new("."))
}

/// A folder for what is made here.
pub(crate) fn target(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| root().join("target"));
    if target.is_absolute() { target.join(name) } else { root().join(target).join(name) }
}

/// A program and its arguments, to be run in the root of the repository.
pub(crate) struct Call {
    command: Command,
    words: Vec<String>,
}

/// This very cargo.
pub(crate) fn cargo(arguments: &[&str]) -> Call {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut call = Call::new(&cargo).args(arguments);
    if let Some(first) = call.words.first_mut() {
        "cargo".clone_into(first);
    }
    call
}

impl Call {
    pub(crate) fn new(program: &str) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root());
        // What cargo tells a program it runs is not meant for the programs that one runs.
        for (name, _) in std::env::vars() {
            if name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
                command.env_remove(name);
            }
        }
        Self { command, words: vec![program.to_owned()] }
    }

    pub(crate) fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self.words.extend(arguments.iter().map(|word| (*word).to_owned()));
        self
    }

    pub(crate) fn path(self, path: &Path) -> Self {
        let text = path.display().to_string();
        self.args(&[&text])
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// In this folder instead of the root of the repository.
    pub(crate) fn directory(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs with this terminal; did it succeed?
    pub(crate) fn succeeds(mut self) -> Result<bool, String> {
        let status = self.command.status();
        Ok(status.map_err(|error| format!("{}: {error}", self.name()))?.success())
    }

    /// Runs in the place of this program, so that signals reach it.
    #[cfg(unix)]
    pub(crate) fn take_over(mut self) -> Result<bool, String> {
        let error = std::os::unix::process::CommandExt::exec(&mut self.command);
        Err(format!("{}: {error}", self.name()))
    }

    /// Runs with this terminal.
    #[cfg(not(unix))]
    pub(crate) fn take_over(self) -> Result<bool, String> {
        self.succeeds()
    }

    /// Runs silently and returns what it printed; if it fails, both streams are the error.
    pub(crate) fn output(mut self) -> Result<String, String> {
        self.command.stdin(Stdio::null());
        let output = self.command.output().map_err(|error| format!("{}: {error}", self.name()))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(text);
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(format!("{} failed ({})\n{text}{errors}", self.name(), output.status))
    }

    /// All of the command line.
    pub(crate) fn line(&self) -> String {
        self.words.join(" ")
    }

    /// The command line for people, on one line of a terminal.
    pub(crate) fn name(&self) -> String {
        let line = self.line().replace(&format!("{}/", root().display()), "");
        let short: String = line.chars().take(110).collect();
        if short.len() < line.len() { format!("{short} …") } else { line }
    }
}

/// Is this program on the PATH, or this file there?
pub(crate) fn has(program: &str) -> bool {
    if program.starts_with('/') {
        return Path::new(program).exists();
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let sbin = [PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")];
    std::env::split_paths(&paths).chain(sbin).any(|folder| folder.join(program).is_file())
}
