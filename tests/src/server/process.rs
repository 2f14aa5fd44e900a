//! A server's processes.

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Fallible, at};

/// Valgrind is slow, and so is a machine with other work.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again until there is an answer.
///
/// # Errors
///
/// There is none for a minute.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Fallible<Option<T>>) -> Fallible<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if start.elapsed() > PATIENCE {
            return Err(format!("waited in vain: {what}"));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Sends a signal, such as `HUP`, to a process.
///
/// # Errors
///
/// There is no such process.
pub fn signal(process: u32, name: &str) -> Fallible<()> {
    let script = format!("kill -{name} {process}");
    let status = Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status();
    match status.map_err(at("sh"))?.success() {
        true => Ok(()),
        false => Err(format!("cannot send {name} to {process}")),
    }
}

/// The processes that this one started and that are still there.
#[must_use]
pub fn children(process: u32) -> Vec<u32> {
    let list = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let list = list.unwrap_or_default();
    list.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

/// A program in the foreground, in a process group of its own; it ends with this value.
#[derive(Debug)]
pub struct Process {
    child: Child,
    output: PathBuf,
}

impl Process {
    /// Starts it. What it prints goes to a file.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn start(mut command: Command, output: &Path) -> Fallible<Self> {
        let name = command.get_program().display().to_string();
        let file = File::create(output).map_err(at(output.display()))?;
        let also = file.try_clone().map_err(at(output.display()))?;
        command.stdin(Stdio::null()).stdout(file).stderr(also).process_group(0);
        let child = command.spawn().map_err(at(name))?;
        Ok(Self { child, output: output.to_owned() })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits for its end.
    ///
    /// # Errors
    ///
    /// It does not end.
    pub fn wait(&mut self) -> Fallible<ExitStatus> {
        until("the end of the server", || Ok(self.ended()))
    }

    /// What it printed.
    #[must_use]
    pub fn printed(&self) -> String {
        let bytes = fs::read(&self.output).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All processes of a group; they end with this value.
#[derive(Debug)]
pub struct Group(pub u32);

impl Drop for Group {
    fn drop(&mut self) {
        let script = format!("kill -s KILL -- -{}", self.0);
        let _ = Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status();
    }
}

/// Is there still such a process? One that has ended is not, though its parent may not have asked
/// for it yet.
#[must_use]
pub fn is_there(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // `NUMBER (NAME) STATE …`
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

/// The program, under valgrind if the environment says so. Valgrind's findings go to files in the
/// folder, one for each process.
pub(super) fn command(program: &Path, folder: &Path) -> Command {
    if std::env::var_os("TULEAP_FRONT_UNDER").is_none_or(|tool| tool != "valgrind") {
        return Command::new(program);
    }
    // What a worker starts has a log of its own, and the worker may be somebody else.
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o777));
    let mut command = Command::new("valgrind");
    // Modules are gone when leaks are looked for; their names are kept.
    command.args(["--quiet", "--leak-check=full", "--show-leak-kinds=definite"]);
    command.args(["--num-callers=40", "--keep-debuginfo=yes"]);
    command.arg(format!("--log-file={}/valgrind.%p", folder.display())).arg(program);
    command
}

/// What the valgrind of a server's processes found: every error, and leaks of what we asked for.
/// Servers do not free all of their own at their end.
pub(super) fn findings(folder: &Path) -> Fallible<()> {
    let files = fs::read_dir(folder).map_err(at(folder.display()))?.flatten();
    for file in files.filter(|file| file.file_name().as_bytes().starts_with(b"valgrind.")) {
        let text = fs::read_to_string(file.path()).unwrap_or_default();
        for block in blocks(&text) {
            let is_leak = block.contains(" are definitely lost in loss record ");
            // A pattern is compiled by nginx, whoever issues the directive.
            let is_ours = block.contains("tuleap_front") && !block.contains("ngx_regex_compile ");
            if !is_leak || is_ours {
                return Err(block);
            }
        }
    }
    Ok(())
}

/// What stands together in valgrind's log: lines between empty ones.
fn blocks(log: &str) -> Vec<String> {
    let lines = log.lines().map(|line| line.splitn(3, "==").nth(2).unwrap_or(line).trim_end());
    let lines: Vec<&str> = lines.collect();
    let blocks = lines.split(|line| line.is_empty()).filter(|block| !block.is_empty());
    blocks.map(|block| block.join("\n")).collect()
}

/// The place of a program on the path, or in the folders of system programs.
pub(super) fn which(program: &Path) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let system = [PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")];
    let folders = std::env::split_paths(&paths).chain(system);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Is this process that of the superuser?
pub(super) fn is_root() -> bool {
    fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.lines().any(|line| line.starts_with("Uid:\t0\t")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::folder::Folder;

    #[test]
    fn a_leak_counts_if_it_is_ours_and_any_other_error_does() {
        let leak = "==7== 8 bytes in 1 blocks are definitely lost in loss record 1 of 16\n\
                    ==7==    at 0x1: malloc (in vgpreload)\n";
        let ours = "==7==    by 0x2: f (in /x/ngx_http_tuleap_front_module.so)\n==7== \n";
        let theirs = "==7==    by 0x2: main (in /usr/sbin/nginx)\n==7== \n";
        let other = "==7== Invalid read of size 1\n==7==    at 0x1: main (in /usr/sbin/nginx)\n";
        for (log, is_clean) in [
            (format!("{leak}{theirs}"), true),
            (format!("{leak}{theirs}{leak}{ours}"), false),
            (
                format!("{leak}==7==    by 0x2: ngx_regex_compile (in /usr/sbin/nginx)\n{ours}"),
                true,
            ),
            (format!("{leak}{theirs}{other}"), false),
        ] {
            let folder = Folder::new().unwrap();
            folder.write("valgrind.7", log).unwrap();
            assert_eq!(findings(folder.path()).is_ok(), is_clean);
        }
    }
}
