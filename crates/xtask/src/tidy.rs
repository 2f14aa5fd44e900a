//! What no compiler checks: the rules of CONTRIBUTING.md that a file can break.

use std::fs;
use std::path::Path;

use crate::shell::{Call, root};

/// A file of more lines than this holds a second noun.
const MAX_LINES: usize = 800;

/// Libraries that do what we would otherwise write ourselves: the manifest that must name each,
/// and where its name must be found in use.
const LIBRARIES: &[(&str, &str, &str)] = &[
    ("ipnet", "crates/tuleap-front-http", "use ipnet::"),
    ("http", "crates/tuleap-front-http", "use http::"),
    ("thiserror", "crates/tuleap-front-http", "use thiserror::Error"),
    ("serde", "crates/tuleap-front-http", "use serde::"),
    ("cbindgen", "crates/xtask-codegen", "cbindgen::"),
    ("criterion", "benches", "use criterion::"),
];

/// Words that no committed text may hold. Written apart, so that this file does not.
fn banned() -> Vec<(String, &'static str)> {
    let word = |parts: &[&str]| parts.concat();
    let mut banned = vec![
        (word(&["todo", "!("]), "finish it or leave it out"),
        (word(&["unimplemented", "!("]), "finish it or leave it out"),
        (word(&["FIX", "ME"]), "fix it, or say it in an issue"),
        (word(&["dbg", "!("]), "a left-over"),
        (word(&["/ro", "ot/"]), "a path of one machine"),
        (word(&["/ho", "me/"]), "a path of one machine"),
        (word(&["pypi", ".org"]), "a registry's host"),
        (word(&["registry.npm", "js"]), "a registry's host"),
        (word(&["index.", "crates.io"]), "a registry's host"),
    ];
    // A clone right below `/`, such as `/src`, is named like a folder of any project.
    if root().components().count() > 2 {
        banned.push((format!("{}/", root().display()), "a path of one machine"));
    }
    banned
}

pub(crate) fn run() -> Result<(), String> {
    let mut faults = Vec::new();
    let files = Call::new("git")
        .args(&["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()?;
    let banned = banned();
    for file in files.lines().filter(|file| root().join(file).is_file()) {
        // What is not text has no lines to check.
        if let Ok(text) = fs::read_to_string(root().join(file)) {
            check_file(file, &text, &banned, &mut faults);
        }
    }
    libraries(&mut faults);
    crates(&mut faults)?;
    changelog(&mut faults);
    if faults.is_empty() {
        println!("tidy: {} files", files.lines().count());
        Ok(())
    } else {
        Err(format!("{}\ntidy: {} faults", faults.join("\n"), faults.len()))
    }
}

fn check_file(file: &str, text: &str, banned: &[(String, &str)], faults: &mut Vec<String>) {
    let is_lock = file.ends_with(".lock") || file.ends_with("lock.json");
    if is_lock {
        return;
    }
    let is_code =
        [".rs", ".c", ".h", ".php", ".py", ".mjs", ".ts"].iter().any(|end| file.ends_with(end));
    let is_data = file.starts_with("tests/recorded/") || file.starts_with("tests/fuzz/corpus/");
    let lines = text.lines().count();
    let is_generated = file == "include/tuleap_front.h" || file.ends_with("/index.d.ts");
    if is_code && lines > MAX_LINES && !is_generated {
        faults.push(format!("{file}: {lines} lines: a second noun is hiding in it"));
    }
    for (number, line) in text.lines().enumerate() {
        for (word, why) in banned.iter().filter(|(word, _)| line.contains(word.as_str())) {
            faults.push(format!("{file}:{}: {word}: {why}", number + 1));
        }
        if line.ends_with([' ', '\t']) && !is_data {
            faults.push(format!("{file}:{}: blanks at the end", number + 1));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') && !is_data {
        faults.push(format!("{file}: no line end at the end"));
    }
}

fn libraries(faults: &mut Vec<String>) {
    for (library, folder, used_as) in LIBRARIES {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml"));
        let is_named = manifest.is_ok_and(|text| {
            text.lines().any(|line| {
                line.strip_prefix(library).is_some_and(|rest| rest.starts_with(['.', ' ']))
            })
        });
        let uses = Call::new("git")
            .args(&[
                "grep",
                "--untracked",
                "--fixed-strings",
                "--files-with-matches",
                used_as,
                folder,
            ])
            .output();
        if !is_named || uses.is_err() {
            faults.push(format!("{folder}: {library} must be a direct dependency in use"));
        }
    }
}

/// Every core crate forbids unsafe code, and takes version and lints from the workspace.
fn crates(faults: &mut Vec<String>) -> Result<(), String> {
    let folders = fs::read_dir(root().join("crates")).map_err(|error| error.to_string())?;
    for folder in folders.flatten().map(|folder| folder.path()) {
        let name = folder.file_name().unwrap_or_default().display().to_string();
        let source = ["src/lib.rs", "src/main.rs"]
            .iter()
            .find_map(|file| fs::read_to_string(folder.join(file)).ok())
            .unwrap_or_default();
        if !source.contains("#![forbid(unsafe_code)]") {
            faults.push(format!("crates/{name}: must forbid unsafe code"));
        }
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        for line in ["version.workspace = true", "[lints]\nworkspace = true"] {
            if !manifest.contains(line) {
                faults.push(format!("crates/{name}/Cargo.toml: must hold {line:?}"));
            }
        }
        if !manifest.contains(&format!("name = \"{name}\"")) {
            faults.push(format!("crates/{name}: the folder is named as the crate"));
        }
    }
    Ok(())
}

fn changelog(faults: &mut Vec<String>) {
    let text = fs::read_to_string(root().join(Path::new("CHANGELOG.md"))).unwrap_or_default();
    if !text.contains("## [Unreleased]") {
        faults.push("CHANGELOG.md: must have a section [Unreleased]".to_owned());
    }
}
