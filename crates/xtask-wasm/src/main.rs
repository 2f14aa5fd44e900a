//! Builds the WASM module and writes its JavaScript: `xtask-wasm OUT [--toolchain WAY]
//! [--features LIST] [--only LIST]` fills OUT/web, OUT/nodejs and OUT/bundler.
//!
//! `--features` adds to what is in the module; with `--only` nothing is in it but this.
//!
//! WAY is `rustup`, `debian` or `unpacked` (see `toolchain.rs`); without it the first that works
//! is taken. Exit code 3 says that there is no compiler for WASM here, and how to get one.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod generate;
mod toolchain;

use toolchain::{Toolchain, Way};

/// Exit code for a machine without a compiler for WASM.
const NO_TOOLCHAIN: u8 = 3;

struct Arguments {
    out: PathBuf,
    way: Option<Way>,
    features: String,
    only: Option<String>,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("xtask-wasm: {message}");
            return ExitCode::from(2);
        }
    };
    let target = root().join("target/wasm");
    let Some(toolchain) = toolchain::find(arguments.way, &target) else {
        eprintln!(
            "SKIP wasm (rustup target add wasm32-unknown-unknown, \
             or apt-get install rustc-web rust-web-src lld)"
        );
        return ExitCode::from(NO_TOOLCHAIN);
    };
    eprintln!("compiler for WASM: {toolchain}");
    let built = build(&toolchain, &arguments, &target)
        .and_then(|module| generate::generate(&module, &arguments.out));
    match built {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask-wasm: {message}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments, String> {
    let mut words = std::env::args().skip(1);
    let out = words.next().ok_or("where to: xtask-wasm OUT")?;
    let mut arguments =
        Arguments { out: out.into(), way: None, features: String::new(), only: None };
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--features" => arguments.features = value,
            "--only" => arguments.only = Some(value),
            "--toolchain" => arguments.way = Some(value.parse()?),
            _ => {
                return Err(format!(
                    "unknown option {word}: use --toolchain, --features and --only"
                ));
            }
        }
    }
    Ok(arguments)
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Compiles bindings/wasm; returns the module.
fn build(toolchain: &Toolchain, arguments: &Arguments, target: &Path) -> Result<PathBuf, String> {
    // Two compilers would throw each other's work away in one folder.
    let target = target.join(toolchain.folder());
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(root())
        .args(["build", "--quiet", "--package", "tuleap-front-wasm", "--profile", "wasm"])
        .args(["--target", toolchain::TARGET, "--features", &arguments.features])
        .arg("--target-dir")
        .arg(&target);
    if let Some(only) = &arguments.only {
        cargo.args(["--no-default-features", "--features", only]);
    }
    toolchain.apply(&mut cargo);
    let status = cargo.status().map_err(|error| format!("cargo: {error}"))?;
    if !status.success() {
        return Err("the module does not compile".to_owned());
    }
    Ok(target.join(toolchain::TARGET).join("wasm/tuleap_front_wasm.wasm"))
}
