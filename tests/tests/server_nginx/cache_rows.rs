//! The recorded rows of the guide's cache, through `tuleap_cache documented`: what nginx did is what
//! it does, and the policy knows the key, and whether an answer is kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tuleap_front::Expires;
use tuleap_front_tests::row::{
    NginxCacheInput, NginxCacheRequest, NginxCacheResponse, NginxRow, from_latin1, latin1,
};
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::{Backend, Received};
use tuleap_front_tests::server::client::{Answer, Client};
use tuleap_front_tests::server::nginx::{Config, Nginx};

use crate::{client, with_module};

/// The answers of a row, as heads and bodies, and how many were asked for.
#[derive(Default)]
struct Script {
    answers: Vec<(Vec<u8>, Vec<u8>)>,
    asked: usize,
}

impl Script {
    /// The next one; the last one again and again.
    fn answer(&mut self, received: &Received) -> Vec<u8> {
        let at = self.asked.min(self.answers.len().saturating_sub(1));
        self.asked += 1;
        let Some((head, body)) = self.answers.get(at) else { return Vec::new() };
        let is_bare = received.head.word(0) == b"HEAD";
        [head.as_slice(), if is_bare { b"" } else { body }].concat()
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// With `{http_date:+60}` and `{epoch:-60}` written out.
fn with_time(value: &str) -> String {
    let Some((before, rest)) = value.split_once('{') else { return value.to_owned() };
    let Some((time, after)) = rest.split_once('}') else { return value.to_owned() };
    let Some((form, seconds)) = time.split_once(':') else { return value.to_owned() };
    let seconds: i64 = seconds.parse().unwrap_or_default();
    let written = match form {
        "epoch" => (now() + seconds).to_string(),
        _ => Expires::Access { seconds }
            .effect(200, None, now())
            .map_or_else(String::new, |effect| effect.expires()),
    };
    format!("{before}{written}{after}")
}

fn head(first: &str, lines: &[(String, String)]) -> Vec<u8> {
    let mut head = latin1(first);
    for (name, value) in lines {
        let value = latin1(&with_time(value));
        head.extend([b"\r\n", latin1(name).as_slice(), b": ", &value].concat());
    }
    head
}

fn answer(response: &NginxCacheResponse) -> (Vec<u8>, Vec<u8>) {
    let status = response.status.unwrap_or(200);
    let mut head = head(&format!("HTTP/1.1 {status} Status"), &response.headers);
    let length = usize::try_from(response.body_length).unwrap_or_default();
    let body = "x".repeat(if matches!(status, 204 | 304) { 0 } else { length });
    let (framing, body) = match response.framing.as_str() {
        "chunked" if body.is_empty() => {
            ("\r\nTransfer-Encoding: chunked".to_owned(), "0\r\n\r\n".to_owned())
        }
        "chunked" => {
            let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
            ("\r\nTransfer-Encoding: chunked".to_owned(), chunk)
        }
        "close" => (String::new(), body),
        _ => (format!("\r\nContent-Length: {length}"), body),
    };
    head.extend_from_slice(format!("{framing}\r\n\r\n").as_bytes());
    (head, body.into_bytes())
}

fn request(request: &NginxCacheRequest) -> Vec<u8> {
    let first = format!("{} {} {}", request.method, request.target, request.http_version);
    [head(&first, &request.headers).as_slice(), b"\r\n\r\n"].concat()
}

/// Why a row is not asked.
fn reason(row: &NginxRow<NginxCacheInput>) -> Option<&'static str> {
    let input = &row.input;
    let is_timed = |request: &NginxCacheRequest| request.sleep_before > 0.0 || request.concurrent;
    let is_raw = |response: &NginxCacheResponse| {
        response.raw_empty || response.raw_status.is_some() || response.delay > 0.0
    };
    if input.profile != "media" {
        return Some("other directives than the guide's");
    }
    if input.requests.iter().any(is_timed) {
        return Some("it takes time");
    }
    input.upstream_responses.iter().any(is_raw).then_some("the backend breaks off")
}

/// What of a step is compared, as the row has it.
fn expected(step: &Value) -> Value {
    let field = |name: &str| step.get(name).cloned().unwrap_or_default();
    json!({
        "status": field("status"),
        "upstream_cache_status": field("upstream_cache_status"),
        "x_cache_status_header": field("x_cache_status_header"),
        "upstream_requests": field("upstream_requests"),
        "key": field("key"),
        "stored": field("stored"),
        "cache_control": step.get("cache_control").cloned().unwrap_or_else(|| json!([])),
    })
}

/// The same of an answer.
fn got(answer: &Answer, step: &Value, asked: usize, folder: &Path) -> Value {
    let text = |name: &str| answer.head.values(name).next().map(from_latin1);
    let told = text("x-rig").unwrap_or_default();
    let (status, rest) = told.split_once('|').unwrap_or_default();
    let key = rest.split_once('|').map(|(_, key)| key);
    let values: Vec<String> = answer.head.values("cache-control").map(from_latin1).collect();
    json!({
        "status": answer.status,
        "upstream_cache_status": (!status.is_empty()).then_some(status),
        "x_cache_status_header": text("x-cache-status"),
        "upstream_requests": asked,
        // Of a request that is not looked up no key is recorded.
        "key": step.get("key").and_then(Value::as_str).and(key),
        "stored": is_stored(step, folder),
        "cache_control": values,
    })
}

/// nginx puts a file in its place behind the answer.
fn is_stored(step: &Value, folder: &Path) -> bool {
    let Some(path) = step.get("path").and_then(Value::as_str) else { return false };
    let path = folder.join("cache").join(path);
    let wants = step.get("stored") == Some(&json!(true));
    (0..50).any(|at| {
        if at > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
        path.exists() == wants
    }) == wants
}

/// Does the policy say that the answer is kept?
fn is_kept(answer: &Answer) -> bool {
    let told = answer.head.text("x-rig").unwrap_or_default();
    let reason = told.split('|').nth(1).unwrap_or_default();
    matches!(
        reason,
        "cache/accel-expires"
            | "cache/cache-valid"
            | "cache/expires"
            | "cache/max-age"
            | "cache/s-maxage"
    )
}

fn ask(
    client: &mut Client,
    nginx: &Nginx,
    script: &Mutex<Script>,
    row: &NginxRow<NginxCacheInput>,
    expect: &BTreeMap<String, Value>,
) -> Fallible<Vec<String>> {
    let lock = || script.lock().unwrap_or_else(PoisonError::into_inner);
    let answers = row.input.upstream_responses.iter().map(answer).collect();
    *lock() = Script { answers, asked: 0 };
    let steps = expect.get("steps").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut faults = Vec::new();
    for (at, (asks, step)) in row.input.requests.iter().zip(&steps).enumerate() {
        let before = lock().asked;
        let answer = client.send(&request(asks))?;
        let asked = lock().asked - before;
        let (expected, got) = (expected(step), got(&answer, step, asked, nginx.folder().path()));
        if expected != got {
            faults.push(format!("{} {at}: expected {expected}\n got {got}", row.name));
        }
        // An entry that was there before stays there whatever the answer is.
        let is_new = asked > 0 && at == 0 && answer.head.text("x-rig").is_some();
        if is_new && is_kept(&answer) != (step.get("stored") == Some(&json!(true))) {
            faults.push(format!("{} {at}: {:?}", row.name, answer.head.text("x-rig")));
        }
    }
    Ok(faults)
}

#[test]
fn recorded_rows_of_the_guide_s_cache_hold() -> Fallible<()> {
    with_module(|program| {
        let script = Arc::new(Mutex::new(Script::default()));
        let answers = Arc::clone(&script);
        let backend = Backend::scripted(move |received| {
            answers.lock().unwrap_or_else(PoisonError::into_inner).answer(received)
        })?;
        let http = "proxy_cache_path @folder@/cache levels=1:2 keys_zone=zone:1m inactive=1h;\n\
             underscores_in_headers on; ignore_invalid_headers off;\n\
             server { listen 127.0.0.1:@port@; server_name tuleap.example.com;\n\
             add_header X-Rig \"$upstream_cache_status|$tuleap_cache_reason|$tuleap_cache_key\" \
             always;\n\
             location / { proxy_pass http://@backend@; }\n\
             location ~* \\.(?:js|css|png|gif|eot|woff)$ { tuleap_cache zone documented;\n\
             add_header X-Cache-Status $upstream_cache_status;\n\
             add_header X-Rig \"$upstream_cache_status|$tuleap_cache_reason|$tuleap_cache_key\" \
             always;\n\
             proxy_pass http://@backend@; } }";
        let mut config = Config::http(http).with("backend", backend.address());
        config.log_level = "crit";
        let nginx = program.start(&config)?;
        let mut client = client(&nginx)?;
        let text = include_str!("../../recorded/nginx-cache.json");
        let rows: Vec<NginxRow<NginxCacheInput>> =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        let (mut faults, mut count) = (Vec::new(), 0);
        for row in rows.iter().filter(|row| reason(row).is_none()) {
            let expect = match (&row.expect_1_31_5, program.version) {
                (None, _) | (Some(_), (1, ..=22, _)) => &row.expect,
                (Some(expect), (1, 31.., _)) => expect,
                // Which of the two is not recorded.
                (Some(_), _) => continue,
            };
            faults.extend(ask(&mut client, &nginx, &script, row, expect)?);
            count += 1;
        }
        assert!(faults.is_empty(), "{} of {count}\n{}", faults.len(), faults.join("\n"));
        assert!(count > 80, "{count}");
        nginx.end()
    })
}
