//! Cuts nginx's X-Forwarded-For walk out of nginx's own sources and compiles it, and notes what
//! the numbers depend on.
//!
//! The sources come with the crate `nginx-src`; nothing of them is kept in this repository.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The functions of the walk, in an order in which C accepts them.
const FUNCTIONS: &[(&str, &[&str])] = &[
    ("src/core/ngx_string.c", &["ngx_atoi"]),
    (
        "src/core/ngx_inet.c",
        &[
            "ngx_inet_addr",
            "ngx_inet6_addr",
            "ngx_inet_set_port",
            "ngx_parse_addr",
            "ngx_parse_addr_port",
            "ngx_cidr_match",
        ],
    ),
    (
        "src/http/ngx_http_core_module.c",
        &["ngx_http_get_forwarded_addr", "ngx_http_get_forwarded_addr_internal"],
    ),
];

const INCLUDES: &[&str] = &["src/core", "src/event", "src/os/unix"];

/// Makes this program print where nginx-src is, and nothing else.
const TELL_PLACE: &str = "TULEAP_FRONT_BENCHES_TELL_PLACE";

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    if env::var_os(TELL_PLACE).is_some() {
        nginx_src::print_cargo_metadata();
        return Ok(());
    }
    let nginx = nginx_sources()?;
    compile_walk(&nginx)?;
    note_versions(&nginx)?;
    for path in ["build.rs", "nginx"] {
        println!("cargo::rerun-if-changed={path}");
    }
    Ok(())
}

/// The folder of nginx's sources. The crate tells its place only in what it prints for cargo, so
/// we run once more to read that.
fn nginx_sources() -> Fallible<PathBuf> {
    let output = Command::new(env::current_exe()?).env(TELL_PLACE, "1").output()?;
    let printed = String::from_utf8(output.stdout)?;
    let library = printed
        .lines()
        .find_map(|line| line.strip_prefix("cargo::rerun-if-changed=")?.strip_suffix("/src/lib.rs"))
        .ok_or("nginx-src does not tell where it is")?;
    Ok(Path::new(library).join("nginx"))
}

fn compile_walk(nginx: &Path) -> Fallible<()> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut functions = String::new();
    for (file, names) in FUNCTIONS {
        let source = fs::read_to_string(nginx.join(file))?;
        for name in *names {
            functions.push_str(definition(&source, name).ok_or_else(|| missing(file, name))?);
        }
    }
    fs::write(out.join("nginx_functions.c"), functions)?;
    cc::Build::new()
        .file("nginx/walk.c")
        .include("nginx")
        .include(out)
        .includes(INCLUDES.iter().map(|folder| nginx.join(folder)))
        .warnings(false)
        .try_compile("nginx_walk")?;
    Ok(())
}

/// A function in nginx's style: its type on a line of its own, its name at the start of the
/// next, and the closing brace alone in the first column.
fn definition<'a>(source: &'a str, name: &str) -> Option<&'a str> {
    let (before, _) = source.split_once(&format!("\n{name}("))?;
    let start = before.rfind('\n')? + 1;
    let text = source.get(start..)?;
    let end = text.find("\n}\n")? + "\n}\n".len();
    text.get(..end)
}

fn missing(file: &str, name: &str) -> String {
    format!("{name} is not in nginx's {file}")
}

fn note_versions(nginx: &Path) -> Fallible<()> {
    let header = fs::read_to_string(nginx.join("src/core/nginx.h"))?;
    let version = header
        .split_once("#define NGINX_VERSION")
        .and_then(|(_, rest)| rest.split('"').nth(1))
        .ok_or("nginx.h names no version")?;
    println!("cargo::rustc-env=BENCH_NGINX={version}");

    println!("cargo::rustc-env=BENCH_RUSTC={}", version_of(env::var("RUSTC")?)?);
    println!("cargo::rustc-env=BENCH_CC={}", version_of(cc::Build::new().get_compiler().path())?);

    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let cpu = flags.split('\u{1f}').find_map(|flag| Some(flag.split_once("target-cpu=")?.1));
    println!("cargo::rustc-env=BENCH_TARGET_CPU={}", cpu.unwrap_or("the target's default"));
    println!("cargo::rustc-env=BENCH_TARGET={}", env::var("TARGET")?);
    Ok(())
}

/// The first line of what a compiler says of itself.
fn version_of(compiler: impl AsRef<OsStr>) -> Fallible<String> {
    let output = Command::new(compiler).arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.lines().next().unwrap_or_default().to_owned())
}
