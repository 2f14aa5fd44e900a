//! Who is timed against whom, on what.

use std::ffi::CString;
use std::hint::black_box;

use tuleap_front::{Peer, TrustedProxies};

use crate::addresses::{self, Family};
use crate::cases::Case;
use crate::nginx::pton;
use crate::{Contender, Fallible, lookups, requests, rules};

/// Our answer.
pub const OURS: &str = "tuleap-front";
/// Our answer from an `http::HeaderMap`, which is what the other crates are given.
pub const OURS_FROM_MAP: &str = "tuleap-front (HeaderMap)";

/// What makes an input long.
const FOLDER: &str = "/abcdefg";

/// A call that finds nobody: the loop around every call.
pub const NOTHING: &str = "nothing";

/// Contenders for the same input.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    name: &'static str,
    title: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Load(usize),
    Lookup(usize, Family),
    Parse(Family),
    Request(fn() -> Fallible<Case>),
    Rule(Contest, &'static str, usize),
}

/// Ours and theirs for one input.
type Contest = fn(&str) -> Fallible<Vec<Contender>>;

impl Group {
    /// Those about the client's address, in the order in which they are reported.
    pub const CLIENT_IP: &[Self] = &[
        Self::request("no-header", "no header", Case::no_header),
        Self::request("untrusted-peer", "untrusted peer", Case::untrusted_peer),
        Self::request("one-entry", "1 entry", Case::one_entry),
        Self::request("realistic", "2 entries, 1 trusted: the realistic case", Case::realistic),
        Self::request("varied", "realistic, 1 024 clients in turn", Case::varied),
        Self::request("forged-2", "2 entries, 1 forged", Case::forged_2),
        Self::request("forged-64", "64 entries, 63 forged", Case::forged_64),
        Self::request("hops-32", "32 entries, 31 trusted", Case::hops_32),
        Self::request("ipv6", "IPv6 client, 1 trusted", Case::ipv6_client),
        Self::request("unknown", "64 entries, the right-most `unknown`", Case::unknown),
        Self::request("networks-10", "realistic, 10 networks", Case::networks_10),
        Self::request("networks-1000", "realistic, 1 000 networks", Case::networks_1_000),
        Self::request("networks-100000", "realistic, 100 000 networks", Case::networks_100_000),
        Self::lookup("set-v4-10", "10 IPv4 networks", 10, Family::Ipv4),
        Self::lookup("set-v4-1000", "1 000 IPv4 networks", 1_000, Family::Ipv4),
        Self::lookup("set-v4-100000", "100 000 IPv4 networks", 100_000, Family::Ipv4),
        Self::lookup("set-v6-10", "10 IPv6 networks", 10, Family::Ipv6),
        Self::lookup("set-v6-1000", "1 000 IPv6 networks", 1_000, Family::Ipv6),
        Self::lookup("set-v6-100000", "100 000 IPv6 networks", 100_000, Family::Ipv6),
        Self { name: "parse-v4", title: "IPv4 text", kind: Kind::Parse(Family::Ipv4) },
        Self { name: "parse-v6", title: "IPv6 text", kind: Kind::Parse(Family::Ipv6) },
        Self { name: "load-100000", title: "100 000 networks", kind: Kind::Load(100_000) },
    ];

    /// Those about `Destination` and what goes with it.
    pub const RULES: &[Self] = rules::GROUPS;

    const fn request(
        name: &'static str,
        title: &'static str,
        case: fn() -> Fallible<Case>,
    ) -> Self {
        Self { name, title, kind: Kind::Request(case) }
    }

    const fn lookup(name: &'static str, title: &'static str, count: usize, family: Family) -> Self {
        Self { name, title, kind: Kind::Lookup(count, family) }
    }

    pub(crate) const fn rule(
        name: &'static str,
        title: &'static str,
        contest: Contest,
        input: &'static str,
    ) -> Self {
        Self::long(name, title, contest, input, 0)
    }

    /// An input that is made so long, by folders behind it.
    pub(crate) const fn long(
        name: &'static str,
        title: &'static str,
        contest: Contest,
        input: &'static str,
        length: usize,
    ) -> Self {
        Self { name, title, kind: Kind::Rule(contest, input, length) }
    }

    /// The group of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::CLIENT_IP.iter().chain(Self::RULES).find(|group| group.name == name)
    }

    /// A short name in kebab-case; what belongs together starts alike.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What the input is.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// Is it about a whole request?
    #[must_use]
    pub const fn is_request(&self) -> bool {
        matches!(self.kind, Kind::Request(_))
    }

    /// Two short runs, for counting instructions: what is not the call cancels out between them.
    pub(crate) const fn counted_passes(&self) -> [u64; 2] {
        match self.kind {
            Kind::Rule(_, _, 1..) => [20, 120],
            _ => [200, 1_200],
        }
    }

    /// The contenders, ours first.
    ///
    /// # Errors
    ///
    /// An input that does not build.
    pub fn contenders(&self) -> Fallible<Vec<Contender>> {
        match self.kind {
            Kind::Load(count) => load(count),
            Kind::Lookup(count, Family::Ipv4) => lookups::ipv4(count),
            Kind::Lookup(count, Family::Ipv6) => lookups::ipv6(count),
            Kind::Parse(family) => parse(family),
            Kind::Request(case) => requests::contenders(case()?),
            Kind::Rule(contest, input, length) => {
                let folders = length.saturating_sub(input.len()).div_ceil(FOLDER.len());
                contest(&format!("{input}{}", FOLDER.repeat(folders)))
            }
        }
    }
}

fn parse(family: Family) -> Fallible<Vec<Contender>> {
    let texts = addresses::texts(family).leak();
    let with_nul = texts
        .iter()
        .map(|(text, address)| Ok((CString::new(text.as_str())?, *address)))
        .collect::<Fallible<Vec<_>>>()?
        .leak();
    let is_ipv4 = family == Family::Ipv4;
    Ok(vec![
        Contender::answering(OURS, texts, |text| Peer::parse(text.as_bytes()).and_then(Peer::addr)),
        Contender::answering("std", texts, |text| text.parse().ok()),
        Contender::answering("inet_pton", with_nul, move |text| pton(text, is_ipv4)),
    ])
}

fn load(count: usize) -> Fallible<Vec<Contender>> {
    let networks =
        [Family::Ipv4, Family::Ipv6].map(|family| addresses::networks(count / 2, family));
    let mut text = String::new();
    for network in networks.into_iter().collect::<Fallible<Vec<_>>>()?.concat() {
        text.push_str(&format!("{network}\n"));
    }
    let is_right = text.parse::<TrustedProxies>().is_ok();
    Ok(vec![Contender::new(OURS, is_right, vec![text].leak(), |text| {
        black_box(&text.parse::<TrustedProxies>());
    })])
}
