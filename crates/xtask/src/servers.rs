//! The parts `nginx`, `apache` and `dav`: our modules in real servers.

use std::path::Path;

use crate::nginx::{self, Built};
use crate::parts::step;
use crate::shell::{self, Call, cargo};
use crate::{apache, budget, debian};

pub(crate) fn test_nginx() -> Result<(), String> {
    let module = nginx::debian()?;
    lean(
        &module,
        &["ngx_http_tuleap_front_module", "ngx_module_names", "ngx_module_order", "ngx_modules"],
    )?;
    let debian = Built { program: NGINX.into(), module: Some(module) };
    let (newest, sanitized) = (nginx::newest()?, nginx::sanitized()?);
    all([
        ("Debian's nginx", nginx_tests(&debian)),
        ("the examples and the demo with nginx", of_nginx(examples("nginx"), &debian)),
        ("the newest nginx", nginx_tests(&newest)),
        ("the newest nginx, recorded rows", recorded(&newest)?),
        ("nginx with sanitizers", sanitizing(nginx_tests(&sanitized))),
        ("nginx with sanitizers, recorded rows", sanitizing(recorded(&sanitized)?)),
        ("Debian's nginx under valgrind", nginx_tests(&debian).env(UNDER, "valgrind")),
    ])
}

/// The module in other versions of nginx, from the sources that Debian has.
pub(crate) fn test_nginx_versions() -> Result<(), String> {
    for suite in ["bullseye", "trixie"] {
        let built = nginx::old(&debian::source(suite, "nginx")?)?;
        all([(suite, nginx_tests(&built)), (suite, recorded(&built)?)])?;
    }
    Ok(())
}

pub(crate) fn test_apache() -> Result<(), String> {
    let module = apache::build()?;
    lean(&module, &["tuleap_front_module"])?;
    let module = module.display().to_string();
    let with_module = |call: Call| call.env("TULEAP_FRONT_APACHE_MODULE", &module);
    all([
        ("Apache", with_module(tests("server_apache"))),
        ("the examples and the demo with Apache", with_module(examples("apache"))),
        ("Apache under valgrind", with_module(tests("server_apache")).env(UNDER, "valgrind")),
    ])
}

/// Subversion and WebDAV through both modules; a line for each operation.
pub(crate) fn test_dav() -> Result<(), String> {
    let (nginx, apache) = (nginx::debian()?, apache::build()?);
    let test = ["test", "--quiet", "--package", "tuleap-front-tests", "--test", "dav"];
    let call = cargo(&test)
        .env("TULEAP_FRONT_NGINX", NGINX)
        .env("TULEAP_FRONT_NGINX_MODULE", &nginx.display().to_string())
        .env("TULEAP_FRONT_APACHE_MODULE", &apache.display().to_string())
        .env("TULEAP_FRONT_REQUIRE", "all");
    match call.succeeds()? {
        true => Ok(()),
        false => Err("not every operation went as it should".to_owned()),
    }
}

/// A module exports what its server looks for and nothing else, and is not larger than promised.
fn lean(module: &Path, symbols: &[&str]) -> Result<(), String> {
    let listed = Call::new("nm").args(&["-D", "--defined-only"]).path(module).output()?;
    let mut exported: Vec<&str> =
        listed.lines().filter_map(|line| line.split_whitespace().last()).collect();
    exported.sort_unstable();
    if exported != symbols {
        return Err(format!("{} exports {exported:?}", module.display()));
    }
    let size = std::fs::metadata(module).map_err(|error| error.to_string())?.len();
    let name = module.file_name().unwrap_or_default().display().to_string();
    budget::check("stripped", usize::try_from(size).unwrap_or(usize::MAX), &name)
}

const NGINX: &str = "/usr/sbin/nginx";
const UNDER: &str = "TULEAP_FRONT_UNDER";

/// Runs each, whatever became of the others.
fn all<const N: usize>(calls: [(&str, Call); N]) -> Result<(), String> {
    let failures: Vec<String> = calls
        .into_iter()
        .filter_map(|(name, call)| {
            eprintln!("     {name}");
            step(call).err().map(|failure| format!("{name}: {failure}"))
        })
        .collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

fn nginx_tests(built: &Built) -> Call {
    of_nginx(tests("server_nginx"), built)
}

/// The example configurations and the demo of one server.
fn examples(server: &str) -> Call {
    tests("server_examples").args(&[server])
}

fn of_nginx(call: Call, built: &Built) -> Call {
    call.env("TULEAP_FRONT_NGINX", &built.program.display().to_string())
        .env("TULEAP_FRONT_NGINX_MODULE", &module_of(built))
}

/// nginx does not free what it has at its end; leaks are valgrind's part.
fn sanitizing(call: Call) -> Call {
    let options = ["detect_leaks=0", "detect_stack_use_after_return=1", "quarantine_size_mb=16"];
    call.env("ASAN_OPTIONS", &options.join(":")).env(UNDER, "sanitizers")
}

fn module_of(built: &Built) -> String {
    built.module.as_deref().unwrap_or(Path::new("static")).display().to_string()
}

fn tests(name: &str) -> Call {
    let test = ["test", "--quiet", "--package", "tuleap-front-tests", "--test", name];
    cargo(&test).env("TULEAP_FRONT_REQUIRE", "all")
}

/// Recorded rows through this nginx.
fn recorded(built: &Built) -> Result<Call, String> {
    program()?;
    let (module, server) = (module_of(built), built.program.display());
    let surface = format!("nginx={} nginx {module} {server}", server_rows());
    let runner = ["run", "--quiet", "--package", "tuleap-front-tests", "--bin", "recorded", "--"];
    Ok(cargo(&runner).args(&["--surfaces", &surface]))
}

/// The program that asks servers.
fn program() -> Result<(), String> {
    let build = ["build", "--quiet", "--package", "tuleap-front-tests", "--bin", "server-rows"];
    step(cargo(&build)).map(drop)
}

fn server_rows() -> String {
    shell::target("debug/server-rows").display().to_string()
}

pub(crate) fn prepare_nginx() -> Result<(), String> {
    nginx::debian()?;
    program()
}

/// The program that answers recorded rows through Debian's nginx.
pub(crate) fn nginx_rows() -> String {
    format!("nginx={} nginx {} {NGINX}", server_rows(), nginx::debian_module().display())
}

pub(crate) fn prepare_apache() -> Result<(), String> {
    apache::build()?;
    program()
}

/// The program that answers recorded rows through Apache.
pub(crate) fn apache_rows() -> String {
    format!("apache={} apache {}", server_rows(), apache::module().display())
}
