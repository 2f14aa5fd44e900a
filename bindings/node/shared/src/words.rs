//! The words of options that several classes have.

use tuleap_front::{Guide, NginxRules, RequestVersion};

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
