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

pub(crate) const NGINX_DEV: Need =
    Need { program: "/usr/share/nginx/src/conf_flags", package: "nginx-dev" };
pub(crate) const LIBSSL: Need =
    Need { program: "/usr/include/openssl/ssl.h", package: "libssl-dev" };
pub(crate) const PCRE: Need = Need { program: "/usr/include/pcre2.h", package: "libpcre2-dev" };
pub(crate) const ZLIB: Need = Need { program: "/usr/include/zlib.h", package: "zlib1g-dev" };
pub(crate) const OLD_PCRE: Need = Need { program: "/usr/include/pcre.h", package: "libpcre3-dev" };
pub(crate) const MAKE: Need = Need { program: "make", package: "make" };
pub(crate) const OPENSSL: Need = Need { program: "openssl", package: "openssl" };
pub(crate) const NGHTTP: Need = Need { program: "nghttp", package: "nghttp2-client" };
pub(crate) const IPROUTE: Need = Need { program: "ip", package: "iproute2" };
pub(crate) const APACHE: Need = Need { program: "apache2", package: "apache2" };
pub(crate) const APXS: Need = Need { program: "apxs", package: "apache2-dev" };
pub(crate) const SVN: Need = Need { program: "svn", package: "subversion" };
pub(crate) const DAV_SVN: Need =
    Need { program: "/usr/lib/apache2/modules/mod_dav_svn.so", package: "libapache2-mod-svn" };
pub(crate) const LITMUS: Need = Need { program: "litmus", package: "litmus" };
pub(crate) const NGINX_STREAM: Need =
    Need { program: "/usr/lib/nginx/modules/ngx_stream_module.so", package: "libnginx-mod-stream" };
pub(crate) const HEADERS_MORE: Need = Need {
    program: "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so",
    package: "libnginx-mod-http-headers-more-filter",
};
pub(crate) const WRK: Need = Need { program: "wrk", package: "wrk" };

/// What the module for Debian's nginx is made with.
pub(crate) const NGINX_MODULE: &[Need] = &[CC, MAKE, NGINX_DEV];
/// What recorded rows through nginx need.
pub(crate) const NGINX_ROWS: &[Need] = &[CC, MAKE, NGINX, NGINX_DEV, OPENSSL, IPROUTE];
/// What a whole nginx is made with.
pub(crate) const NGINX_WHOLE: &[Need] = &[CC, MAKE, LIBSSL, PCRE, ZLIB];
/// What the tests of the nginx module need.
pub(crate) const NGINX_ALL: &[Need] = &[
    CC,
    MAKE,
    NM,
    NGINX,
    NGINX_DEV,
    LIBSSL,
    PCRE,
    ZLIB,
    OPENSSL,
    NGHTTP,
    IPROUTE,
    VALGRIND,
    HEADERS_MORE,
    APACHE,
    SVN,
    DAV_SVN,
];
/// What older versions of nginx need besides.
pub(crate) const NGINX_OLD: &[Need] =
    &[CC, MAKE, NGINX, LIBSSL, PCRE, OLD_PCRE, ZLIB, OPENSSL, NGHTTP, IPROUTE];

/// What the module for Apache is made with.
pub(crate) const APACHE_MODULE: &[Need] = &[CC, MAKE, APXS];
/// What recorded rows through Apache need.
pub(crate) const APACHE_ROWS: &[Need] = &[CC, MAKE, APACHE, APXS, OPENSSL, IPROUTE];
/// What the tests of the Apache module need.
pub(crate) const APACHE_ALL: &[Need] =
    &[CC, MAKE, NM, APACHE, APXS, SVN, DAV_SVN, OPENSSL, NGHTTP, IPROUTE, VALGRIND];
/// What Subversion and WebDAV through both need.
pub(crate) const DAV_ALL: &[Need] = &[
    CC,
    MAKE,
    NGINX,
    NGINX_DEV,
    NGINX_STREAM,
    APACHE,
    APXS,
    SVN,
    DAV_SVN,
    LITMUS,
    OPENSSL,
    PHP_FPM,
];
/// What the benchmarks of both need.
pub(crate) const SERVER_BENCHES: &[Need] =
    &[CC, MAKE, NGINX, NGINX_DEV, APACHE, APXS, VALGRIND, WRK];

const ALL: &[Need] = &[
    CC,
    CXX,
    NM,
    PKG_CONFIG,
    VALGRIND,
    NGINX,
    PHP,
    PHP_FPM,
    PHPUNIT,
    COMPOSER,
    UNZIP,
    PSR7,
    PYTHON,
    MAKE,
    NGINX_DEV,
    LIBSSL,
    PCRE,
    ZLIB,
    OPENSSL,
    NGHTTP,
    IPROUTE,
    APACHE,
    APXS,
    SVN,
    DAV_SVN,
    LITMUS,
    NGINX_STREAM,
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

/// The same, and what is still missing is an error.
pub(crate) fn require(needs: &[Need]) -> Result<(), String> {
    let missing: Vec<_> = provide(needs).iter().map(|need| need.package).collect();
    match missing.as_slice() {
        [] => Ok(()),
        missing => Err(format!("apt-get install {}", missing.join(" "))),
    }
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
