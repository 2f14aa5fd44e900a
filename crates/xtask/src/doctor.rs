//! What the parts need, what is there, and how to get the rest.

use std::fs;
use std::path::Path;

use crate::shell::{Call, has};

/// A program that a part needs and the Debian package that brings it.
#[derive(Clone, Copy)]
pub(crate) struct Need {
    pub(crate) program: &'static str,
    pub(crate) package: &'static str,
}

pub(crate) const CC: Need = Need { program: "cc", package: "gcc" };
pub(crate) const CXX: Need = Need { program: "c++", package: "g++" };
pub(crate) const NM: Need = Need { program: "nm", package: "binutils" };
pub(crate) const PKG_CONFIG: Need = Need { program: "pkg-config", package: "pkg-config" };
pub(crate) const VALGRIND: Need = Need { program: "valgrind", package: "valgrind" };
pub(crate) const NGINX: Need = Need { program: "nginx", package: "nginx" };
pub(crate) const PHP: Need = Need { program: "php", package: "php-cli" };
pub(crate) const PHP_FPM: Need = Need { program: "php-fpm8.2", package: "php-fpm" };
pub(crate) const PHPUNIT: Need = Need { program: "phpunit", package: "phpunit" };
pub(crate) const COMPOSER: Need = Need { program: "composer", package: "composer" };
pub(crate) const UNZIP: Need = Need { program: "unzip", package: "unzip" };
pub(crate) const PSR7: Need =
    Need { program: "/usr/share/php/Nyholm/Psr7/Request.php", package: "php-nyholm-psr7" };

/// What the tests of the PHP binding need.
pub(crate) const PHP_ALL: &[Need] = &[CC, NM, PHP, PHP_FPM, PHPUNIT, COMPOSER, UNZIP, PSR7];

pub(crate) const NODE: Need = Need { program: "node", package: "nodejs" };
pub(crate) const NPM: Need = Need { program: "npm", package: "npm" };
pub(crate) const CHROMIUM: Need = Need { program: "chromium", package: "chromium" };
pub(crate) const WASM_OPT: Need = Need { program: "wasm-opt", package: "binaryen" };

pub(crate) const NODE_ALL: &[Need] = &[CC, NODE, NPM, WASM_OPT];
pub(crate) const WASM_ALL: &[Need] = &[CC, NODE, NPM, WASM_OPT, CHROMIUM];

pub(crate) const PYTHON: Need = Need { program: "python3", package: "python3-venv" };

const ALL: &[Need] = &[
    CC, CXX, NM, PKG_CONFIG, VALGRIND, NGINX, PHP, PHP_FPM, PHPUNIT, COMPOSER, UNZIP, PSR7, PYTHON,
];

/// Prints the probes alone.
pub(crate) fn run() -> Result<bool, String> {
    for need in ALL {
        match has(need.program) {
            true => println!("ok       {}", need.program),
            false => println!("missing  {} (apt-get install {})", need.program, need.package),
        }
    }
    println!(
        "{} of {} programs found",
        ALL.iter().filter(|need| has(need.program)).count(),
        ALL.len()
    );
    Ok(true)
}

/// Installs what is missing where that is possible; names what still is.
pub(crate) fn provide(needs: &[Need]) -> Vec<Need> {
    let missing = |needs: &[Need]| -> Vec<Need> {
        needs.iter().filter(|need| !has(need.program)).copied().collect()
    };
    let wanted = missing(needs);
    if wanted.is_empty() || !can_install() {
        return wanted;
    }
    let packages: Vec<&str> = wanted.iter().map(|need| need.package).collect();
    eprintln!("installing {}", packages.join(" "));
    let policy = NoServices::new();
    let install = || {
        Call::new("apt-get")
            .args(&["install", "--yes", "--no-install-recommends"])
            .args(&packages)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .output()
    };
    let installed = install().or_else(|_| {
        Call::new("apt-get").args(&["update"]).output()?;
        install()
    });
    drop(policy);
    if let Err(message) = installed {
        eprintln!("{message}");
    }
    missing(needs)
}

/// As root on Debian.
fn can_install() -> bool {
    let is_root = Call::new("id").args(&["-u"]).output().is_ok_and(|id| id.trim() == "0");
    is_root && has("apt-get")
}

/// While this lives, packages that are installed do not start their services.
struct NoServices {
    made: bool,
}

const POLICY: &str = "/usr/sbin/policy-rc.d";

impl NoServices {
    fn new() -> Self {
        if Path::new(POLICY).exists() {
            return Self { made: false };
        }
        let made = fs::write(POLICY, "#!/bin/sh\nexit 101\n").is_ok()
            && Call::new("chmod").args(&["755", POLICY]).output().is_ok();
        Self { made }
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.made {
            // Nothing can be done about a file that does not go.
            let _ = fs::remove_file(POLICY);
        }
    }
}
