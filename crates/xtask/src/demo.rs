//! `cargo xtask demo`: real requests through a front, and the reasons.

use std::path::Path;

use crate::doctor::{self, Need};
use crate::shell::{self, Call};
use crate::{apache, nginx};

/// What the demo needs with nginx; the backend is Apache.
pub(crate) const NGINX: &[Need] = &[
    doctor::CC,
    doctor::MAKE,
    doctor::OPENSSL,
    doctor::NGINX,
    doctor::NGINX_DEV,
    doctor::APACHE,
    doctor::SVN,
    doctor::DAV_SVN,
];
const APACHE: &[Need] = &[
    doctor::CC,
    doctor::MAKE,
    doctor::OPENSSL,
    doctor::APACHE,
    doctor::APXS,
    doctor::SVN,
    doctor::DAV_SVN,
];

/// The front that is a program of this repository.
pub(crate) fn embedded() -> Result<bool, String> {
    let package = ["run", "--quiet", "--package", "tuleap-front-example", "--", "demo"];
    eprintln!("building the embedded front (the first time takes about a minute)");
    shell::cargo(&package).succeeds()
}

/// A real server, `nginx` or `apache`, with our module.
pub(crate) fn server(front: &str) -> Result<bool, String> {
    let needs = if front == "nginx" { NGINX } else { APACHE };
    doctor::require(needs).map_err(|missing| format!("the demo needs more: {missing}"))?;
    eprintln!("building the module for {front} (the first time takes about a minute)");
    let module = if front == "nginx" { nginx::build(None)? } else { apache::build()? };
    // A signal must reach the program that has servers to stop.
    program(front, &module).take_over()
}

/// The demo of a front whose module is built.
pub(crate) fn program(front: &str, module: &Path) -> Call {
    let run = ["run", "--quiet", "--package", "tuleap-front-tests", "--bin", "demo-servers", "--"];
    shell::cargo(&run).args(&[front]).path(module)
}
