//! What a client writes to be taken for somebody else, and what the next server is told.

use super::message::Head;

/// Every way to name a client, by a client of 203.0.113.9 behind proxies in 10.0.0.0/8; and two
/// lines that say nothing of it.
pub const FORGED: &[(&str, &str)] = &[
    ("X-Forwarded-For", "6.6.6.6, 203.0.113.9:77, 10.0.0.2"),
    ("X-Forwarded-Proto", "https"),
    ("X-Real-IP", "6.6.6.6"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Server", "evil.example"),
    ("X-Forwarded-Port", "1"),
    ("Forwarded", "for=6.6.6.6"),
    ("X_Forwarded_For", "6.6.6.6"),
    ("True-Client-IP", "6.6.6.6"),
    ("Accept", "text/css"),
    ("Cookie", "a=b"),
];

/// The values of a header, in order.
#[must_use]
pub fn values(head: &Head, name: &str) -> Vec<String> {
    head.values(name).map(|value| String::from_utf8_lossy(value).into_owned()).collect()
}

/// The values of X-Real-IP, X-Forwarded-For and X-Forwarded-Proto.
#[must_use]
pub fn told(head: &Head) -> [Vec<String>; 3] {
    ["X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto"].map(|name| values(head, name))
}

/// One value of each, or none where it is empty.
#[must_use]
pub fn one(values: [&str; 3]) -> [Vec<String>; 3] {
    values.map(|value| (!value.is_empty()).then(|| value.to_owned()).into_iter().collect())
}
