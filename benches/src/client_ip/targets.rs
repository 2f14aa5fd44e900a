//! What was promised: the bounds, each with what this run says.

use tuleap_front_benches::{Group, OURS, Rounds, Target};

use crate::report::Report;

/// Every promise about the client's address.
pub(crate) fn targets(report: &Report) -> Vec<Target> {
    let mut targets = against_rust_and_c(&report.rounds);
    targets.extend(against_languages(report));
    targets.extend(of_growth(&report.rounds));
    targets.extend(of_lookups(&report.rounds));
    targets.extend(of_parsing(&report.rounds));
    targets.extend(of_instructions(report));
    targets
}

fn against_rust_and_c(rounds: &Rounds) -> Vec<Target> {
    let times = |group, name| rounds.ratio((group, name), (group, OURS));
    vec![
        Target::at_least(1.5, "realistic: nginx's walk", times("realistic", "nginx")),
        Target::at_least(8.0, "realistic: real-ip", times("realistic", "real-ip")),
        Target::at_least(30.0, "1 000 networks: nginx's walk", times("networks-1000", "nginx")),
        Target::at_least(
            3_000.0,
            "100 000 networks: nginx's walk",
            times("networks-100000", "nginx"),
        ),
    ]
}

fn against_languages(report: &Report) -> Vec<Target> {
    let promises = [
        ("gin", 10.0),
        ("Tuleap", 30.0),
        ("Symfony, same request again", 75.0),
        ("proxy-addr", 80.0),
    ];
    promises
        .map(|(name, bound)| {
            let ratio = report.languages.peer(name).map(|peer| peer.ratio);
            Target::at_least(bound, format!("realistic: {name}"), ratio)
        })
        .into()
}

/// How our own cost grows.
fn of_growth(rounds: &Rounds) -> Vec<Target> {
    let ours = |group| rounds.nanoseconds(group, OURS);
    let of_realistic = |group| rounds.ratio((group, OURS), ("realistic", OURS));
    let per_hop = ours("hops-32")
        .zip(ours("realistic"))
        .map(|(hops, realistic)| (hops - realistic) / 30.0 / realistic);
    vec![
        // As one entry: room for noise alone.
        Target::at_most(
            1.1,
            "",
            "64 entries, 63 forged: times 1 entry",
            rounds.ratio(("forged-64", OURS), ("one-entry", OURS)),
        ),
        Target::at_most(
            7.0 / 18.0,
            "",
            "each further trusted hop: times the realistic case",
            per_hop,
        ),
        Target::at_most(1.5, "", "1 000 networks: times one /24", of_realistic("networks-1000")),
        Target::at_most(
            1.5,
            "",
            "100 000 networks: times one /24",
            of_realistic("networks-100000"),
        ),
        Target::at_most(
            15.0,
            " ms",
            "load 100 000 networks",
            ours("load-100000").map(|ns| ns / 1e6),
        ),
    ]
}

/// Against whichever crate is best at that size.
fn of_lookups(rounds: &Rounds) -> Vec<Target> {
    let lookups = Group::CLIENT_IP.iter().filter(|group| group.name().starts_with("set-"));
    lookups
        .map(|group| {
            let best = ["iptrie", "prefix-trie", "ip_network_table"]
                .into_iter()
                .filter_map(|name| rounds.ratio((group.name(), name), (group.name(), OURS)))
                .min_by(f64::total_cmp);
            Target::at_least(1.0, format!("look-up in {}: the best crate", group.title()), best)
        })
        .collect()
}

fn of_parsing(rounds: &Rounds) -> Vec<Target> {
    let times_std = |group| rounds.ratio((group, "std"), (group, OURS));
    vec![
        Target::at_least(1.2, "IPv4 text: std", times_std("parse-v4")),
        Target::at_least(3.0, "IPv6 text: std", times_std("parse-v6")),
    ]
}

fn of_instructions(report: &Report) -> Vec<Target> {
    [("realistic", 330.0), ("no-header", 60.0), ("untrusted-peer", 60.0)]
        .map(|(group, bound)| {
            let what = format!("{group}: instructions");
            Target::at_most(bound, "", what, report.instructions(group, OURS))
        })
        .into()
}
