//! `bindings/api.toml`: every public item of the facade and its name in each binding, or why it
//! is not there.
//!
//! Items are the names of the facade's `pub use` list and the public functions that stand in `impl`
//! blocks of those types, written there or by a macro.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use syn::{ImplItem, Item, Type, UseTree, Visibility};

/// The bindings, in the order of the table.
const BINDINGS: [&str; 5] = ["c", "php", "python", "node", "wasm"];

/// The files in which a binding's names must be found.
const SURFACES: [(&str, &[&str]); 5] = [
    ("c", &["include/tuleap_front.h"]),
    ("php", &["bindings/php/src"]),
    ("python", &["bindings/python/python/tuleap_front"]),
    ("node", &["bindings/node/index.d.ts"]),
    ("wasm", &["bindings/wasm/index.d.ts"]),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Api {
    item: Vec<Entry>,
}

/// One item: a name in each binding, or a reason in `absent`.
#[derive(Deserialize)]
struct Entry {
    rust: String,
    #[serde(default)]
    absent: BTreeMap<String, String>,
    #[serde(flatten)]
    names: BTreeMap<String, String>,
}

/// Checks the file against the code; returns the faults.
pub(crate) fn check(root: &Path) -> Result<Vec<String>, String> {
    let api = read_api(root)?;
    let items = items(root)?;
    let listed: BTreeSet<&str> = api.item.iter().map(|entry| entry.rust.as_str()).collect();
    let mut faults: Vec<String> = Vec::new();
    faults.extend(
        items
            .iter()
            .filter(|item| !listed.contains(item.as_str()))
            .map(|item| format!("bindings/api.toml does not list {item}")),
    );
    faults.extend(
        listed
            .iter()
            .filter(|item| !items.contains(**item))
            .map(|item| format!("bindings/api.toml lists {item}, which is not public any more")),
    );
    if listed.len() < api.item.len() {
        faults.push("bindings/api.toml lists an item twice".to_owned());
    }
    for (binding, files) in SURFACES {
        let text = surface(root, files)?;
        faults.extend(api.item.iter().filter_map(|entry| missing(entry, binding, &text)));
    }
    Ok(faults)
}

/// What is wrong with an entry for one binding.
fn missing(entry: &Entry, binding: &str, surface: &str) -> Option<String> {
    let item = &entry.rust;
    match (entry.names.get(binding), entry.absent.get(binding).or(entry.absent.get("all"))) {
        (Some(name), None) => {
            let word = name.rsplit(['.', ':', '$', ' ']).next().unwrap_or(name);
            let word = word.trim_end_matches("()");
            let is_there = contains_word(surface, word);
            (!is_there).then(|| format!("{item}: {binding} has no {name}"))
        }
        (None, Some(reason)) if !reason.is_empty() => None,
        (Some(_), Some(_)) => Some(format!("{item}: {binding} is both named and absent")),
        _ => Some(format!("{item}: {binding} has neither a name nor a reason")),
    }
}

fn contains_word(text: &str, word: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The parity table, for bindings/README.md.
pub(crate) fn table(root: &Path) -> Result<String, String> {
    let api = read_api(root)?;
    let mut table =
        String::from("| Rust | C | PHP | Python | Node and WASM |\n|---|---|---|---|---|\n");
    for entry in &api.item {
        let cell = |binding: &str| match entry.names.get(binding) {
            Some(name) => format!("`{name}`"),
            None => {
                let reason = entry.absent.get(binding).or(entry.absent.get("all"));
                format!("– {}", reason.map_or("", String::as_str))
            }
        };
        let cells = [cell("c"), cell("php"), cell("python"), cell("node")];
        let _ = writeln!(table, "| `{}` | {} |", entry.rust, cells.join(" | "));
    }
    Ok(table)
}

fn read_api(root: &Path) -> Result<Api, String> {
    let path = root.join("bindings/api.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("bindings/api.toml: {error}"))?;
    let api: Api = toml::from_str(&text).map_err(|error| format!("bindings/api.toml: {error}"))?;
    let unknown = api.item.iter().flat_map(|entry| entry.names.keys().chain(entry.absent.keys()));
    let known = |name: &&String| BINDINGS.contains(&name.as_str()) || *name == "all";
    match unknown.into_iter().find(|name| !known(name)) {
        Some(name) => Err(format!("bindings/api.toml: {name} is no binding")),
        None => Ok(api),
    }
}

/// The text of files and of every file in folders.
fn surface(root: &Path, files: &[&str]) -> Result<String, String> {
    let mut text = String::new();
    for file in files {
        for path in walk(&root.join(file)) {
            text.push_str(&fs::read_to_string(&path).unwrap_or_default());
        }
    }
    if text.is_empty() { Err(format!("{} cannot be read", files.join(", "))) } else { Ok(text) }
}

fn walk(path: &Path) -> Vec<PathBuf> {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().flat_map(|entry| walk(&entry.path())).collect(),
        Err(_) => vec![path.to_owned()],
    }
}

/// Every public item of the facade.
pub(crate) fn items(root: &Path) -> Result<BTreeSet<String>, String> {
    let facade = parse(&root.join("crates/tuleap-front/src/lib.rs"))?;
    let mut items = BTreeSet::new();
    for item in &facade.items {
        if let Item::Use(item) = item
            && matches!(item.vis, Visibility::Public(_))
        {
            used_names(&item.tree, &mut items);
        }
    }
    let types = items.clone();
    let files = walk(&root.join("crates/tuleap-front-http/src"));
    let files = files.iter().map(|path| parse(path)).collect::<Result<Vec<_>, _>>()?;
    let written: Vec<_> = files.into_iter().flat_map(|file| file.items).collect();
    let macros = written.iter().filter_map(getters).collect();
    for item in &written {
        functions(item, &types, &macros, &mut items);
    }
    Ok(items)
}

fn parse(path: &Path) -> Result<syn::File, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    syn::parse_file(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn used_names(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => used_names(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| used_names(tree, names)),
        UseTree::Name(name) => {
            names.insert(name.ident.to_string());
        }
        UseTree::Rename(rename) => {
            names.insert(rename.rename.to_string());
        }
        UseTree::Glob(_) => {}
    }
}

/// The names of the public functions that a macro writes.
type Macros = BTreeMap<String, Vec<String>>;

/// A macro and the functions in it.
fn getters(item: &Item) -> Option<(String, Vec<String>)> {
    let Item::Macro(item) = item else { return None };
    let body = item.mac.tokens.to_string();
    let names = body.split(" fn ").skip(1).filter_map(|rest| rest.split([' ', '(']).next());
    Some((item.ident.as_ref()?.to_string(), names.map(str::to_owned).collect()))
}

/// The public functions of an inherent `impl` of one of the types.
fn functions(item: &Item, types: &BTreeSet<String>, macros: &Macros, items: &mut BTreeSet<String>) {
    let Item::Impl(item) = item else { return };
    let (None, Type::Path(path)) = (&item.trait_, item.self_ty.as_ref()) else { return };
    let Some(name) = path.path.segments.last().map(|segment| segment.ident.to_string()) else {
        return;
    };
    if !types.contains(&name) {
        return;
    }
    for function in &item.items {
        match function {
            ImplItem::Fn(function) if matches!(function.vis, Visibility::Public(_)) => {
                items.insert(format!("{name}::{}", function.sig.ident));
            }
            ImplItem::Macro(call) => {
                let called = call.mac.path.segments.last().map(|last| last.ident.to_string());
                let names = called.and_then(|called| macros.get(&called));
                items.extend(names.into_iter().flatten().map(|get| format!("{name}::{get}")));
            }
            _ => {}
        }
    }
}
