//! Redirects to https.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tuleap_front_tests::fuzz;

use super::cases;

const LISTENERS: &[&str] = &["http", "https", "http and https"];
const PROTOS: &[&str] = &[
    "",
    ", passes proto",
    ", removes proto",
    ", writes proto",
    ", writes believed proto",
    ", writes https",
    ", writes http",
];
const REDIRECTS: &[&str] =
    &["", "", ", redirects", ", redirects on scheme", ", redirects on header"];

/// A chain of up to five hops, each of which does anything.
fn chain() -> impl Strategy<Value = String> {
    let hop = (select(LISTENERS), 0_usize..6, select(PROTOS), select(REDIRECTS));
    vec(hop, 1..6).prop_map(|hops| {
        let hop =
            |(at, (listener, trust, proto, redirect)): (usize, &(&str, usize, &str, &str))| {
                let trust = match trust {
                    0 => ", trusts everyone".to_owned(),
                    1 | 2 if at > 0 => format!(", trusts h{}", at - 1),
                    3 if at > 1 => format!(", trusts h{} and h{}", at - 2, at - 1),
                    4 if at > 1 => format!(", trusts h{}", at - 2),
                    _ => String::new(),
                };
                format!("h{at}: {listener}{trust}{proto}{redirect}")
            };
        hops.iter().enumerate().map(hop).collect::<Vec<_>>().join("; ")
    })
}

/// Text that looks like a chain.
fn words() -> impl Strategy<Value = String> {
    let word = select(
        &[
            "lb",
            "t",
            ":",
            ": http",
            ": https",
            ",",
            ";",
            "\n",
            "#",
            " ",
            "and",
            "http",
            "trusts",
            "everyone",
            "writes",
            "proto",
            "believed",
            "redirects",
            "on",
            "scheme",
            "\u{e9}",
        ][..],
    );
    vec(word, 0..14).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Oracle: the model's verdicts; what is corrected is sound. The body is that of the fuzz
    /// target.
    #[test]
    fn every_chain_has_the_verdict_of_the_model(text in prop_oneof![3 => chain(), 1 => words()]) {
        fuzz::proxy_chain(text.as_bytes());
    }
}
