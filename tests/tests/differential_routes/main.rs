//! Request lines, locations and routes beside nginx itself: the same random bytes are sent to the
//! nginx that is installed, and its answers are the expectation.
#![cfg(unix)]

use tuleap_front_tests::random::Random;

mod lines;
mod locations;
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
fn parts(body: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let mut rest = body;
    while let Some(byte) = rest.split_off_first() {
        match rest.strip_prefix(&BETWEEN.as_bytes()[1..]) {
            Some(after) if *byte == b'~' => {
                parts.push(Vec::new());
                rest = after;
            }
            _ => parts.last_mut().unwrap().push(*byte),
        }
    }
    parts
}

/// Some of the words, one after the other.
fn some(random: &mut Random, words: &[&[u8]], most: usize) -> Vec<u8> {
    let count = random.below(most + 1);
    (0..count).flat_map(|_| random.pick(words).copied().unwrap_or_default().to_vec()).collect()
}
