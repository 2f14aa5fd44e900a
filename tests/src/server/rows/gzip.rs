//! Rows of `gzip.json` and `nginx-gzip.json`: how a server is asked them, and what it answers.

use serde_json::{Value, json};
use tuleap_front::{Expires, Guide, GzipPolicy};

use super::unasked;
use crate::row::{GzipPolicyName, GzipRow, Length, from_latin1, hex, latin1};
use crate::server::backend::Received;
use crate::server::client::Answer;
use crate::surface::Rules;

/// The line by which a request tells the backend what to answer: a head in hexadecimal digits, the
/// length of the body, and whether it comes in chunks.
const ANSWER: &str = "X-Rig-Answer";

/// The line by which the server tells what it decided.
pub(super) const TOLD: &str = "X-Rig-Gzip";

/// Of a body whose length nobody says.
const ANY_LENGTH: u64 = 1000;

/// Bodies are not longer.
const LONGEST: u64 = 1 << 20;

/// A row as one of the policies with a name, and the `expires` beside it.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) policy: GzipPolicyName,
    pub(super) expires: Option<String>,
    pub(super) passes_date: bool,
}

/// Which policy a row is about, if the module has it.
pub(super) fn named(row: &GzipRow) -> Result<Named, &'static str> {
    if let Some(policy) = row.policy {
        return Ok(Named { policy, expires: row.expires.clone(), passes_date: false });
    }
    let text = row.directives.as_deref().unwrap_or_default();
    let read: GzipPolicy = text.parse().map_err(|_| unasked::GZIP_LINES)?;
    let lines = |policy: &GzipPolicy| -> Vec<String> {
        let text = policy.clone().with_expires(Expires::Off).to_string();
        text.lines()
            .filter(|line| !line.starts_with("proxy_pass_header "))
            .map(str::to_owned)
            .collect()
    };
    let known = [
        (GzipPolicyName::Documented, GzipPolicy::documented(Guide::ReverseProxy)),
        (GzipPolicyName::Tuleap, GzipPolicy::tuleap()),
    ];
    let is_it = |(_, known): &(GzipPolicyName, GzipPolicy)| lines(known) == lines(&read);
    let (policy, _) = known.into_iter().find(is_it).ok_or(unasked::GZIP_LINES)?;
    let expires = (read.expires() != Expires::Off).then(|| read.expires().to_string());
    Ok(Named { policy, expires: row.expires.clone().or(expires), passes_date: read.passes_date() })
}

/// Why a row cannot be asked through a server, if so.
pub(super) fn reason(row: &GzipRow) -> Option<&'static str> {
    let is_named =
        |name: &'static str| move |line: &&(String, String)| line.0.eq_ignore_ascii_case(name);
    if !matches!(row.version.as_str(), "HTTP/1.0" | "HTTP/1.1") {
        return Some(unasked::VERSION);
    }
    if row.response.iter().any(|line| is_named("expires")(&line) || is_named("date")(&line)) {
        return Some(unasked::TIME);
    }
    if row.status < 200 {
        return Some(unasked::NO_ANSWER);
    }
    let lengths: Vec<&(String, String)> =
        row.response.iter().filter(is_named("content-length")).collect();
    let is_length = |line: &&(String, String)| {
        line.1.parse::<u64>().is_ok_and(|length| length <= LONGEST && line.1 == length.to_string())
    };
    let is_framed = match row.response.iter().find(is_named("transfer-encoding")) {
        Some((_, coding)) => coding == "chunked" && lengths.is_empty(),
        None => lengths.len() <= 1 && lengths.iter().all(is_length),
    };
    if !is_framed || matches!(row.length, Some(Length::Known(length)) if length > LONGEST) {
        return Some(unasked::NO_ANSWER);
    }
    let padded = row
        .request
        .iter()
        .chain(&row.response)
        .any(|(_, value)| value.starts_with([' ', '\t']) || value.ends_with([' ', '\t']));
    padded.then_some(unasked::PADDED)
}

/// The row's rules count where nginx's own do.
pub(super) fn needs(row: &GzipRow) -> Option<Rules> {
    let is_ours = row.policy == Some(GzipPolicyName::Recommended);
    let mut names: Vec<String> =
        row.response.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    let is_single = |name: &String| name != "vary" && name != "cache-control";
    let repeats =
        names.windows(2).any(|two| two.first() == two.last() && two.iter().all(is_single));
    match row.rules.as_str() {
        _ if is_ours && !repeats => None,
        "1.22" => Some(Rules::V1_22),
        _ => Some(Rules::Current),
    }
}

/// Does a `;` stand in a `Cache-Control`? nginx up to 1.28 takes it for a comma.
pub(super) fn has_semicolon(row: &GzipRow) -> bool {
    row.response
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("cache-control") && value.contains(';'))
}

/// Lines of a row, as bytes.
pub(super) fn lines(row: &GzipRow) -> Vec<(Vec<u8>, Vec<u8>)> {
    let lines = row.request.iter().chain(&row.response);
    lines.map(|(name, value)| (latin1(name), latin1(value))).collect()
}

/// The request, with the answer in it.
pub(super) fn request(row: &GzipRow) -> Vec<u8> {
    let mut request = latin1(&format!("{} / {}\r\n", row.method, row.version));
    if !row.request.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request.extend_from_slice(b"Host: tuleap.example.com\r\n");
    }
    for (name, value) in &row.request {
        request.extend([&latin1(name), b": ".as_slice(), &latin1(value), b"\r\n"].concat());
    }
    let mut head = format!("HTTP/1.1 {} Status\r\n", row.status).into_bytes();
    let (mut length, mut framing) = (ANY_LENGTH, "close");
    for (name, value) in &row.response {
        if name.eq_ignore_ascii_case("content-length") {
            if row.length.is_some() {
                continue;
            }
            length = value.parse().unwrap_or(length);
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            framing = "chunked";
        }
        head.extend([&latin1(name), b": ".as_slice(), &latin1(value), b"\r\n"].concat());
    }
    if let Some(Length::Known(known)) = row.length {
        length = known;
        head.extend_from_slice(format!("Content-Length: {known}\r\n").as_bytes());
    }
    if row.method == "HEAD" || matches!(row.status, 204 | 304) {
        (length, framing) = (0, "close");
    }
    head.extend_from_slice(b"\r\n");
    let answer = format!("{ANSWER}: {} {length} {framing}\r\n\r\n", hex(&head));
    request.extend_from_slice(answer.as_bytes());
    request
}

/// What the backend answers to it.
pub(super) fn answered(received: &Received) -> Option<Vec<u8>> {
    let text = received.head.text(ANSWER)?;
    let mut words = text.split(' ');
    let mut bytes = crate::row::from_hex(words.next()?)?;
    let body = "x".repeat(words.next()?.parse().ok()?);
    match words.next()? {
        "chunked" if body.is_empty() => bytes.extend_from_slice(b"0\r\n\r\n"),
        "chunked" => {
            let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
            bytes.extend_from_slice(chunk.as_bytes());
        }
        _ => bytes.extend_from_slice(body.as_bytes()),
    }
    Some(bytes)
}

/// Lines that are about compression or the time.
const LINES: [&str; 8] = [
    "content-type",
    "content-length",
    "vary",
    "etag",
    "accept-ranges",
    "cache-control",
    "expires",
    "content-encoding",
];

/// The answer in the row's form.
pub(super) fn read(row: &GzipRow, answer: &Answer) -> Value {
    let told = answer.head.text(TOLD).unwrap_or_default();
    let (verdict, reason) = told.split_once(' ').unwrap_or_default();
    let is_one =
        |name: &[u8]| LINES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    let mut lines: Vec<(String, String)> = answer
        .head
        .lines
        .iter()
        .filter(|(name, _)| is_one(name))
        .map(|(name, value)| (from_latin1(name), from_latin1(value)))
        .collect();
    // Ours is one among the others, and nginx's own before them.
    if row.policy == Some(GzipPolicyName::Recommended)
        && let Some(at) = lines.iter().position(|line| line.0 == "Vary")
    {
        let is_first =
            |line: &(String, String)| line.0 == "Content-Type" || line.0 == "Content-Length";
        let vary = lines.remove(at);
        let start = lines.iter().take_while(|line| is_first(line)).count();
        lines.insert(start, vary);
    }
    let mut unasked = vec!["checks", "directives", "etag", "removes", "varies"];
    if row.policy.is_some() && row.expires.is_some() {
        // The time is the server's.
        unasked.push("lines");
    }
    json!({
        "compresses": verdict == "1",
        "reason": reason.strip_prefix("gzip/").unwrap_or(reason),
        "lines": lines,
        "unasked": unasked,
    })
}
