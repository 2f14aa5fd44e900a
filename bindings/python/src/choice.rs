//! Words that stand for a choice.

use tuleap_front::{Guide, NginxRules, RequestVersion, Scheme};

use crate::error::Refusal;

/// The choice that a word stands for. `name` is the argument's.
pub(crate) fn choice<T: Copy>(
    name: &str,
    word: &str,
    choices: &[(&str, T)],
) -> Result<T, Refusal<'static>> {
    let found = choices.iter().find(|(known, _)| *known == word);
    found.map(|(_, choice)| *choice).ok_or_else(|| {
        let words: Vec<_> = choices.iter().map(|(known, _)| *known).collect();
        let words = match words.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} or {last}", others.join(", "))
            }
            _ => words.concat(),
        };
        Refusal::argument(format!("{name} must be {words}"))
    })
}

/// A configuration of the deployment guide.
pub(crate) fn guide(word: &str) -> Result<Guide, Refusal<'static>> {
    let choices = [("reverse-proxy", Guide::ReverseProxy), ("distributed", Guide::Distributed)];
    choice("guide", word, &choices)
}

/// Whose rules, among the versions of nginx.
pub(crate) fn nginx_rules(name: &str, word: &str) -> Result<NginxRules, Refusal<'static>> {
    choice(name, word, &[("current", NginxRules::Current), ("1.22", NginxRules::V1_22)])
}

/// The word for them.
pub(crate) fn rules_word(rules: NginxRules) -> &'static str {
    match rules {
        NginxRules::V1_22 => "1.22",
        _ => "current",
    }
}

/// What a client speaks to the site.
pub(crate) fn scheme(word: &str) -> Result<Scheme, Refusal<'static>> {
    choice("scheme", word, &[("https", Scheme::Https), ("http", Scheme::Http)])
}

/// The version of a request, as servers tell it.
pub(crate) fn version(text: &str) -> Result<RequestVersion, Refusal<'static>> {
    RequestVersion::of_protocol(text.as_bytes()).ok_or_else(|| {
        Refusal::argument("version must be one such as HTTP/1.1 or HTTP/2".to_owned())
    })
}

/// A version as servers tell it; none is "HTTP/0.9".
pub(crate) fn version_text(version: RequestVersion) -> String {
    match version {
        RequestVersion::Http1 { minor } => format!("HTTP/1.{minor}"),
        RequestVersion::Http2 => "HTTP/2".to_owned(),
        _ => "HTTP/0.9".to_owned(),
    }
}
