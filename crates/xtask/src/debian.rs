//! Sources of programs from other releases of Debian, where the machine's own package tool
//! reaches them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::parts::step;
use crate::shell::{self, Call};

/// Where this machine's package tool looks.
const LISTS: &str = "/etc/apt/sources.list.d/debian.sources";

/// The folder of a package's sources, as its authors released them, in this release of Debian.
pub(crate) fn source(suite: &str, package: &str) -> Result<PathBuf, String> {
    let folder = shell::target("debian").join(suite);
    if let Some(found) = unpacked(&folder, package) {
        return Ok(found);
    }
    for name in ["parts", "lists/partial", "cache/archives/partial", "sources"] {
        let path = folder.join(name);
        fs::create_dir_all(&path).map_err(|error| at(&path, &error))?;
    }
    let list = folder.join("parts/debian.sources");
    fs::write(&list, sources_of(suite)?).map_err(|error| at(&list, &error))?;
    step(apt(&folder, &["update"]))?;
    // The authors' archive alone: `tar` takes it apart without Debian's tools.
    let sources = folder.join("sources");
    step(apt(&folder, &["source", "--tar-only", package]).directory(&sources))?;
    let archive = only(&sources, ".orig.tar.gz")?;
    let tar = Call::new("tar").args(&["--extract", "--file"]).path(&archive);
    step(tar.args(&["--directory"]).path(&folder))?;
    unpacked(&folder, package).ok_or_else(|| format!("{} holds no {package}", archive.display()))
}

/// The machine's first entry, for sources and another release.
fn sources_of(suite: &str) -> Result<String, String> {
    let text = fs::read_to_string(LISTS).map_err(|error| at(Path::new(LISTS), &error))?;
    let lines = text.lines().take_while(|line| !line.trim().is_empty());
    let lines = lines.map(|line| match line.split(':').next() {
        Some("Types") => "Types: deb-src".to_owned(),
        Some("Suites") => format!("Suites: {suite}"),
        _ => line.to_owned(),
    });
    Ok(lines.collect::<Vec<_>>().join("\n") + "\n")
}

/// A package tool that keeps to this folder.
fn apt(folder: &Path, words: &[&str]) -> Call {
    let option = |name: &str, value: &str| format!("-o{name}={}", folder.join(value).display());
    let options = [
        "-oDir::Etc::sourcelist=/dev/null".to_owned(),
        "-oAPT::Sandbox::User=root".to_owned(),
        option("Dir::Etc::sourceparts", "parts"),
        option("Dir::State::lists", "lists"),
        option("Dir::Cache", "cache"),
    ];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    Call::new("apt-get").args(&["--quiet", "--quiet"]).args(&options).args(words)
}

/// `PACKAGE-VERSION` in the folder.
fn unpacked(folder: &Path, package: &str) -> Option<PathBuf> {
    let start = format!("{package}-");
    let entries = fs::read_dir(folder).ok()?.flatten();
    entries.map(|entry| entry.path()).find(|path| {
        path.is_dir()
            && path.file_name().is_some_and(|name| name.display().to_string().starts_with(&start))
    })
}

/// The file whose name ends so.
fn only(folder: &Path, end: &str) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| at(folder, &error))?.flatten();
    let found =
        entries.map(|entry| entry.path()).find(|path| path.display().to_string().ends_with(end));
    found.ok_or_else(|| format!("{} holds no {end}", folder.display()))
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
