//! The committed corpora of the fuzz targets, as an ordinary test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tuleap_front_tests::fuzz::TARGETS;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The entries of a folder, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

#[test]
fn every_file_of_every_corpus_holds() -> Result<(), String> {
    for (name, target) in TARGETS {
        let files = entries(&fuzz().join("corpus").join(name))?;
        assert!(files.len() > 4, "{name} has seeds");
        for path in files {
            let data = fs::read(&path).map_err(|error| error.to_string())?;
            // Shown where the target fails.
            println!("{}", path.display());
            target(&data);
        }
    }
    Ok(())
}

/// A program for each body, a corpus for each program, and no other.
#[test]
fn programs_bodies_and_corpora_are_one_set() -> Result<(), String> {
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let stems = |folder: &str| -> Result<BTreeSet<String>, String> {
        let paths = entries(&fuzz().join(folder))?;
        let stem = |path: &PathBuf| Some(path.file_stem()?.to_string_lossy().into_owned());
        Ok(paths.iter().filter_map(stem).collect())
    };
    assert_eq!(stems("fuzz_targets")?, names);
    assert_eq!(stems("corpus")?, names);
    assert_eq!(bodies()?, names);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in &names {
        assert!(
            manifest.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\""))
        );
    }
    Ok(())
}

/// Every public function of the bodies' sources that takes data.
fn bodies() -> Result<BTreeSet<String>, String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = entries(&sources.join("fuzz"))?;
    files.push(sources.join("fuzz.rs"));
    let mut names = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
        let signatures = text.lines().filter_map(|line| line.strip_prefix("pub fn "));
        let of_data = signatures.filter_map(|line| line.strip_suffix("(data: &[u8]) {"));
        names.extend(of_data.map(str::to_owned));
    }
    Ok(names)
}
