//! The PHP part: the C library under a prefix of its own, PHPUnit on the command line and through
//! a real php-fpm, the corpus.

use crate::build;
use crate::parts::step;
use crate::shell::{self, Call};

/// Builds the library beside which the binding looks for its header.
pub(crate) fn prepare() -> Result<(), String> {
    let prefix = shell::target("php/c").display().to_string();
    build::c(Some(&prefix)).map(drop)
}

pub(crate) fn test() -> Result<(), String> {
    prepare()?;
    step(Call::new("bindings/php/tests/setup.sh"))?;
    step(Call::new("bindings/php/tests/run.sh")).map(drop)
}

/// The program that answers recorded rows.
pub(crate) fn rows() -> String {
    "php=php bindings/php/tests/rows.php".to_owned()
}

/// What a call costs beside the setting's rules in PHP, for one entry and for three: lines of name,
/// version and nanoseconds.
pub(crate) fn bench() -> Result<String, String> {
    prepare()?;
    let request = ["10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"];
    let list = ["10.0.0.0/24", "192.0.2.1,198.51.100.0/24,10.0.0.0/24"];
    let mut lines = String::new();
    for list in list {
        lines.push_str(&format!("trusted: {list}\n"));
        for script in ["bindings/php/tests/bench.php", "benches/peers/tuleap.php"] {
            let php = Call::new("php").args(&["-d", "opcache.enable_cli=1", script, list]);
            lines.push_str(&step(php.args(&request))?);
        }
    }
    Ok(lines)
}

/// Builds the Composer zip, and asks it in an empty project.
pub(crate) fn dist() -> Result<(), String> {
    prepare()?;
    step(Call::new("bindings/php/dist.sh"))?;
    step(Call::new("php").args(&["bindings/php/tests/dist.php"])).map(drop)
}
