//! `cargo xtask test recorded`: recorded rows through every surface that is there.

use crate::doctor::{self, Need};
use crate::shell::cargo;
use crate::{node, php, python, servers};

/// A language or a server whose binding answers rows.
struct Binding {
    name: &'static str,
    needs: &'static [Need],
    prepare: fn() -> Result<(), String>,
    /// `NAME=COMMAND` of the program that answers, or several with commas between them.
    rows: fn() -> String,
}

const BINDINGS: &[Binding] = &[
    Binding {
        name: "php",
        needs: &[doctor::CC, doctor::PHP],
        prepare: php::prepare,
        rows: php::rows,
    },
    Binding {
        name: "python",
        needs: &[doctor::CC, doctor::PYTHON],
        prepare: python::prepare,
        rows: python::rows,
    },
    Binding {
        name: "node and wasm",
        needs: &[doctor::CC, doctor::NODE, doctor::NPM],
        prepare: node::prepare,
        rows: node::rows,
    },
    Binding {
        name: "nginx",
        needs: doctor::NGINX_ROWS,
        prepare: servers::prepare_nginx,
        rows: servers::nginx_rows,
    },
    Binding {
        name: "apache",
        needs: doctor::APACHE_ROWS,
        prepare: servers::prepare_apache,
        rows: servers::apache_rows,
    },
];

/// Runs them with the options of the runner (`--dir DIR`); true if every row held everywhere.
pub(crate) fn run(options: &[&str]) -> Result<bool, String> {
    let mut surfaces = vec!["rust".to_owned(), "c".to_owned(), "cli".to_owned()];
    let mut all = true;
    for binding in BINDINGS {
        let missing = doctor::provide(binding.needs);
        if let Some(need) = missing.first() {
            println!("SKIP {} (apt-get install {})", binding.name, need.package);
            all = false;
            continue;
        }
        match (binding.prepare)() {
            Ok(()) => surfaces.push((binding.rows)()),
            Err(why) => {
                println!("FAIL {}: {why}", binding.name);
                all = false;
            }
        }
    }
    let runner = ["run", "--quiet", "--package", "tuleap-front-tests", "--bin", "recorded", "--"];
    let surfaces = surfaces.join(",");
    let call = cargo(&runner).args(options).args(&["--surfaces", &surfaces]);
    Ok(call.succeeds()? && all)
}
