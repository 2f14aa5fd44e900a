//! The Node and WASM parts: one JavaScript API over a native module and over a WASM module.

use crate::budget;
use crate::parts::step;
use crate::shell::{self, Call, cargo};

/// Builds both modules and lays the packages out under target/.
pub(crate) fn prepare() -> Result<(), String> {
    step(cargo(&["build", "--quiet", "--release", "--package", "tuleap-front-node"]))?;
    step(
        cargo(&["run", "--quiet", "--package", "xtask-wasm", "--"])
            .path(&shell::target("wasm/pkg")),
    )?;
    step(Call::new("node").args(&["bindings/node/scripts/stage.mjs"])).map(drop)
}

pub(crate) fn test() -> Result<(), String> {
    prepare()?;
    let packages = ["--package", "tuleap-front-node", "--package", "tuleap-front-js"];
    let lints = ["--", "--deny", "warnings"];
    step(cargo(&["clippy", "--quiet"]).args(&packages).args(&lints))?;
    pack()?;
    panicking()?;
    let tests: Vec<String> = [
        "api",
        "cache",
        "destination",
        "errors",
        "gzip",
        "heads",
        "limits",
        "middleware",
        "package",
        "panic",
        "request",
        "types",
    ]
    .iter()
    .map(|name| format!("bindings/node/tests/{name}.test.mjs"))
    .collect();
    let tests: Vec<&str> = tests.iter().map(String::as_str).collect();
    step(Call::new("node").args(&["--test"]).args(&tests)).map(drop)
}

/// Packages whose library panics on demand.
fn panicking() -> Result<(), String> {
    let feature = ["--features", "panic-test"];
    step(cargo(&["build", "--quiet", "--package", "tuleap-front-node"]).args(&feature))?;
    let module = shell::target("wasm/pkg-panic");
    let wasm = cargo(&["run", "--quiet", "--package", "xtask-wasm", "--"]).path(&module);
    step(wasm.args(&feature))?;
    let stage = Call::new("node").args(&["bindings/node/scripts/stage.mjs", "--native"]);
    let stage = stage.path(&shell::target("debug/libtuleap_front_node.so"));
    let stage = stage.args(&["--wasm"]).path(&module).args(&["--out"]);
    step(stage.path(&shell::target("node/panic"))).map(drop)
}

fn pack() -> Result<(), String> {
    step(Call::new("node").args(&["bindings/node/scripts/pack.mjs"])).map(drop)
}

/// The module in a real browser, and its size.
pub(crate) fn test_wasm() -> Result<(), String> {
    prepare()?;
    budget()?;
    step(Call::new("node").args(&["--test", "bindings/wasm/tests/page.test.mjs"]))?;
    let runner = ["run", "--quiet", "--package", "tuleap-front-tests", "--bin", "recorded", "--"];
    let browser = ["--surfaces", "rust,browser=node bindings/wasm/tests/browser.mjs"];
    step(cargo(&runner).args(&browser)).map(|text| print!("{text}"))
}

fn budget() -> Result<(), String> {
    let script = "const {gzipSync} = require('node:zlib'); const {readFileSync} = require('node:fs');\
                  console.log(gzipSync(readFileSync(process.argv[1]), {level: 9}).length)";
    let module = shell::target("wasm/pkg/web/core_bg.wasm");
    let size = step(Call::new("node").args(&["-e", script]).path(&module))?;
    let size: usize = size.trim().parse().map_err(|_| format!("no size: {size}"))?;
    budget::check("module_gzip", size, "the WASM module after gzip")
}

/// The programs that answer recorded rows.
pub(crate) fn rows() -> String {
    "node=node bindings/node/tests/rows.mjs,wasm=node bindings/node/tests/rows.mjs --wasm"
        .to_owned()
}

/// What a call costs beside the language's own ways: JSON lines.
pub(crate) fn bench() -> Result<String, String> {
    prepare()?;
    step(Call::new("node").args(&["bindings/node/tests/bench.mjs"]))
}

/// The npm tarballs; the package test installs them into empty projects.
pub(crate) fn dist() -> Result<(), String> {
    prepare()?;
    pack()?;
    step(Call::new("node").args(&["--test", "bindings/node/tests/package.test.mjs"])).map(drop)
}
