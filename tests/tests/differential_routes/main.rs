//! Request lines and routes beside nginx itself: the same random bytes are sent to the
//! nginx that is installed, and its answers are the expectation.
#![cfg(unix)]

use tuleap_front_tests::random::Random;

mod directives;
mod lines;
mod routes;
mod words;

/// What stands between the parts of an answer.
const BETWEEN: &str = "~between~";

/// What differs, each in words; none may.
fn none_differs(what: &str, asked: usize, differences: &[String]) {
    println!("{what}: {asked} questions");
    let shown: Vec<&str> = differences.iter().take(20).map(String::as_str).collect();
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown.join("\n"));
}

/// The parts of an answer.
fn parts(body: &[u8]) -> Vec<&[u8]> {
    let (mut parts, mut rest) = (Vec::new(), body);
    let between = BETWEEN.as_bytes();
    while let Some(at) = rest.windows(between.len()).position(|window| window == between) {
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = after.strip_prefix(between).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// Some of the words, one after the other.
fn some(random: &mut Random, words: &[&[u8]], most: usize) -> Vec<u8> {
    let count = random.below(most + 1);
    (0..count).flat_map(|_| random.pick(words).copied().unwrap_or_default().to_vec()).collect()
}
