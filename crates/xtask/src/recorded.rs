//! `cargo xtask test recorded`: recorded rows through every surface that is there.

use crate::doctor::{self, Need};
use crate::shell::cargo;
use crate::{node, php, python};

/// A language whose binding answers rows.
struct Language {
    name: &'static str,
    needs: &'static [Need],
    prepare: fn() -> Result<(), String>,
    /// `NAME=COMMAND` of the program that answers, or several with commas between them.
    rows: fn() -> String,
}

const LANGUAGES: &[Language] = &[
    Language {
        name: "php",
        needs: &[doctor::CC, doctor::PHP],
        prepare: php::prepare,
        rows: php::rows,
    },
    Language {
        name: "python",
        needs: &[doctor::CC, doctor::PYTHON],
        prepare: python::prepare,
        rows: python::rows,
    },
    Language {
        name: "node and wasm",
        needs: &[doctor::CC, doctor::NODE, doctor::NPM],
        prepare: node::prepare,
        rows: node::rows,
    },
];

/// Runs them with the options of the runner (`--dir DIR`); true if every row held everywhere.
pub(crate) fn run(options: &[&str]) -> Result<bool, String> {
    let mut surfaces = vec!["rust".to_owned(), "c".to_owned(), "cli".to_owned()];
    let mut all = true;
    for language in LANGUAGES {
        let missing = doctor::provide(language.needs);
        if let Some(need) = missing.first() {
            println!("SKIP {} (apt-get install {})", language.name, need.package);
            all = false;
            continue;
        }
        match (language.prepare)() {
            Ok(()) => surfaces.push((language.rows)()),
            Err(why) => {
                println!("FAIL {}: {why}", language.name);
                all = false;
            }
        }
    }
    let runner = ["run", "--quiet", "--package", "tuleap-front-tests", "--bin", "recorded", "--"];
    let surfaces = surfaces.join(",");
    let call = cargo(&runner).args(options).args(&["--surfaces", &surfaces]);
    Ok(call.succeeds()? && all)
}
