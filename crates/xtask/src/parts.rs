//! `cargo xtask test`: the parts, one line each; a part that fails does not stop the others.

use std::time::Instant;

use crate::doctor::{self, Need};
use crate::shell::{Call, cargo};
use crate::{bench, c, node, php, python, recorded, servers, tidy};

/// A part of the tests.
struct Part {
    name: &'static str,
    needs: &'static [Need],
    run: fn() -> Result<(), String>,
    /// Takes longer, or its answer may change without a change here: only when it is named.
    on_demand: bool,
}

const PARTS: &[Part] = &[
    Part { name: "tidy", needs: &[], run: tidy_and_fresh, on_demand: false },
    Part { name: "rust", needs: &[doctor::CC], run: rust, on_demand: false },
    Part { name: "recorded", needs: &[], run: recorded, on_demand: false },
    Part {
        name: "c",
        needs: &[
            doctor::CC,
            doctor::CXX,
            doctor::NM,
            doctor::PKG_CONFIG,
            doctor::VALGRIND,
            doctor::PHP,
        ],
        run: c::test,
        on_demand: false,
    },
    Part {
        name: "differential",
        needs: &[doctor::NGINX, doctor::PHP],
        run: differential,
        on_demand: false,
    },
    Part { name: "php", needs: doctor::PHP_ALL, run: php::test, on_demand: false },
    Part {
        name: "python",
        needs: &[doctor::CC, doctor::PYTHON],
        run: python::test,
        on_demand: false,
    },
    Part { name: "node", needs: doctor::NODE_ALL, run: node::test, on_demand: false },
    Part { name: "wasm", needs: doctor::WASM_ALL, run: node::test_wasm, on_demand: false },
    Part { name: "nginx", needs: doctor::NGINX_ALL, run: servers::test_nginx, on_demand: false },
    Part { name: "apache", needs: doctor::APACHE_ALL, run: servers::test_apache, on_demand: false },
    Part { name: "dav", needs: doctor::DAV_ALL, run: servers::test_dav, on_demand: false },
    Part {
        name: "instructions",
        needs: &[doctor::CC, doctor::VALGRIND],
        run: bench::instructions,
        on_demand: false,
    },
    Part {
        name: "nginx-versions",
        needs: doctor::NGINX_OLD,
        run: servers::test_nginx_versions,
        on_demand: true,
    },
    Part { name: "hard", needs: &[doctor::CC], run: hard, on_demand: true },
];

enum Outcome {
    Failed(String),
    Passed,
    Skipped(String),
}

/// Runs the named parts, or all of them; true if none failed.
pub(crate) fn test(words: &[&str]) -> Result<bool, String> {
    let (names, require_all) = match words {
        [names @ .., "--require", "all"] | ["--require", "all", names @ ..] => (names, true),
        names => (names, false),
    };
    if let Some(unknown) = names.iter().find(|name| !PARTS.iter().any(|part| part.name == **name)) {
        let known: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        return Err(format!("no part {unknown}; the parts are {}", known.join(", ")));
    }
    let is_wanted =
        |part: &&Part| names.contains(&part.name) || (names.is_empty() && !part.on_demand);
    let mut counts = [0; 3];
    for part in PARTS.iter().filter(is_wanted) {
        let start = Instant::now();
        eprintln!("---- {}", part.name);
        let outcome = match run(part) {
            Outcome::Skipped(why) if require_all => Outcome::Failed(why),
            outcome => outcome,
        };
        let seconds = start.elapsed().as_secs_f32();
        let (word, count) = match &outcome {
            Outcome::Passed => ("PASS", 0),
            Outcome::Failed(why) => {
                println!("{why}");
                ("FAIL", 1)
            }
            Outcome::Skipped(why) => {
                println!("SKIP {} ({why})", part.name);
                ("SKIP", 2)
            }
        };
        if let Some(count) = counts.get_mut(count) {
            *count += 1;
        }
        println!("{word} {} {seconds:.1} s", part.name);
    }
    let [passed, failed, skipped] = counts;
    println!("parts: {passed} passed, {failed} failed, {skipped} skipped");
    Ok(failed == 0)
}

fn run(part: &Part) -> Outcome {
    let missing = doctor::provide(part.needs);
    if !missing.is_empty() {
        let packages: Vec<_> = missing.iter().map(|need| need.package).collect();
        return Outcome::Skipped(format!("apt-get install {}", packages.join(" ")));
    }
    match (part.run)() {
        Ok(()) => Outcome::Passed,
        Err(why) => Outcome::Failed(why),
    }
}

/// One step of a part: named while it runs.
pub(crate) fn step(call: Call) -> Result<String, String> {
    eprintln!("     {}", call.name());
    call.output()
}

fn tidy_and_fresh() -> Result<(), String> {
    tidy::run()?;
    step(cargo(&["fmt", "--all", "--check"]))?;
    let codegen = ["run", "--quiet", "--package", "xtask-codegen", "--"];
    step(cargo(&codegen).args(&["--check"]))?;
    step(cargo(&codegen).args(&["coverage"])).map(drop)
}

/// The packages that need no other language.
const OURS: &[&str] = &[
    "tuleap-front",
    "tuleap-front-c",
    "tuleap-front-cli",
    "tuleap-front-example",
    "tuleap-front-http",
    "tuleap-front-tests",
    "xtask",
    "xtask-codegen",
    "xtask-wasm",
];

fn rust() -> Result<(), String> {
    let packages: Vec<&str> = OURS.iter().flat_map(|name| ["--package", name]).collect();
    let lints = ["--all-targets", "--", "--deny", "warnings"];
    let benches = ["--package", "tuleap-front-benches"];
    step(cargo(&["clippy", "--quiet"]).args(&packages).args(&benches).args(&lints))?;
    step(cargo(&["test", "--quiet"]).args(&packages))?;
    let docs = cargo(&[
        "doc",
        "--quiet",
        "--no-deps",
        "--package",
        "tuleap-front",
        "--package",
        "tuleap-front-http",
    ]);
    step(docs.env("RUSTDOCFLAGS", "--deny warnings"))?;
    let bare = ["check", "--quiet", "--package", "tuleap-front", "--no-default-features"];
    step(cargo(&bare)).map(drop)
}

fn recorded() -> Result<(), String> {
    match recorded::run(&[])? {
        true => Ok(()),
        false => Err("not every row held in every surface".to_owned()),
    }
}

fn differential() -> Result<(), String> {
    let tests = ["test", "--quiet", "--package", "tuleap-front-tests"];
    let names = [
        "--test",
        "differential_nginx",
        "--test",
        "differential_php",
        "--test",
        "differential_routes",
        "--test",
        "nginx_diff",
    ];
    step(cargo(&tests).args(&names).env("TULEAP_FRONT_REQUIRE", "all")).map(drop)
}

/// As many generated cases as one likes, beside the nginx that is installed.
pub(crate) fn nginx_diff(options: &[&str]) -> Result<bool, String> {
    let mut tests = cargo(&["test", "--quiet", "--package", "tuleap-front-tests"])
        .args(&["--test", "nginx_diff", "--", "--nocapture", "--test-threads=1"])
        .env("TULEAP_FRONT_REQUIRE", "all");
    for option in options.chunks(2) {
        tests = match option {
            ["--cases", cases] => tests.env("TULEAP_FRONT_CASES", cases),
            ["--seed", seed] => tests.env("TULEAP_FRONT_SEED", seed),
            other => return Err(format!("nginx-diff: {}: --cases N or --seed S", other.join(" "))),
        };
    }
    tests.succeeds()
}

/// Licences and advisories, and every fuzz target for a minute.
fn hard() -> Result<(), String> {
    let tools = crate::shell::target("xtask-tools");
    let install = |tool: &str| {
        let cargo_install = cargo(&["install", "--quiet", tool, "--root"]);
        step(cargo_install.path(&tools))
    };
    install("cargo-deny")?;
    let deny = tools.join("bin/cargo-deny").display().to_string();
    step(Call::new(&deny).args(&["check", "licenses", "bans", "sources"]))?;
    install("cargo-fuzz")?;
    let fuzz = tools.join("bin/cargo-fuzz").display().to_string();
    let call = |arguments: &[&str]| {
        let fuzz = Call::new(&fuzz).args(arguments).args(&["--fuzz-dir", "tests/fuzz"]);
        fuzz.env("RUSTC_BOOTSTRAP", "1")
    };
    for target in call(&["list"]).output()?.lines() {
        step(call(&["run", "-s", "none", target, "--", "-max_total_time=60"]))?;
    }
    Ok(())
}
