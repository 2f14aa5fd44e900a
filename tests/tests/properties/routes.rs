//! Request targets, locations and routes.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front_tests::fuzz;

use super::cases;

/// Pieces of targets.
const TARGET: &[&str] = &[
    "/",
    "/",
    "//",
    ".",
    "..",
    "/.",
    "/..",
    "%2f",
    "%2E",
    "%2e%2e",
    "%25",
    "%3f",
    "%23",
    "%00",
    "%",
    "%4",
    "%zz",
    "a",
    "b.css",
    "A",
    "\u{e9}",
    "+",
    "?",
    "#",
    "x=%2",
    " ",
    "\t",
    "http://",
    "h",
    ".",
    ":80",
    "[::1]",
    "@",
    "_",
    "svnplugin",
    "plugins/svn",
    "index.php",
    "aaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// Pieces of locations and of what they do.
const LINES: &[&str] = &[
    "\n",
    "\n",
    "\n/",
    "\n= /",
    "\n^~ /",
    "\n~ ",
    "\n~* ",
    " ",
    " x",
    "/",
    "a",
    "b",
    "c",
    "^",
    "$",
    "\\.",
    "(?:",
    "(",
    "|",
    ")",
    "[a-c]",
    "[^b]",
    "*",
    "+?",
    "{1,2}",
    "\"",
    "'",
    "\\",
    "\u{e9}",
    "#",
    "\\d",
    " proxy web",
    " proxy svn",
    " static",
    " alias /e/",
    " alias /e",
    " root /s",
    " fallback /a",
    " hide .php",
    " try_files $uri $uri/ /a?$args",
    " try_files $uri =404",
    " fastcgi php i.php",
    "\nroot /r",
    "\nindex i.html /a",
    "\n/a/",
    "\n/a/b",
];

fn target() -> impl Strategy<Value = Vec<u8>> {
    vec(select(TARGET), 0..10).prop_map(|pieces| pieces.concat().into_bytes())
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    vec(select(LINES), 0..24).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Lines that are right by themselves: an expression or a prefix, and what it does.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let head = select(
        &["/", "/a", "/a/", "= /a", "^~ /a/b", "~ b$", "~* ^/A", "~ [ab]+c", "= /a/", "/b/"][..],
    );
    let action = select(
        &[
            "proxy web",
            "proxy svn",
            "static",
            "root /s",
            "fastcgi php i.php",
            "static fallback /b/c",
            "try_files $uri $uri/ /a?$args",
            "try_files $uri/ =404",
            "static hide .php",
            "alias /e/",
            "alias /e",
        ][..],
    );
    vec((head, action), 1..7).prop_map(|lines| {
        let lines: Vec<String> =
            lines.iter().map(|(head, action)| format!("{head} {action}")).collect();
        format!("root /r\nindex i.html\n{}", lines.join("\n")).into_bytes()
    })
}

/// Locations that are right by themselves.
fn named() -> impl Strategy<Value = Vec<u8>> {
    let head = select(
        &[
            "/",
            "/a",
            "/a/",
            "= /a",
            "^~ /a/b",
            "~ b$",
            "~* ^/A",
            "~ [ab]+c",
            "= /a/",
            "/b/",
            "/a/bc",
            "^~ /a/",
            "= /a/b",
            "~* \\.(?:css|js)$",
            "~ ^/a/b",
            "/A",
            "~ .\\W",
            "^~ /",
        ][..],
    );
    vec(head, 1..9).prop_map(|heads| {
        let line = |(at, head): (usize, &&str)| format!("{head} n{at}\n");
        heads.iter().enumerate().map(line).collect::<String>().into_bytes()
    })
}

proptest! {
    #![proptest_config(cases(1_500))]

    /// Oracle: the model, which looks at each segment. The body is that of the fuzz target.
    #[test]
    fn every_target_means_what_the_model_says(
        merge in 0_u8..2,
        target in target(),
        slash in any::<bool>(),
    ) {
        let slash: &[u8] = if slash { b"/" } else { b"" };
        fuzz::request_target(&[&[merge], slash, &target].concat());
    }

    /// Any bytes get an answer.
    #[test]
    fn any_bytes_are_a_target_or_are_refused(bytes in vec(any::<u8>(), 0..40)) {
        fuzz::request_target(&bytes);
        fuzz::locations(&bytes);
        fuzz::routes(&bytes);
    }

    /// Oracle: the model, which looks at each location.
    #[test]
    fn every_path_has_the_location_of_the_model(
        text in prop_oneof![1 => text(), 3 => named()],
        uri in target(),
    ) {
        let text = String::from_utf8_lossy(&text).replace(" proxy web", " web");
        fuzz::locations(&[text.as_bytes(), b"\0/", &uri].concat());
        fuzz::locations(&[text.as_bytes(), b"\0/a/b", &uri].concat());
    }

    /// A file is below what is configured, and what is explained is what is done.
    #[test]
    fn every_route_stays_below(
        flags in any::<u8>(),
        text in prop_oneof![1 => text(), 3 => lines()],
        uri in target(),
    ) {
        fuzz::routes(&[&[flags & !3][..], &text, b"\0/", &uri].concat());
        fuzz::routes(&[&[flags][..], &text, b"\0/", &uri].concat());
    }
}
