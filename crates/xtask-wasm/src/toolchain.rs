//! Compilers for WASM, in the order in which they are tried.
//!
//! - `rustup`: the compiler of the machine has the target, or rustup can add it.
//! - `debian`: Debian's `rustc-web` with `rust-web-src` and an `lld` is installed; the standard
//!   library is compiled with the module.
//! - `unpacked`: the same packages, downloaded and unpacked under target/, installed nowhere:
//!   `rustc-web` cannot stand beside Debian's own `rustc` or `rustup`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;

/// What is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Way {
    Debian,
    Rustup,
    Unpacked,
}

impl FromStr for Way {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "debian" => Ok(Self::Debian),
            "rustup" => Ok(Self::Rustup),
            "unpacked" => Ok(Self::Unpacked),
            _ => Err(format!("no toolchain {word}: use rustup, debian or unpacked")),
        }
    }
}

/// A compiler that can do it.
pub(crate) enum Toolchain {
    /// The machine's own.
    Plain,
    /// One without the target's standard library, but with its sources.
    WithSources { way: &'static str, rustc: PathBuf, linker: PathBuf },
}

impl fmt::Display for Toolchain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => write!(out, "rustc with {TARGET}"),
            Self::WithSources { way, rustc, linker } => {
                write!(out, "{way}: {} with {}", rustc.display(), linker.display())
            }
        }
    }
}

impl Toolchain {
    /// Where its work is kept.
    pub(crate) fn folder(&self) -> &'static str {
        match self {
            Self::Plain => "cargo",
            Self::WithSources { .. } => "cargo-with-std",
        }
    }

    /// Makes cargo use it.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        let Self::WithSources { rustc, linker, .. } = self else { return };
        // What `cargo run` and rustup set for their own compiler would mislead this one.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text == "LD_LIBRARY_PATH" || (text.starts_with("RUST") && text != "RUSTUP_HOME") {
                cargo.env_remove(&name);
            }
        }
        cargo
            .env("RUSTC", rustc)
            // For -Zbuild-std alone: the code itself is stable Rust.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
            .arg("-Zbuild-std=std,panic_abort");
    }
}

/// The first that works, or the one that is asked for.
pub(crate) fn find(way: Option<Way>, target: &Path) -> Option<Toolchain> {
    let is_wanted = |this: Way| way.is_none_or(|way| way == this);
    let rustup = || is_wanted(Way::Rustup).then(rustup).flatten();
    let debian = || is_wanted(Way::Debian).then(debian).flatten();
    let unpacked = || is_wanted(Way::Unpacked).then(|| unpacked(target)).flatten();
    rustup().or_else(debian).or_else(unpacked)
}

fn rustup() -> Option<Toolchain> {
    let has_target = || {
        let folder = output("rustc", &["--print", "target-libdir", "--target", TARGET])?;
        let files = fs::read_dir(folder.trim()).ok()?;
        files
            .flatten()
            .any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
            .then_some(Toolchain::Plain)
    };
    has_target().or_else(|| {
        output("rustup", &["target", "add", TARGET])?;
        has_target()
    })
}

fn debian() -> Option<Toolchain> {
    let root = Path::new("/");
    // Debian's other `rustc` is older than what the code needs.
    root.join("usr/share/doc/rustc-web").is_dir().then_some(())?;
    sources(root)?;
    let rustc = root.join("usr/bin/rustc");
    Some(Toolchain::WithSources { way: "debian", rustc, linker: linker(root)? })
}

/// The standard library's sources below a root.
fn sources(root: &Path) -> Option<PathBuf> {
    let link = root.join("usr/lib/rustlib/src/rust/library");
    link.is_dir().then_some(link)
}

/// The newest `wasm-ld-NN` below a root.
fn linker(root: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(root.join("usr/bin")).ok()?;
    let version = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix("wasm-ld-")?.parse::<u32>().ok()
    };
    files
        .flatten()
        .map(|file| file.path())
        .max_by_key(|path| version(path))
        .filter(|path| version(path).is_some())
}

/// Downloads and unpacks Debian's packages into target/wasm/toolchain, once.
fn unpacked(target: &Path) -> Option<Toolchain> {
    let root = target.join("toolchain");
    if wrapped(&root).is_none() {
        eprintln!("downloading Debian's compiler for WASM (about 140 MB)");
        fs::create_dir_all(&root).ok()?;
        let packages = packages().or_else(|| {
            output("apt-get", &["update"])?;
            packages()
        })?;
        let downloaded = Command::new("apt-get")
            .arg("download")
            .args(&packages)
            .current_dir(&root)
            .stdout(Stdio::null())
            .status();
        downloaded.ok()?.success().then_some(())?;
        for file in fs::read_dir(&root).ok()?.flatten().map(|file| file.path()) {
            if file.extension().is_some_and(|extension| extension == "deb") {
                let status = Command::new("dpkg").arg("-x").arg(&file).arg(&root).status();
                status.ok()?.success().then_some(())?;
                fs::remove_file(&file).ok()?;
            }
        }
    }
    wrapped(&root)
}

/// The packages: the compiler, its parts, its sources, and the linker of the same LLVM.
fn packages() -> Option<Vec<String>> {
    let depends = |package: &str| {
        let text = output("apt-cache", &["depends", "--important", package])?;
        let names = text.lines().filter_map(|line| line.split_once("Depends: "));
        Some(names.map(|(_, name)| name.trim().to_owned()).collect::<Vec<_>>())
    };
    let is_part = |name: &String| name.contains("rust-web") || name.starts_with("libllvm");
    let mut packages = vec!["rustc-web".to_owned(), "rust-web-src".to_owned()];
    let mut index = 0;
    while let Some(package) = packages.get(index) {
        let new: Vec<_> = depends(package)?
            .into_iter()
            .filter(|name| is_part(name) && !packages.contains(name))
            .collect();
        packages.extend(new);
        index += 1;
    }
    let llvm = packages.iter().find_map(|name| name.strip_prefix("libllvm"))?.to_owned();
    packages.push(format!("lld-{llvm}"));
    Some(packages)
}

/// Scripts that let the programs find their own libraries.
fn wrapped(root: &Path) -> Option<Toolchain> {
    sources(root)?;
    let program = |name: &str, path: &Path| {
        let script = root.join(name);
        let libraries = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib"]
            .map(|folder| root.join(folder).display().to_string());
        let text = format!(
            "#!/bin/sh\nLD_LIBRARY_PATH='{}' exec '{}' \"$@\"\n",
            libraries.join(":"),
            path.display()
        );
        fs::write(&script, text).ok()?;
        output("chmod", &["+x", &script.display().to_string()])?;
        Some(script)
    };
    let rustc = root.join("usr/bin/rustc");
    rustc.is_file().then_some(())?;
    Some(Toolchain::WithSources {
        way: "unpacked",
        rustc: program("rustc", &rustc)?,
        linker: program("wasm-ld", &linker(root)?)?,
    })
}

/// What a program prints; `None` if it is not there or fails.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
