//! `benches/budgets.toml`: what must not grow unnoticed.

use std::fs;

use crate::shell::root;

/// Is it within the budget of this name?
pub(crate) fn check(name: &str, size: usize, what: &str) -> Result<(), String> {
    let most = most(name)?;
    println!("{what}: {size} of {most}");
    if size <= most { Ok(()) } else { Err(format!("{what} is over its budget")) }
}

/// The names of a section and their budgets.
pub(crate) fn section(title: &str) -> Result<Vec<(String, usize)>, String> {
    let text = read()?;
    let lines = text.lines().skip_while(|line| *line != format!("[{title}]")).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let budget =
        |(name, rest): (&str, &str)| number(name, rest).map(|most| (name.to_owned(), most));
    let budgets: Vec<_> =
        lines.filter_map(|line| line.split_once(" = ")).map(budget).collect::<Result<_, _>>()?;
    if budgets.is_empty() { Err(format!("budgets.toml: no [{title}]")) } else { Ok(budgets) }
}

fn most(name: &str) -> Result<usize, String> {
    let text = read()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
    number(name, line.unwrap_or_default())
}

fn read() -> Result<String, String> {
    let budgets = root().join("benches/budgets.toml");
    fs::read_to_string(&budgets).map_err(|error| error.to_string())
}

/// The number before a comment.
fn number(name: &str, rest: &str) -> Result<usize, String> {
    let number = rest.split_whitespace().next().unwrap_or_default();
    number.replace('_', "").parse().map_err(|_| format!("budgets.toml: {name}"))
}
