//! `cargo xtask build c`: the library as C programs want it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::parts::step;
use crate::shell::{self, Call, cargo, root};

/// What the static library needs of the system (`rustc --print native-static-libs`).
const PRIVATE_LIBS: &str = "-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc";

/// The folder of the static library and the dynamic one. Without a third crate type, for Rust's own
/// use, the whole of either is optimized at once.
pub(crate) fn library() -> Result<PathBuf, String> {
    let build = ["rustc", "--quiet", "--release", "--package", "tuleap-front-c", "--lib"];
    step(cargo(&build).args(&["--crate-type", "cdylib,staticlib"]))?;
    Ok(shell::target("release"))
}

/// Builds and installs under `prefix`, `target/c` unless told; returns the prefix.
pub(crate) fn c(prefix: Option<&str>) -> Result<PathBuf, String> {
    let built = library()?;
    let prefix = match prefix {
        Some(prefix) => {
            std::path::absolute(prefix).map_err(|error| format!("{prefix}: {error}"))?
        }
        None => shell::target("c"),
    };
    if prefix.display().to_string().contains(' ') {
        return Err("--prefix must not hold blanks: users of pkg-config split at them".to_owned());
    }
    let (lib, include) = (prefix.join("lib"), prefix.join("include"));
    fs::create_dir_all(lib.join("pkgconfig")).map_err(|error| at(&lib, &error))?;
    fs::create_dir_all(&include).map_err(|error| at(&include, &error))?;
    for header in ["tuleap_front.h", "tuleap_front.hpp"] {
        copy(&root().join("include").join(header), &include.join(header))?;
    }
    copy(&built.join("libtuleap_front_c.a"), &lib.join("libtuleap_front.a"))?;
    let full = format!("libtuleap_front.so.{}", version()?);
    copy(&built.join("libtuleap_front_c.so"), &lib.join(&full))?;
    link(&full, &lib.join("libtuleap_front.so.0"))?;
    link("libtuleap_front.so.0", &lib.join("libtuleap_front.so"))?;
    pkg_config(&prefix, &lib.join("pkgconfig/tuleap-front.pc"))?;
    Ok(prefix)
}

/// The library as an archive that can be unpacked anywhere, tried from another folder.
pub(crate) fn c_dist() -> Result<(), String> {
    let name = format!("tuleap-front-c-{}", version()?);
    let stage = shell::target("c-dist");
    let _ = fs::remove_dir_all(&stage);
    let prefix = stage.join(&name);
    c(Some(&prefix.display().to_string()))?;
    // Where the file itself stands says where the rest is.
    write_pkg_config("${pcfiledir}/../..", &prefix.join("lib/pkgconfig/tuleap-front.pc"))?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root().join(licence), &prefix.join(licence))?;
    }
    let archive = shell::target("dist").join(format!("{name}.tar.gz"));
    fs::create_dir_all(shell::target("dist")).map_err(|error| error.to_string())?;
    let tar = Call::new("tar").args(&["--create", "--gzip", "--file"]).path(&archive);
    step(tar.args(&["--directory"]).path(&stage).args(&[&name]))?;
    let elsewhere = stage.join("elsewhere");
    fs::create_dir_all(&elsewhere).map_err(|error| at(&elsewhere, &error))?;
    let tar = Call::new("tar").args(&["--extract", "--file"]).path(&archive);
    step(tar.args(&["--directory"]).path(&elsewhere))?;
    crate::c::first_example(&elsewhere.join(&name), &elsewhere.join("first"))
}

fn pkg_config(prefix: &Path, to: &Path) -> Result<(), String> {
    write_pkg_config(&prefix.display().to_string(), to)
}

fn write_pkg_config(prefix: &str, to: &Path) -> Result<(), String> {
    let template = root().join("bindings/c/tuleap-front.pc.in");
    let text = fs::read_to_string(&template).map_err(|error| at(&template, &error))?;
    let text = text
        .replace("@prefix@", prefix)
        .replace("@version@", &version()?)
        .replace("@private@", PRIVATE_LIBS);
    fs::write(to, text).map_err(|error| at(to, &error))
}

/// The one version of the workspace.
fn version() -> Result<String, String> {
    let manifest = root().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|error| at(&manifest, &error))?;
    let line = text.lines().find_map(|line| line.strip_prefix("version = \""));
    let version = line.and_then(|rest| rest.strip_suffix('"'));
    version.map(str::to_owned).ok_or_else(|| "Cargo.toml has no version".to_owned())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    // A program may have the old library open: replace it, do not write into it.
    let _ = fs::remove_file(to);
    fs::copy(from, to).map(drop).map_err(|error| at(from, &error))
}

#[cfg(unix)]
fn link(from: &str, to: &Path) -> Result<(), String> {
    let _ = fs::remove_file(to);
    std::os::unix::fs::symlink(from, to).map_err(|error| at(to, &error))
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> Result<(), String> {
    Err("the C library is laid out for Unix".to_owned())
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
