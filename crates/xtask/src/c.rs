//! The C part: examples compiled with warnings as errors, run as they are, under valgrind and
//! under sanitizers; the exported symbols; the header as PHP reads it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::build;
use crate::parts::step;
use crate::shell::{self, Call, root};

const STRICT: &[&str] = &["-Wall", "-Wextra", "-Werror", "-pedantic", "-g"];

pub(crate) fn test() -> Result<(), String> {
    let prefix = build::c(None)?;
    symbols(&prefix)?;
    let folder = shell::target("c-examples");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for (source, compiler, standard) in [
        ("first.c", "cc", "-std=c99"),
        ("explain.c", "cc", "-std=c99"),
        ("explain.cpp", "c++", "-std=c++17"),
    ] {
        let name = source.replace('.', "-");
        let program = folder.join(&name);
        compile(&prefix, compiler, &[standard], source, &program)?;
        check(source, &run(&prefix, &program, None)?)?;
        let valgrind = ["--quiet", "--error-exitcode=9", "--leak-check=full"];
        check(source, &run(&prefix, &program, Some(("valgrind", &valgrind)))?)?;
        let sanitized = folder.join(format!("{name}-sanitized"));
        let sanitizers = [standard, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
        compile(&prefix, compiler, &sanitizers, source, &sanitized)?;
        check(source, &run(&prefix, &sanitized, None)?)?;
    }
    refusal(&prefix, &folder.join("explain-c"))?;
    static_link(&prefix, &folder.join("first-static"))?;
    php(&prefix)
}

/// The README's example against a library under `prefix`.
pub(crate) fn first_example(prefix: &Path, program: &Path) -> Result<(), String> {
    compile(prefix, "cc", &["-std=c99"], "first.c", program)?;
    check("first.c", &run(prefix, program, None)?)
}

/// Compiles an example against the installed header, as pkg-config says.
fn compile(
    prefix: &Path,
    compiler: &str,
    flags: &[&str],
    source: &str,
    program: &Path,
) -> Result<(), String> {
    let pkg_config = pkg_config(prefix, &["--cflags", "--libs"])?;
    let libraries: Vec<&str> = pkg_config.split_whitespace().collect();
    let source = root().join("examples/c").join(source);
    let call =
        Call::new(compiler).args(flags).args(STRICT).path(&source).args(&["-o"]).path(program);
    step(call.args(&libraries)).map(drop)
}

fn pkg_config(prefix: &Path, what: &[&str]) -> Result<String, String> {
    let folder = prefix.join("lib/pkgconfig").display().to_string();
    let call = Call::new("pkg-config").args(what).args(&["tuleap-front"]);
    call.env("PKG_CONFIG_PATH", &folder).output()
}

/// Runs an example with the request of the README.
fn run(prefix: &Path, program: &Path, under: Option<(&str, &[&str])>) -> Result<String, String> {
    let call = match under {
        Some((tool, arguments)) => Call::new(tool).args(arguments).path(program),
        None => Call::new(&program.display().to_string()),
    };
    let request: &[&str] = &["127.0.0.1", "127.0.0.1", "X-Forwarded-For", "6.6.6.6, 203.0.113.9"];
    let is_first = program.display().to_string().contains("first");
    let call = call.args(if is_first { &[] } else { request });
    step(call.env("LD_LIBRARY_PATH", &prefix.join("lib").display().to_string()))
}

fn check(source: &str, printed: &str) -> Result<(), String> {
    let says = if source.starts_with("first") {
        printed == "203.0.113.9\n"
    } else {
        printed.starts_with("client 203.0.113.9 (forwarded: first-untrusted)\n")
            && printed.contains("7 bytes not read")
    };
    if says { Ok(()) } else { Err(format!("examples/c/{source} printed\n{printed}")) }
}

/// A list that is refused: exit status 2, the code and what to write instead.
fn refusal(prefix: &Path, program: &Path) -> Result<(), String> {
    let call = Call::new(&program.display().to_string()).args(&["127.0.0.1", "10.0.0.1/8"]);
    let call = call.env("LD_LIBRARY_PATH", &prefix.join("lib").display().to_string());
    match call.output() {
        Err(text)
            if text.contains("exit status: 2")
                && text.contains("trusted-proxies/host-bits-set: entry 0")
                && text.contains("write 10.0.0.0/8 for the whole network") =>
        {
            Ok(())
        }
        other => Err(format!("a refused list: {other:?}")),
    }
}

fn static_link(prefix: &Path, program: &Path) -> Result<(), String> {
    let source = root().join("examples/c/first.c");
    let flags = pkg_config(prefix, &["--cflags"])?;
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let call = Call::new("cc").args(&["-std=c99"]).args(STRICT).args(&flags).path(&source);
    let call = call.path(&prefix.join("lib/libtuleap_front.a")).args(&["-o"]).path(program);
    step(call.args(&["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]))?;
    check("first.c", &step(Call::new(&program.display().to_string()))?)
}

/// The library exports what the header declares and nothing else.
fn symbols(prefix: &Path) -> Result<(), String> {
    let library = prefix.join("lib/libtuleap_front.so");
    let listed = Call::new("nm").args(&["-D", "--defined-only"]).path(&library).output()?;
    let exported: BTreeSet<&str> =
        listed.lines().filter_map(|line| line.split_whitespace().last()).collect();
    let header = root().join("include/tuleap_front.h");
    let header = fs::read_to_string(&header).map_err(|error| error.to_string())?;
    let declared: BTreeSet<&str> = header
        .lines()
        .filter(|line| !line.trim_start().starts_with("//") && !line.starts_with(" *"))
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("tuleap_front_"))
        .collect();
    if exported == declared && !declared.is_empty() {
        return Ok(());
    }
    let difference: Vec<_> = exported.symmetric_difference(&declared).collect();
    Err(format!("exported symbols and header differ: {difference:?}"))
}

/// PHP's FFI reads the very same header and gets an answer from the library.
fn php(prefix: &Path) -> Result<(), String> {
    let script = "\
        $ffi = FFI::cdef(file_get_contents($argv[1]), $argv[2]);\
        $list = '127.0.0.1'; $xff = '6.6.6.6, 203.0.113.9'; $out = FFI::new('char[46]');\
        $client = $ffi->new('tuleap_front_client_ip');\
        $p = $ffi->tuleap_front_trusted_proxies_parse($list, strlen($list), 0, null, null, 0);\
        $r = $ffi->tuleap_front_client_ip_resolver_new($p, null, 0, 0, 0, 0, null, null, 0);\
        $n = $ffi->tuleap_front_client_ip_resolve_text($r, $list, strlen($list), $xff,\
             strlen($xff), FFI::addr($client), $out, 46);\
        echo FFI::string($out, $n);";
    let call = Call::new("php").args(&["-d", "ffi.enable=1", "-r", script, "--"]);
    let call = call.path(&root().join("include/tuleap_front.h"));
    let printed = step(call.path(&prefix.join("lib/libtuleap_front.so")))?;
    if printed == "203.0.113.9" { Ok(()) } else { Err(format!("PHP printed {printed}")) }
}
