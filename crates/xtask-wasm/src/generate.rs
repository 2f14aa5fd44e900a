use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use wasm_bindgen_cli_support::Bindgen;

/// What the compiler may use, and the optimiser therefore must know.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Writes `core.js`, `core.d.ts` and `core_bg.wasm` for each kind of host into a folder of its
/// own.
pub(crate) fn generate(module: &Path, out: &Path) -> Result<(), String> {
    let small = module.with_file_name("core.wasm");
    optimise(module, &small)?;
    for host in ["web", "nodejs", "bundler"] {
        let folder = out.join(host);
        let mut bindgen = Bindgen::new();
        bindgen
            .input_path(&small)
            .out_name("core")
            .typescript(true)
            .omit_default_module_path(false)
            .remove_name_section(true)
            .remove_producers_section(true);
        let bindgen = match host {
            "web" => bindgen.web(true),
            "nodejs" => bindgen.nodejs(true),
            _ => bindgen.bundler(true),
        };
        bindgen
            .and_then(|bindgen| bindgen.generate(&folder))
            .map_err(|error| format!("{host}: {error:#}"))?;
        println!("{} ({} bytes)", folder.display(), size(&folder.join("core_bg.wasm")));
    }
    Ok(())
}

/// Runs wasm-opt where it is. It comes before wasm-bindgen, whose second table the wasm-opt of
/// Debian 12 does not carry over.
fn optimise(module: &Path, small: &Path) -> Result<(), String> {
    let is_there = Command::new("wasm-opt")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("wasm-opt is not there, so the module stays larger: apt-get install binaryen");
        return fs::copy(module, small).map(drop).map_err(|error| error.to_string());
    }
    let mut call = Command::new("wasm-opt");
    call.args(["-Oz", "--converge"]).args(FEATURES).arg(module).arg("-o").arg(small);
    let status = call.status().map_err(|error| format!("wasm-opt: {error}"))?;
    if status.success() { Ok(()) } else { Err("wasm-opt failed".to_owned()) }
}

fn size(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |data| data.len())
}
