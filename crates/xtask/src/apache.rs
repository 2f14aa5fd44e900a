//! The Apache module.

use std::path::PathBuf;

use crate::nginx::library;
use crate::parts::step;
use crate::shell::{self, Call, root};

/// `cargo xtask build apache`: the module for the Apache that is installed.
pub(crate) fn build() -> Result<PathBuf, String> {
    let (library, folder) = (library()?, shell::target("apache"));
    let set = |name: &str, path: PathBuf| format!("{name}={}", path.display());
    let make = Call::new("make").args(&["--silent", "-C", "bindings/apache"]);
    step(make.args(&[
        &set("LIB", library),
        &set("INCLUDE", root().join("include")),
        &set("BUILD", folder),
    ]))?;
    Ok(module())
}

/// Where it is built.
pub(crate) fn module() -> PathBuf {
    shell::target("apache/mod_tuleap_front.so")
}
