//! Rules for a request beside the same rules written with the `regex` crate.
//!
//! An expression stands for what somebody would write who knows the crate: one pass where one
//! does, captures into a place that is made once, and plain code for what no expression says,
//! such as the compare of two origins.

mod cache;
mod destination;
mod exchange;
mod gzip;
mod head;
mod if_header;
mod location;
mod media;
mod redirect;
mod request_target;

use std::hint::black_box;

use exchange::{AVATAR, PAGE as HTML, PROXIED, SCRIPT, SIGN_IN, TOKENS};

use crate::{Contender, Group, NOTHING, OURS};

/// The same rule, written with the `regex` crate.
pub const REGEX: &str = "regex";

/// The crate for heads.
pub const HTTPARSE: &str = "httparse";

const COPIED: &str =
    "https://tuleap.example.com/svnplugin/project/!svn/txr/1234-ab/trunk/a%20b.txt";
const BY_HTTP: &str =
    "http://tuleap.example.com/svnplugin/project/!svn/txr/1234-ab/trunk/a%20b.txt";
const TO_BACKEND: &str = "http://127.0.0.1:8080/svnplugin/project/!svn/txr/1234-ab/trunk/a%20b.txt";
const BY_USER: &str = "https://alice@tuleap.example.com:0443/svnplugin/project/trunk/a%20b.txt";
const FOREIGN: &str = "https://other.example.org/svnplugin/project/trunk/a%20b.txt";
const SPLIT: &str = "https://tuleap.example.com/svnplugin/project/trunk\r\nDestination: /b";
const IPV6: &str = "https://[2001:db8::1]:8443/svnplugin/project/trunk/a%20b.txt";
const PATH: &str = "/svnplugin/project/!svn/txr/1234-ab/trunk/a%20b.txt";
const ORIGIN: &str = "https://tuleap.example.com";
const TAGGED: &str = "<https://tuleap.example.com/svnplugin/project/trunk/a%20b.txt> \
                      (<opaquelocktoken:8f1f0ac4-c0de-4d1e-a55a-1a5d1c0ffee0>)";
const UNTAGGED: &str = "(<opaquelocktoken:8f1f0ac4-c0de-4d1e-a55a-1a5d1c0ffee0> [\"1//a b\"])";
const LISTS: &str = "<https://tuleap.example.com/svnplugin/a> (<urn:1> [\"a]b\"]) (Not <urn:2>) \
                     </svnplugin/b> (<urn:3>) <https://other.example.org/c> ([W/\"d\"])";
const PAGE: &str = "GET /plugins/tracker/?aid=1234&group_id=101";
const ENCODED: &str = "COPY /svnplugin/repo/!svn/rvr/7/trunk/a%20b%C3%A9.txt";
const DOTS: &str = "GET /assets/../themes/./css//style.css";
const ABSOLUTE: &str = "GET http://tuleap.example.com:80/project/101?x=y";
const HEADER_SPLIT: &str = "GET /a%0d%0aSet-Cookie:b\r\nSet-Cookie:c";

/// All groups, in the order in which they are reported; those of one rule start alike.
pub(crate) const GROUPS: &[Group] = &[
    Group::rule("documented-rewrite", "rewritten", destination::documented, COPIED),
    Group::rule("documented-unchanged", "unchanged", destination::documented, BY_HTTP),
    Group::long("documented-3000", "3 000 bytes", destination::documented, COPIED, 3_000),
    Group::long("documented-30000", "30 000 bytes", destination::documented, COPIED, 30_000),
    Group::rule("destination-rewrite", "rewritten", destination::recommended, COPIED),
    Group::rule("destination-unchanged", "unchanged", destination::recommended, BY_HTTP),
    Group::rule("destination-user", "user and port", destination::recommended, BY_USER),
    Group::rule("destination-path", "a path", destination::recommended, PATH),
    Group::rule("destination-foreign", "foreign: refused", destination::recommended, FOREIGN),
    Group::rule("destination-split", "CR LF: refused", destination::recommended, SPLIT),
    Group::rule("destination-origin", "no path: refused", destination::recommended, ORIGIN),
    Group::long("destination-3000", "3 000 bytes", destination::recommended, COPIED, 3_000),
    Group::long("destination-30000", "30 000 bytes", destination::recommended, COPIED, 30_000),
    Group::rule("listed-rewrite", "rewritten", destination::listed, COPIED),
    Group::rule("listed-unchanged", "unchanged", destination::listed, TO_BACKEND),
    Group::rule("listed-ipv6", "an IPv6 address", destination::listed, IPV6),
    Group::rule("listed-foreign", "foreign: refused", destination::listed, FOREIGN),
    Group::rule("if-tagged", "one tag", if_header::contenders, TAGGED),
    Group::rule("if-untagged", "no tag: unchanged", if_header::contenders, UNTAGGED),
    Group::rule("if-lists", "three tags, four lists", if_header::contenders, LISTS),
    Group::rule("location-rewrite", "rewritten", location::contenders, TO_BACKEND),
    Group::rule("location-unchanged", "unchanged", location::contenders, COPIED),
    Group::rule("location-path", "a path", location::contenders, PATH),
    Group::rule("redirect-page", "a page", redirect::contenders, PAGE),
    Group::rule("redirect-encoded", "escapes", redirect::contenders, ENCODED),
    Group::rule("redirect-dots", "dot segments", redirect::contenders, DOTS),
    Group::rule("redirect-absolute", "absolute form", redirect::contenders, ABSOLUTE),
    Group::rule("redirect-split", "CR LF: refused", redirect::contenders, HEADER_SPLIT),
    Group::long("redirect-3000", "3 000 bytes", redirect::contenders, PAGE_PATH, 3_000),
    Group::long("redirect-30000", "30 000 bytes", redirect::contenders, PAGE_PATH, 30_000),
    Group::rule("check-page", "a page", request_target::check, PAGE),
    Group::rule("check-encoded", "escapes", request_target::check, ENCODED),
    Group::rule("check-dots", "dot segments", request_target::check, DOTS),
    Group::rule("check-split", "CR LF: refused", request_target::check, HEADER_SPLIT),
    Group::long("check-3000", "3 000 bytes", request_target::check, PAGE_PATH, 3_000),
    Group::long("check-30000", "30 000 bytes", request_target::check, PAGE_PATH, 30_000),
    Group::rule("target-page", "a page", request_target::parse, PAGE),
    Group::rule("target-encoded", "escapes: decoded", request_target::parse, ENCODED),
    Group::rule("target-dots", "dot segments: resolved", request_target::parse, DOTS),
    Group::long("target-3000", "3 000 bytes", request_target::parse, PAGE_PATH, 3_000),
    Group::long("target-30000", "30 000 bytes", request_target::parse, PAGE_PATH, 30_000),
    Group::rule("gzip-script", "a script", gzip::documented, SCRIPT),
    Group::rule("gzip-page", "a page", gzip::documented, HTML),
    Group::rule("gzip-avatar", "an avatar", gzip::documented, AVATAR),
    Group::rule("gzip-sign-in", "302 with a cookie", gzip::documented, SIGN_IN),
    Group::rule("gzip-proxied", "through a proxy", gzip::documented, PROXIED),
    Group::long("gzip-3000", "3 000 bytes", gzip::documented, PROXIED, 3_000),
    Group::long("gzip-30000", "30 000 bytes", gzip::documented, PROXIED, 30_000),
    Group::rule("our-gzip-script", "a script", gzip::recommended, SCRIPT),
    Group::rule("our-gzip-page", "a page", gzip::recommended, HTML),
    Group::rule("our-gzip-avatar", "an avatar", gzip::recommended, AVATAR),
    Group::rule("our-gzip-sign-in", "302 with a cookie", gzip::recommended, SIGN_IN),
    Group::long("our-gzip-3000", "3 000 bytes", gzip::recommended, TOKENS, 3_000),
    Group::long("our-gzip-30000", "30 000 bytes", gzip::recommended, TOKENS, 30_000),
    Group::rule("look-up-script", "a script", cache::look_up, SCRIPT),
    Group::rule("look-up-page", "a page", cache::look_up, HTML),
    Group::rule("look-up-avatar", "an avatar", cache::look_up, AVATAR),
    Group::rule("store-script", "a script", cache::store, SCRIPT),
    Group::rule("store-page", "a page", cache::store, HTML),
    Group::rule("store-avatar", "an avatar", cache::store, AVATAR),
    Group::rule("store-sign-in", "302 with a cookie", cache::store, SIGN_IN),
    Group::long("store-3000", "3 000 bytes", cache::store, TOKENS, 3_000),
    Group::long("store-30000", "30 000 bytes", cache::store, TOKENS, 30_000),
    Group::rule("our-store-script", "a script", cache::our_store, SCRIPT),
    Group::rule("our-store-page", "a page", cache::our_store, HTML),
    Group::rule("our-store-avatar", "an avatar", cache::our_store, AVATAR),
    Group::rule("our-store-sign-in", "302 with a cookie", cache::our_store, SIGN_IN),
    Group::long("our-store-3000", "3 000 bytes", cache::our_store, TOKENS, 3_000),
    Group::long("our-store-30000", "30 000 bytes", cache::our_store, TOKENS, 30_000),
    Group::rule("key-script", "a script", cache::key, SCRIPT),
    Group::rule("media-script", "a script", media::contenders, "/assets/core/a.1a2b3c4d.js"),
    Group::rule("media-page", "a page", media::contenders, "/plugins/tracker/"),
    Group::rule("media-index", "index.php", media::contenders, "/index.php"),
    Group::rule("media-svn", "of Subversion", media::contenders, "/svnplugin/repo/trunk/a.png"),
    Group::long("media-3000", "3 000 bytes", media::contenders, "/assets", 3_000),
    Group::long("media-30000", "30 000 bytes", media::contenders, "/assets", 30_000),
    Group::rule("request-head-script", "for a script", head::request, SCRIPT),
    Group::rule("request-head-page", "for a page", head::request, HTML),
    Group::rule("response-head-script", "with a script", head::response, SCRIPT),
    Group::rule("response-head-page", "with a page", head::response, HTML),
];

const PAGE_PATH: &str = "GET /svnplugin/project/trunk";

/// Ours, theirs, and the loop around both.
fn contest<I: 'static>(
    input: &'static [I],
    is_same: bool,
    ours: impl FnMut(&I) + 'static,
    theirs: impl FnMut(&I) + 'static,
) -> Vec<Contender> {
    let nothing = |input: &I| {
        black_box(input);
    };
    vec![
        Contender::new(OURS, true, input, ours),
        Contender::new(REGEX, is_same, input, theirs),
        Contender::new(NOTHING, true, input, nothing),
    ]
}

/// One input, for as long as the program runs.
fn leaked(input: &str) -> &'static [Vec<u8>] {
    vec![input.as_bytes().to_vec()].leak()
}

/// A request line without its version, cut into method and target.
fn request(line: &str) -> &'static [[Vec<u8>; 2]] {
    let (method, target) = line.split_once(' ').unwrap_or((line, ""));
    vec![[method, target].map(|word| word.as_bytes().to_vec())].leak()
}
