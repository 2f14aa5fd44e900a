//! `benches/budgets.toml`: sizes that must not grow unnoticed.

use std::fs;

use crate::shell::root;

/// Is this many bytes within the budget of this name?
pub(crate) fn check(name: &str, size: usize, what: &str) -> Result<(), String> {
    let most = most(name)?;
    println!("{what}: {size} of {most} bytes");
    if size <= most { Ok(()) } else { Err(format!("{what} is over its budget")) }
}

fn most(name: &str) -> Result<usize, String> {
    let budgets = root().join("benches/budgets.toml");
    let text = fs::read_to_string(&budgets).map_err(|error| error.to_string())?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
    let number = line.and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
    number.replace('_', "").parse().map_err(|_| format!("budgets.toml: {name}"))
}
