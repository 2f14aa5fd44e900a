use std::fs;
use std::path::Path;

use crate::Fallible;

/// Writes one part of `RESULTS.md`, between its markers; the other parts stay as they are.
///
/// # Errors
///
/// The file cannot be read or written.
pub fn write_results(name: &str, part: &str) -> Fallible<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md");
    let text = replaced(&fs::read_to_string(&path)?, name, part);
    Ok(fs::write(path, text)?)
}

/// A part that was not there comes last.
fn replaced(text: &str, name: &str, part: &str) -> String {
    let (begin, end) = (format!("<!-- {name}:begin -->"), format!("<!-- {name}:end -->"));
    let part = format!("{begin}\n{part}{end}");
    let old =
        text.split_once(&begin).and_then(|(before, old)| Some((before, old.split_once(&end)?.1)));
    match old {
        Some((before, after)) => format!("{before}{part}{after}"),
        None => format!("{text}\n{part}\n"),
    }
}
