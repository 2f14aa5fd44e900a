//! The nginx module: built for the nginx of Debian, and with a whole nginx from its sources.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build;
use crate::parts::step;
use crate::shell::{self, Call, cargo, root};

/// What nginx-dev brings: headers, the configure script, and the flags of Debian's build.
pub(crate) const DEBIAN: &str = "/usr/share/nginx/src";
const MODULE: &str = "ngx_http_tuleap_front_module.so";

/// What the tests use of nginx, and what makes modules of other builds fit. The log is one of the
/// server's folder: old versions have no option for that.
const FEATURES: &[&str] = &[
    "--with-compat",
    "--with-http_auth_request_module",
    "--with-http_dav_module",
    "--with-http_realip_module",
    "--with-http_ssl_module",
    "--with-http_stub_status_module",
    "--with-http_v2_module",
    "--with-threads",
    "--error-log-path=error.log",
];

/// A server, and the module unless it is part of the server.
pub(crate) struct Built {
    pub(crate) program: PathBuf,
    pub(crate) module: Option<PathBuf>,
}

/// How a whole nginx is compiled.
struct Flavour {
    name: &'static str,
    cc: &'static str,
    ld: &'static str,
    /// The option of `configure` that names the module.
    add: &'static str,
}

const PLAIN: Flavour = Flavour { name: "plain", cc: "-O2 -g", ld: "", add: "--add-dynamic-module" };

/// Old sources warn with new compilers.
const OLD: Flavour = Flavour { name: "old", cc: "-O2 -g -Wno-error", ..PLAIN };

/// All of the C with sanitizers, the module linked in, and one allocation for each piece of a
/// pool, so that AddressSanitizer knows where it ends. Three checks are off since nginx, for the
/// machines it is made for, relies on what they forbid.
const SANITIZED: Flavour = Flavour {
    name: "sanitized",
    cc: "-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
         -fno-sanitize=alignment,nonnull-attribute,pointer-overflow -DNGX_DEBUG_PALLOC=1",
    ld: "-fsanitize=address,undefined",
    add: "--add-module",
};

/// `cargo xtask build nginx`: the module for Debian's nginx, or for the nginx of these sources.
pub(crate) fn build(source: Option<&str>) -> Result<PathBuf, String> {
    match source {
        None => debian(),
        Some(source) => {
            let source =
                std::path::absolute(source).map_err(|error| format!("{source}: {error}"))?;
            let tree = Tree::new(&source, PLAIN)?;
            tree.configure(&library()?)?;
            tree.module()
        }
    }
}

/// The static library.
pub(crate) fn library() -> Result<PathBuf, String> {
    Ok(build::library()?.join("libtuleap_front_c.a"))
}

/// The module for Debian's nginx, made as Debian makes modules.
pub(crate) fn debian() -> Result<PathBuf, String> {
    let folder = shell::target("nginx/debian");
    let objects = folder.join("objs");
    let script = "\
        set -e; cd \"$0\"; . ./conf_flags; flags() { dpkg-buildflags --get \"$1\"; }; \
        ./configure --with-cc-opt=\"$(flags CFLAGS) -fPIC $(flags CPPFLAGS)\" \
        --with-ld-opt=\"$(flags LDFLAGS) -fPIC\" \"${NGX_CONF_FLAGS[@]}\" \
        --add-dynamic-module=\"$1\" --builddir=\"$2\"";
    let call =
        Call::new("bash").args(&["-c", script, DEBIAN]).path(&module_source()).path(&objects);
    let header = Path::new(DEBIAN).join("src/core/nginx.h");
    configure(&objects, call, &library()?, &[header])?;
    make_module(Path::new(DEBIAN), &objects)?;
    strip(&objects, &folder)
}

/// Where it is built.
pub(crate) fn debian_module() -> PathBuf {
    shell::target("nginx/debian").join(MODULE)
}

/// The module in the newest nginx that a crate carries the sources of.
pub(crate) fn newest() -> Result<Built, String> {
    whole(&newest_sources()?, PLAIN, &library()?)
}

/// The module in an older nginx.
pub(crate) fn old(source: &Path) -> Result<Built, String> {
    whole(source, OLD, &library()?)
}

/// The newest nginx with the module in it, both with sanitizers.
pub(crate) fn sanitized() -> Result<Built, String> {
    whole(&newest_sources()?, SANITIZED, &sanitized_library()?)
}

fn whole(source: &Path, flavour: Flavour, library: &Path) -> Result<Built, String> {
    let is_dynamic = flavour.add == PLAIN.add;
    let tree = Tree::new(source, flavour)?;
    tree.configure(library)?;
    make(&tree.source(), &tree.objects(), "binary")?;
    let module = if is_dynamic { Some(tree.module()?) } else { None };
    Ok(Built { program: tree.objects().join("nginx"), module })
}

/// The static library with AddressSanitizer, by an option that only a compiler at work on itself
/// is meant to have.
fn sanitized_library() -> Result<PathBuf, String> {
    let host = Call::new("rustc").args(&["-vV"]).output()?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or("rustc names no host")?;
    let folder = shell::target("nginx/sanitized-library");
    let build = ["build", "--quiet", "--package", "tuleap-front-c", "--lib", "--target", host];
    let call = cargo(&build).args(&["--target-dir"]).path(&folder);
    let call = call.env("RUSTC_BOOTSTRAP", "1").env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    step(call.env("RUSTFLAGS", "-Zsanitizer=address"))?;
    Ok(folder.join(host).join("debug/libtuleap_front_c.a"))
}

/// The folder of the sources that the crate `nginx-src` carries.
fn newest_sources() -> Result<PathBuf, String> {
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked"]).output()?;
    let manifest = metadata
        .split("\"manifest_path\":\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.contains("/nginx-src-"))
        .ok_or("cargo metadata does not know nginx-src")?;
    let crate_folder = Path::new(manifest).parent().ok_or("a manifest in no folder")?;
    Ok(crate_folder.join("nginx"))
}

/// A copy of nginx's sources in which it is configured and made.
struct Tree {
    folder: PathBuf,
    flavour: Flavour,
}

impl Tree {
    fn new(source: &Path, flavour: Flavour) -> Result<Self, String> {
        let name = format!("{}-{}", version(source)?, flavour.name);
        let folder = shell::target("nginx").join(name);
        let copy = folder.join("src");
        if !copy.exists() {
            fs::create_dir_all(&folder).map_err(|error| at(&folder, &error))?;
            let half = folder.join("half");
            let _ = fs::remove_dir_all(&half);
            step(Call::new("cp").args(&["-R"]).path(source).path(&half))?;
            step(Call::new("chmod").args(&["-R", "u+w"]).path(&half))?;
            fs::rename(&half, &copy).map_err(|error| at(&copy, &error))?;
        }
        Ok(Self { folder, flavour })
    }

    fn source(&self) -> PathBuf {
        self.folder.join("src")
    }

    fn objects(&self) -> PathBuf {
        self.folder.join("objs")
    }

    fn configure(&self, library: &Path) -> Result<(), String> {
        let Flavour { cc, ld, add, .. } = self.flavour;
        // A release has the script at the top, the repository beside its parts.
        let script = "set -e; cd \"$0\"; if [ -x configure ]; then exec ./configure \"$@\"; fi; \
                      exec ./auto/configure \"$@\"";
        let call = Call::new("sh").args(&["-c", script]).path(&self.source()).args(FEATURES);
        let call = call.args(&[
            &format!("--with-cc-opt={cc}"),
            &format!("--with-ld-opt={ld}"),
            &format!("--builddir={}", self.objects().display()),
            &format!("{add}={}", module_source().display()),
        ]);
        configure(&self.objects(), call, library, &[self.source().join("src/core/nginx.h")])
    }

    fn module(&self) -> Result<PathBuf, String> {
        make_module(&self.source(), &self.objects())?;
        strip(&self.objects(), &self.folder)
    }
}

/// The folder of the module's `config`.
fn module_source() -> PathBuf {
    root().join("bindings/nginx")
}

/// The version in nginx's own header.
fn version(source: &Path) -> Result<String, String> {
    let header = source.join("src/core/nginx.h");
    let text = fs::read_to_string(&header).map_err(|error| at(&header, &error))?;
    let version =
        text.split_once("#define NGINX_VERSION").and_then(|(_, rest)| rest.split('"').nth(1));
    version.map(str::to_owned).ok_or_else(|| format!("{} names no version", header.display()))
}

/// Configures, unless the last time was the same: the same command and the same contents of what
/// it reads.
fn configure(objects: &Path, call: Call, library: &Path, reads: &[PathBuf]) -> Result<(), String> {
    let mut key = format!("{}\n{}\n", call.line(), library.display());
    for file in reads.iter().chain([&module_source().join("config")]) {
        let text = fs::read_to_string(file).map_err(|error| at(file, &error))?;
        key.push_str(&text);
    }
    let stamp = objects.join("configured");
    if fs::read_to_string(&stamp).is_ok_and(|old| old == key) {
        return Ok(());
    }
    // A header made for other options would fit in name only.
    let _ = fs::remove_dir_all(objects);
    fs::create_dir_all(objects).map_err(|error| at(objects, &error))?;
    let include = root().join("include").display().to_string();
    let call = call.env("TULEAP_FRONT_LIB", &library.display().to_string());
    step(call.env("TULEAP_FRONT_INCLUDE", &include))?;
    fs::write(&stamp, key).map_err(|error| at(&stamp, &error))
}

/// What changed since is made again: the `config` names the library and the headers.
fn make(source: &Path, objects: &Path, goal: &str) -> Result<(), String> {
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let makefile = objects.join("Makefile");
    let call =
        Call::new("make").args(&["--silent", &format!("--jobs={jobs}"), "-f"]).path(&makefile);
    step(call.args(&["-C"]).path(source).args(&[goal])).map(drop)
}

fn make_module(source: &Path, objects: &Path) -> Result<(), String> {
    make(source, objects, "modules")
}

/// A server may have the old one open: it is replaced, not written into.
fn strip(objects: &Path, folder: &Path) -> Result<PathBuf, String> {
    let (half, whole) = (folder.join("half.so"), folder.join(MODULE));
    let strip = Call::new("strip").args(&["--strip-unneeded", "-o"]).path(&half);
    strip.path(&objects.join(MODULE)).output()?;
    fs::rename(&half, &whole).map_err(|error| at(&whole, &error))?;
    Ok(whole)
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
