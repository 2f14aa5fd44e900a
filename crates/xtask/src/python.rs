//! The Python part: a virtual environment of its own, the wheel, its tests, the corpus.

use std::path::PathBuf;

use crate::parts::step;
use crate::shell::{self, Call};

/// The interpreter that builds and tests: the environment's own.
fn tool(name: &str) -> Call {
    let path = environment().join("bin").join(name);
    let call = Call::new(&path.display().to_string()).env("PYTHONDONTWRITEBYTECODE", "1");
    // A target of its own: maturin's flags differ from ours.
    call.env("CARGO_TARGET_DIR", &shell::target("python/cargo").display().to_string())
}

fn environment() -> PathBuf {
    shell::target("python/venv")
}

/// Builds the wheel with what the tests need beside it, and installs it.
pub(crate) fn prepare() -> Result<(), String> {
    if !environment().join("bin/python").exists() {
        step(Call::new("python3").args(&["-m", "venv"]).path(&environment()))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let pinned = ["--require-hashes", "--requirement", "bindings/python/requirements.txt"];
    step(tool("python").args(&pip).args(&pinned))?;
    let wheels = shell::target("python/wheels");
    let build = ["build", "--quiet", "--profile", "dev", "--features", "program,panic-test"];
    let manifest = ["--manifest-path", "bindings/python/Cargo.toml", "--out"];
    step(tool("maturin").args(&build).args(&manifest).path(&wheels))?;
    let local = ["--force-reinstall", "--no-deps", "--no-index", "--find-links"];
    step(tool("python").args(&pip).args(&local).path(&wheels).args(&["tuleap-front"])).map(drop)
}

pub(crate) fn test() -> Result<(), String> {
    prepare()?;
    let lints =
        ["clippy", "--quiet", "--package", "tuleap-front-python", "--", "--deny", "warnings"];
    step(
        shell::cargo(&lints)
            .env("CARGO_TARGET_DIR", &shell::target("python/cargo").display().to_string()),
    )?;
    step(tool("python").args(&["-m", "pytest", "-q", "bindings/python/tests"])).map(drop)
}

/// The program that answers recorded rows.
pub(crate) fn rows() -> String {
    format!(
        "python={} -B bindings/python/tests/rows.py",
        environment().join("bin/python").display()
    )
}

/// What a call costs beside the language's own ways: JSON lines, with the release wheel.
pub(crate) fn bench() -> Result<String, String> {
    prepare()?;
    let out = shell::target("python/release");
    let manifest = ["--manifest-path", "bindings/python/Cargo.toml", "--out"];
    step(tool("maturin").args(&["build", "--quiet", "--release"]).args(&manifest).path(&out))?;
    let install = ["-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps"];
    let local = ["--no-index", "--find-links"];
    step(tool("python").args(&install).args(&local).path(&out).args(&["tuleap-front"]))?;
    step(tool("python").args(&["-B", "bindings/python/benches/client_ip.py"]))
}

/// Builds wheel and sdist, and tries the wheel in an empty environment.
pub(crate) fn dist() -> Result<(), String> {
    prepare()?;
    let out = shell::target("dist");
    let manifest = ["--manifest-path", "bindings/python/Cargo.toml", "--out"];
    step(tool("maturin").args(&["build", "--quiet", "--release"]).args(&manifest).path(&out))?;
    step(tool("maturin").args(&["sdist"]).args(&manifest).path(&out))?;
    let clean = shell::target("python/clean");
    step(Call::new("python3").args(&["-m", "venv", "--clear"]).path(&clean))?;
    let python = clean.join("bin/python").display().to_string();
    let install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--find-links"];
    let only = ["--only-binary", ":all:", "tuleap-front"];
    step(Call::new(&python).args(&install).path(&out).args(&only))?;
    step(Call::new(&python).args(&["-B", "examples/python/first.py"]))?;
    let program = clean.join("bin/tuleap-front").display().to_string();
    step(Call::new(&program).args(&["--version"])).map(drop)
}
