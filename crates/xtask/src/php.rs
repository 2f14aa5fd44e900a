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

/// Builds the Composer zip, and asks it in an empty project.
pub(crate) fn dist() -> Result<(), String> {
    prepare()?;
    step(Call::new("bindings/php/dist.sh"))?;
    step(Call::new("php").args(&["bindings/php/tests/dist.php"])).map(drop)
}
