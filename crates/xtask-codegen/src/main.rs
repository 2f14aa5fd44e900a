//! Writes every generated file, or with `--check` says which are stale; `coverage` holds
//! `bindings/api.toml` against the code, `items` lists what it must hold.
//!
//! - `include/tuleap_front.h` from the C crate, by cbindgen;
//! - the parts of README.md and bindings/README.md between `<!-- generated: WHAT -->` and `<!-- end -->`, where WHAT is a
//!   file, or `FILE#NAME` for the part of a file between `<!-- NAME:begin -->` and
//!   `<!-- NAME:end -->`.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::ExitCode;

mod coverage;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let outcome = match std::env::args().nth(1).as_deref() {
        Some("coverage") => coverage::check(&root),
        Some("items") => coverage::items(&root).map(|items| {
            items.iter().for_each(|item| println!("{item}"));
            Vec::new()
        }),
        None => write(&root, false),
        Some("--check") => write(&root, true),
        Some(other) => Err(format!("unknown argument {other}: --check, coverage or items")),
    };
    match outcome {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("codegen: {message}");
            ExitCode::from(2)
        }
    }
}

/// Writes the files that change, or says which are stale.
fn write(root: &Path, check: bool) -> Result<Vec<String>, String> {
    let mut stale = Vec::new();
    let files = [
        ("include/tuleap_front.h", header(root)?),
        ("README.md", marked(root, "README.md")?),
        ("bindings/README.md", marked(root, "bindings/README.md")?),
    ];
    for (file, text) in files {
        let path = root.join(file);
        let is_fresh = fs::read_to_string(&path).is_ok_and(|old| old == text);
        if !is_fresh && check {
            stale.push(format!("{file} is stale: run `cargo xtask codegen` and commit the change"));
        } else if !is_fresh {
            fs::write(&path, text).map_err(|error| format!("{file}: {error}"))?;
            println!("wrote {file}");
        }
    }
    Ok(stale)
}

fn header(root: &Path) -> Result<String, String> {
    let folder = root.join("bindings/c");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml"))?;
    let bindings =
        cbindgen::generate_with_config(&folder, config).map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).map_err(|error| error.to_string())
}

const BEGIN: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

/// A file with its generated parts made anew.
fn marked(root: &Path, file: &str) -> Result<String, String> {
    let old = read(root, file)?;
    let mut text = String::new();
    let mut rest = old.as_str();
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (what, after) =
            after.split_once(" -->").ok_or_else(|| format!("{file}: an open marker"))?;
        let (_, after) =
            after.split_once(END).ok_or_else(|| format!("{file}: {what} has no end"))?;
        text.push_str(&format!("{before}{BEGIN}{what} -->\n{}{END}", part(root, what)?));
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// What stands between two markers.
fn part(root: &Path, what: &str) -> Result<String, String> {
    if what == "bindings/api.toml" {
        return coverage::table(root);
    }
    if let Some((file, name)) = what.split_once('#') {
        let text = read(root, file)?;
        let (begin, end) = (format!("<!-- {name}:begin -->"), format!("<!-- {name}:end -->"));
        let part = text.split_once(&begin).and_then(|(_, after)| after.split_once(&end));
        let (part, _) = part.ok_or_else(|| format!("{file} has no part {name}"))?;
        return Ok(format!("{}\n", part.trim_matches('\n')));
    }
    let language = match Path::new(what).extension().and_then(|extension| extension.to_str()) {
        Some("rs") => "rust",
        Some("c") => "c",
        _ => "",
    };
    Ok(format!("```{language}\n{}```\n", read(root, what)?))
}

fn read(root: &Path, file: &str) -> Result<String, String> {
    fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"))
}
