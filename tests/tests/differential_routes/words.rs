//! What targets consist of.

use tuleap_front_tests::random::Random;

use super::some;

/// Pieces of a path that decoding, merging and resolving are about.
const PATH: &[&[u8]] = &[
    b"/",
    b"/",
    b"/",
    b"//",
    b".",
    b"..",
    b"/.",
    b"/..",
    b"/../",
    b"/./",
    b"%2f",
    b"%2F",
    b"%2e",
    b"%2E",
    b"%25",
    b"%23",
    b"%3f",
    b"%3F",
    b"%2b",
    b"+",
    b"%0a",
    b"%0d",
    b"%7e",
    b"%61",
    b"%41",
    b"%c3%a9",
    b"%ff",
    b"a",
    b"b",
    b"A",
    b"svn",
    b"css",
    b".css",
    b".js",
    b"\xc3\xa9",
    b"\xff",
    b";",
    b"\\",
    b"\"<>",
    b"'",
    b"*",
    b"%20",
    b"=",
    b"&",
    b":",
    b"@",
];

/// Pieces that often are refused.
const ODD: &[&[u8]] = &[
    b"%", b"%0", b"%00", b"%zz", b"%2", b"\x01", b"\x7f", b"\t", b"\r", b"\0", b"/../..",
    b"%2e%2e/",
];

const QUERY: &[&[u8]] =
    &[b"?", b"#", b"a=1", b"&", b"%zz", b"%00", b"/..", b"+", b"?", b"#x", b"\xe9", b"//"];

const SCHEMES: &[&[u8]] = &[
    b"http://",
    b"HTTP://",
    b"svn+ssh://",
    b"h",
    b":",
    b"//",
    b"1://",
    b"http:/",
    b"a_b://",
    b"a+b-c.d://",
];

const AUTHORITY: &[&[u8]] = &[
    b"h", b"a.b", b".", b"-", b"_", b"[::1]", b"[", b"]", b":", b":80", b":99999", b"u@",
    b"[v1.a]", b"..", b"/", b"?", b"#", b" ", b"%41", b"\xe9",
];

/// A path, now and then with what is refused, and with a query.
pub(crate) fn path(random: &mut Random) -> Vec<u8> {
    let mut path = b"/".to_vec();
    path.extend(some(random, PATH, 8));
    if random.once_in(6) {
        path.extend(some(random, ODD, 2));
        path.extend(some(random, PATH, 3));
    }
    if random.once_in(3) {
        path.extend(some(random, QUERY, 5));
    }
    path
}

/// Any target.
pub(crate) fn target(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => [some(random, SCHEMES, 2), some(random, AUTHORITY, 5)].concat(),
        1 => [&b"http://"[..], &some(random, AUTHORITY, 4), &path(random)].concat(),
        2 => [&b"http://h"[..], &some(random, QUERY, 4)].concat(),
        _ => path(random),
    }
}
