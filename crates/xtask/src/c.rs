//! The C part: examples compiled with warnings as errors, run as they are, under valgrind and
//! under sanitizers; the exported symbols; the header as PHP reads it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::build;
use crate::parts::step;
use crate::shell::{self, Call, root};

const STRICT: &[&str] = &["-Wall", "-Wextra", "-Werror", "-pedantic", "-g"];

/// A program in examples/c, what it is asked and what it then prints.
struct Example {
    source: &'static str,
    compiler: &'static str,
    standard: &'static str,
    arguments: &'static [&'static str],
    /// The start, and what stands behind it somewhere.
    prints: (&'static str, &'static str),
}

const FIRST: Example = Example {
    source: "first.c",
    compiler: "cc",
    standard: "-std=c99",
    arguments: &[],
    prints: ("203.0.113.9\n", ""),
};

const EXPLAIN: Example = Example {
    source: "explain.c",
    arguments: &["127.0.0.1", "127.0.0.1", "X-Forwarded-For", "6.6.6.6, 203.0.113.9"],
    prints: ("client 203.0.113.9 (forwarded: first-untrusted)\n", "7 bytes not read"),
    ..FIRST
};

const DESTINATION: Example = Example {
    source: "destination.c",
    arguments: &[
        "https://tuleap.example.com",
        "http://tuleap:8080",
        "COPY",
        "Destination",
        "https://me@TULEAP.example.com:443/svn/a%20b",
        "If",
        "<https://tuleap.example.com/svn/c> (<opaquelocktoken:1>)",
    ],
    prints: (
        "Destination: http://tuleap:8080/svn/a%20b\n",
        "\nIf: <http://tuleap:8080/svn/c> (<opaquelocktoken:1>)\n",
    ),
    ..FIRST
};

const EXAMPLES: &[Example] = &[
    FIRST,
    EXPLAIN,
    Example { source: "explain.cpp", compiler: "c++", standard: "-std=c++17", ..EXPLAIN },
    DESTINATION,
];

/// A program that is asked for what is refused: its exit status and two things that it says.
const REFUSALS: &[(&str, &[&str], [&str; 3])] = &[
    (
        "explain-c",
        &["127.0.0.1", "10.0.0.1/8"],
        [
            "exit status: 2",
            "trusted-proxies/host-bits-set: entry 0",
            "write 10.0.0.0/8 for the whole network",
        ],
    ),
    (
        "destination-c",
        &["https://tuleap.example.com, https://svn.example.com/", "http", "COPY"],
        ["exit status: 2", "destination-origin/path: entry 1", "without a slash at the end"],
    ),
    (
        "destination-c",
        &["https://tuleap.example.com", "http", "MOVE", "destination", "https://other.example/a"],
        ["exit status: 1", "502 destination/foreign-origin", "on another server"],
    ),
];

pub(crate) fn test() -> Result<(), String> {
    let prefix = build::c(None)?;
    symbols(&prefix)?;
    let folder = shell::target("c-examples");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for example in EXAMPLES {
        let name = example.source.replace('.', "-");
        let program = folder.join(&name);
        compile(&prefix, example, &[], &program)?;
        check(example, &run(&prefix, &program, example.arguments, None)?)?;
        let valgrind = ["--quiet", "--error-exitcode=9", "--leak-check=full"];
        let under = Some(("valgrind", valgrind.as_slice()));
        check(example, &run(&prefix, &program, example.arguments, under)?)?;
        let sanitized = folder.join(format!("{name}-sanitized"));
        let sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
        compile(&prefix, example, &sanitizers, &sanitized)?;
        check(example, &run(&prefix, &sanitized, example.arguments, None)?)?;
    }
    for (name, arguments, says) in REFUSALS {
        for program in [(*name).to_owned(), format!("{name}-sanitized")] {
            refusal(&prefix, &folder.join(program), arguments, says)?;
        }
    }
    static_link(&prefix, &folder.join("first-static"))?;
    php(&prefix)
}

/// The README's example against a library under `prefix`.
pub(crate) fn first_example(prefix: &Path, program: &Path) -> Result<(), String> {
    compile(prefix, &FIRST, &[], program)?;
    check(&FIRST, &run(prefix, program, FIRST.arguments, None)?)
}

/// Compiles an example against the installed header, as pkg-config says.
fn compile(prefix: &Path, example: &Example, flags: &[&str], to: &Path) -> Result<(), String> {
    let pkg_config = pkg_config(prefix, &["--cflags", "--libs"])?;
    let libraries: Vec<&str> = pkg_config.split_whitespace().collect();
    let source = root().join("examples/c").join(example.source);
    let call = Call::new(example.compiler).args(&[example.standard]).args(flags).args(STRICT);
    step(call.path(&source).args(&["-o"]).path(to).args(&libraries)).map(drop)
}

fn pkg_config(prefix: &Path, what: &[&str]) -> Result<String, String> {
    let folder = prefix.join("lib/pkgconfig").display().to_string();
    let call = Call::new("pkg-config").args(what).args(&["tuleap-front"]);
    call.env("PKG_CONFIG_PATH", &folder).output()
}

/// Runs an example, if need be under another program.
fn run(
    prefix: &Path,
    program: &Path,
    arguments: &[&str],
    under: Option<(&str, &[&str])>,
) -> Result<String, String> {
    let call = match under {
        Some((tool, arguments)) => Call::new(tool).args(arguments).path(program),
        None => Call::new(&program.display().to_string()),
    };
    step(call.args(arguments).env("LD_LIBRARY_PATH", &prefix.join("lib").display().to_string()))
}

fn check(example: &Example, printed: &str) -> Result<(), String> {
    let (start, further) = example.prints;
    match printed.starts_with(start) && printed.contains(further) {
        true => Ok(()),
        false => Err(format!("examples/c/{} printed\n{printed}", example.source)),
    }
}

/// What is refused: the exit status, the code and what is wrong.
fn refusal(prefix: &Path, program: &Path, arguments: &[&str], says: &[&str]) -> Result<(), String> {
    let call = Call::new(&program.display().to_string()).args(arguments);
    let call = call.env("LD_LIBRARY_PATH", &prefix.join("lib").display().to_string());
    match call.output() {
        Err(text) if says.iter().all(|part| text.contains(part)) => Ok(()),
        other => Err(format!("{} {arguments:?}: {other:?}", program.display())),
    }
}

fn static_link(prefix: &Path, program: &Path) -> Result<(), String> {
    let source = root().join("examples/c/first.c");
    let flags = pkg_config(prefix, &["--cflags"])?;
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let call = Call::new("cc").args(&["-std=c99"]).args(STRICT).args(&flags).path(&source);
    let call = call.path(&prefix.join("lib/libtuleap_front.a")).args(&["-o"]).path(program);
    step(call.args(&["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]))?;
    check(&FIRST, &step(Call::new(&program.display().to_string()))?)
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
