//! The words of options that several classes have.

use std::str::FromStr;

use tuleap_front::{Guide, NginxRules, RequestVersion, Scheme};

use crate::problem::Problem;

pub(crate) fn guide(word: &str) -> Result<Guide, Problem> {
    match word {
        "distributed" => Ok(Guide::Distributed),
        "reverse-proxy" => Ok(Guide::ReverseProxy),
        _ => Err(Problem::argument("no such guide: write reverse-proxy or distributed")),
    }
}

pub(crate) fn nginx_rules(word: &str) -> Result<NginxRules, Problem> {
    match word {
        "current" => Ok(NginxRules::Current),
        "1.22" => Ok(NginxRules::V1_22),
        _ => Err(Problem::argument("no such rules: write current or 1.22")),
    }
}

pub(crate) const fn rules_word(rules: NginxRules) -> &'static str {
    match rules {
        NginxRules::V1_22 => "1.22",
        _ => "current",
    }
}

pub(crate) fn version_word(version: RequestVersion) -> String {
    match version {
        RequestVersion::Http1 { minor } => format!("HTTP/1.{minor}"),
        RequestVersion::Http2 => "HTTP/2".to_owned(),
        _ => "HTTP/0.9".to_owned(),
    }
}

pub(crate) fn version(text: &str) -> Result<RequestVersion, Problem> {
    RequestVersion::of_protocol(text.as_bytes())
        .ok_or_else(|| Problem::argument("no version: write HTTP/1.1, HTTP/1.0 or HTTP/2"))
}

pub(crate) fn scheme(word: &str) -> Result<Scheme, Problem> {
    Scheme::parse(word.as_bytes())
        .ok_or_else(|| Problem::argument("the scheme is neither http nor https"))
}

pub(crate) fn number<N: FromStr>(text: &str) -> Result<N, Problem> {
    text.parse().map_err(|_| Problem::argument("not a number of that kind"))
}
