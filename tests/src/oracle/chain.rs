//! A second look at a chain, slow and plain: the text is cut into words again, and a request is
//! sent from hop to hop.

use std::collections::BTreeMap;

use tuleap_front::Scheme;

/// The verdicts on a chain that can be read: over https, over http.
#[must_use]
pub fn verdicts(text: &str) -> [&'static str; 2] {
    let hops = hops(text);
    let https = match ask(&hops, "https") {
        Ends::Nobody => "unreachable",
        Ends::Redirect => "loop",
        Ends::Application => "served",
    };
    let http = match (ask(&hops, "http"), https) {
        (Ends::Nobody, _) => "unreachable",
        (Ends::Application, _) => "plain-http-served",
        (Ends::Redirect, "served") => "redirected-once",
        (Ends::Redirect, https) => https,
    };
    [https, http]
}

/// A hop's name and its clauses, blanks made even, words in lower case.
type Hop = (String, Vec<String>);

enum Ends {
    Application,
    Nobody,
    Redirect,
}

fn hops(text: &str) -> Vec<Hop> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let entries = lines.flat_map(|line| line.split(';')).filter(|entry| !entry.trim().is_empty());
    let hop = |entry: &str| {
        let (name, clauses) = entry.split_once(':').unwrap_or_default();
        let even = |clause: &str| clause.split_whitespace().collect::<Vec<_>>().join(" ");
        (name.trim().to_owned(), clauses.split(',').map(even).collect())
    };
    entries.map(hop).collect()
}

fn ask(hops: &[Hop], client: &str) -> Ends {
    let mut connection = client.to_owned();
    let mut request: BTreeMap<&str, String> = BTreeMap::new();
    let mut peer = None;
    for (name, clauses) in hops {
        let says = |clause: &str| clauses.iter().any(|known| known.eq_ignore_ascii_case(clause));
        let both = ["http and https", "https and http"].iter().any(|clause| says(clause));
        let listens = |scheme: &str| both || says(scheme);
        if !(listens("http") && listens("https")) {
            let only = if listens("http") { "http" } else { "https" };
            if peer.is_none() && client != only {
                return Ends::Nobody;
            }
            connection = only.to_owned();
        }
        let trusts = |clause: &String| {
            let (verb, names) = clause.split_once(' ').unwrap_or_default();
            let is_meant = |name: &str| name.eq_ignore_ascii_case("everyone") || Some(name) == peer;
            verb.eq_ignore_ascii_case("trusts") && names.split(' ').any(is_meant)
        };
        let header = request.get("proto").cloned();
        let heard = header.clone().filter(|_| clauses.iter().any(trusts));
        let believed = heard.unwrap_or_else(|| connection.clone());
        if says("redirects") && believed == "http"
            || says("redirects on scheme") && connection == "http"
            || says("redirects on header") && header.as_deref() != Some("https")
        {
            return Ends::Redirect;
        }
        let mut write = |value: &str| request.insert("proto", value.to_owned());
        if says("writes proto") {
            write(&connection);
        } else if says("writes believed proto") {
            write(&believed);
        } else if says("writes https") || says("writes http") {
            write(if says("writes https") { "https" } else { "http" });
        } else if says("removes proto") {
            request.clear();
        }
        peer = Some(name.as_str());
    }
    Ends::Application
}

/// The schemes in the order of [`verdicts`].
pub const CLIENTS: [Scheme; 2] = [Scheme::Https, Scheme::Http];
