//! What is cached.

use std::ptr;

use serde_json::{Value, json};
use tuleap_front_c::*;

use super::{Handle, Headers, Reported, c_headers, c_str, headers, last, parts, read, text};
use crate::row::{CachePolicyName, CacheReply, CacheRequest, CacheRow, from_latin1, latin1};

type Policy = Handle<tuleap_front_cache_policy>;
type Step = Handle<tuleap_front_cache_step>;

/// The answer to a row of `cache.json`.
pub(super) fn cache(row: &CacheRow) -> Result<Value, String> {
    let mut reported = Reported::new();
    let Some(policy) = policy(row, &mut reported)? else {
        let mut error = reported.to_json(true);
        if let Some(fields) = error.as_object_mut() {
            fields.insert("line".to_owned(), json!(reported.problem.line));
            fields.insert("column".to_owned(), json!(reported.problem.column));
        }
        return Ok(json!({ "config_error": error }));
    };
    // SAFETY: the handle is live, and the buffer is of `read`.
    let directives = read(|out, cap| unsafe { tuleap_front_cache_policy_text(policy.0, out, cap) });
    let directives = directives.map_err(|status| format!("text: status {status}"))?;
    // SAFETY: the handle is live.
    let zone = unsafe { tuleap_front_cache_zone_new(policy.0) };
    let zone = Handle(zone, tuleap_front_cache_zone_free);
    let steps = Steps { row, policy, zone, asked: 0 }.run()?;
    Ok(json!({ "directives": String::from_utf8_lossy(&directives), "steps": steps }))
}

fn policy(row: &CacheRow, reported: &mut Reported) -> Result<Option<Policy>, String> {
    let rules = u32::from(row.rules == "1.22");
    let policy = match (row.policy, &row.directives) {
        (Some(CachePolicyName::ReverseProxy), None) => {
            tuleap_front_cache_policy_documented(0, rules)
        }
        (Some(CachePolicyName::Distributed), None) => {
            tuleap_front_cache_policy_documented(1, rules)
        }
        (Some(CachePolicyName::Recommended), None) => tuleap_front_cache_policy_recommended(rules),
        (None, Some(directives)) => {
            let (text, len) = parts(directives.as_bytes());
            let problem = &raw mut reported.problem;
            let message = reported.message.as_mut_ptr();
            // SAFETY: a text with its length, and the out-pointers are ours.
            unsafe { tuleap_front_cache_policy_parse(text, len, rules, problem, message, 512) }
        }
        _ => return Err(format!("{}: policy or directives", row.id)),
    };
    Ok((!policy.is_null()).then_some(Handle(policy, tuleap_front_cache_policy_free)))
}

struct Steps<'r> {
    row: &'r CacheRow,
    policy: Policy,
    zone: Handle<tuleap_front_cache_zone>,
    /// How often the backend was asked.
    asked: usize,
}

impl Steps<'_> {
    fn run(mut self) -> Result<Vec<Value>, String> {
        let mut steps: Vec<(Step, Value)> = Vec::new();
        // Of each open ticket the request, and behind which one it is answered.
        let mut open: Vec<(usize, u64, usize)> = Vec::new();
        for (at, request) in self.row.requests.iter().enumerate() {
            let asked = Asked::new(&self.row.scheme, request);
            let facts = asked.facts();
            // SAFETY: the handle is live, and so is what the facts point to.
            let step =
                unsafe { tuleap_front_cache_zone_ask(self.zone.0, &raw const facts, request.now) };
            let step = Handle(step, tuleap_front_cache_step_free);
            let explanation = self.explain(&facts, None, request.now)?;
            self.same_look_up(&facts, &explanation)?;
            let view = view(&step)?;
            if view.has_ticket == 1 {
                open.push((at, view.ticket, request.answered_after.unwrap_or(at)));
            }
            steps.push((step, explanation));
            let (due, later): (Vec<_>, Vec<_>) = open.into_iter().partition(|open| open.2 <= at);
            open = later;
            for (of, ticket, _) in due {
                let asked = self.row.requests.get(of).ok_or("a request")?;
                let (end, explanation) = self.answer(asked, ticket, request.now)?;
                let step = steps.get_mut(of).ok_or("a step")?;
                // What is refreshed behind a client's back is not the client's answer.
                if self::view(&step.0)?.http_status == 0 {
                    step.0 = end;
                }
                step.1 = explanation.unwrap_or_else(|| step.1.clone());
            }
        }
        steps.iter().map(|(step, explanation)| answer(step, explanation)).collect()
    }

    fn answer(
        &mut self,
        request: &CacheRequest,
        ticket: u64,
        now: i64,
    ) -> Result<(Step, Option<Value>), String> {
        let answers = &self.row.answers;
        let reply = answers.get(self.asked).or(answers.last()).ok_or("an answer")?;
        self.asked += 1;
        let CacheReply { status, headers: lines, cut, failure } = reply;
        let owned = headers(lines);
        let lines = c_headers(&owned);
        let answer = tuleap_front_cache_answer {
            status: u32::from(*status),
            body: u32::from(*cut),
            headers: lines.as_ptr(),
            header_count: lines.len(),
        };
        let failure = match failure.as_deref() {
            None => None,
            Some("error") => Some(0),
            Some("invalid-header") => Some(1),
            Some("timeout") => Some(2),
            Some(failure) => return Err(format!("{failure}: no failure")),
        };
        let (step, explanation) = match failure {
            Some(failure) => {
                // SAFETY: the handle is live.
                let step =
                    unsafe { tuleap_front_cache_zone_fail(self.zone.0, ticket, failure, now) };
                (step, None)
            }
            None => {
                let asked = Asked::new(&self.row.scheme, request);
                let facts = asked.facts();
                let explanation = self.explain(&facts, Some(&answer), now)?;
                self.same_store(&facts, &answer, now, &explanation)?;
                // SAFETY: the handle is live, and so is what the answer points to.
                let step = unsafe {
                    tuleap_front_cache_zone_answer(self.zone.0, ticket, &raw const answer, now)
                };
                (step, Some(explanation))
            }
        };
        if step.is_null() {
            return Err("a ticket".to_owned());
        }
        Ok((Handle(step, tuleap_front_cache_step_free), explanation))
    }

    fn explain(
        &self,
        facts: &tuleap_front_cache_facts,
        answer: Option<&tuleap_front_cache_answer>,
        now: i64,
    ) -> Result<Value, String> {
        let answer = answer.map_or(ptr::null(), ptr::from_ref);
        let explain = |format| {
            // SAFETY: the handle is live, and so is what facts and answer point to; the buffer is
            // of `read`.
            let text = read(|out, cap| unsafe {
                let policy = self.policy.0;
                tuleap_front_cache_policy_explain(policy, facts, answer, now, format, out, cap)
            });
            text.map_err(|status| format!("explain: status {status}"))
        };
        if !explain(0)?.starts_with(b"cache ") {
            return Err("an explanation for people".to_owned());
        }
        serde_json::from_slice(&explain(1)?).map_err(|error| error.to_string())
    }

    /// The struct says what the explanation says, and the key has the MD5 and the file.
    fn same_look_up(
        &self,
        facts: &tuleap_front_cache_facts,
        explained: &Value,
    ) -> Result<(), String> {
        let mut lookup = tuleap_front_cache_lookup { action: 9, reason: 999 };
        // SAFETY: the handle is live, and so is what the facts point to.
        let status =
            unsafe { tuleap_front_cache_policy_look_up(self.policy.0, facts, &raw mut lookup) };
        let reason = text(tuleap_front_cache_reason_code(lookup.reason));
        let got = json!({ "look_up": lookup.action == 1, "look_up_reason": last(&reason) });
        let mut same = status == 0 && is_part(&got, explained);
        if lookup.action != 0 {
            // SAFETY: the handle is live, and so is what the facts point to; the buffer is `read`'s.
            let key = read(|out, cap| unsafe {
                tuleap_front_cache_policy_key(self.policy.0, facts, out, cap)
            });
            let key = key.map_err(|status| format!("key: status {status}"))?;
            let (at, len) = parts(&key);
            // SAFETY: a text with its length; the buffer is `read`'s.
            let md5 = read(|out, cap| unsafe { tuleap_front_cache_key_md5(at, len, out, cap) });
            let md5 = md5.map_err(|status| format!("md5: status {status}"))?;
            let mut bytes = [0; 16];
            // SAFETY: the handle is live, and so is what the facts point to; 16 bytes are ours.
            let status =
                unsafe { tuleap_front_cache_policy_key_md5(self.policy.0, facts, &raw mut bytes) };
            let md5 = String::from_utf8_lossy(&md5);
            same &= status == 0 && hex(&bytes) == md5;
            same &= explained.get("md5") == Some(&json!(md5));
        }
        if same { Ok(()) } else { Err(format!("look_up says {got}, explain {explained}")) }
    }

    fn same_store(
        &self,
        facts: &tuleap_front_cache_facts,
        answer: &tuleap_front_cache_answer,
        now: i64,
        explained: &Value,
    ) -> Result<(), String> {
        let mut store = tuleap_front_cache_store {
            stored: 9,
            reason: 999,
            valid_until: 0,
            lifetime: 0,
            kept_for: 0,
            stale_while_revalidate: 0,
            stale_if_error: 0,
            has_variant: 9,
            variant: [0; 16],
        };
        // SAFETY: the handle is live, and so is what facts and answer point to.
        let status = unsafe {
            tuleap_front_cache_policy_store(self.policy.0, facts, answer, now, &raw mut store)
        };
        let reason = text(tuleap_front_cache_reason_code(store.reason));
        let number = |number: i64| (store.stored == 1).then_some(number);
        let got = json!({
            "stored": store.stored == 1, "reason": last(&reason),
            "valid_until": number(store.valid_until), "lifetime": number(store.lifetime),
            "kept_for": number(store.kept_for),
            "stale_while_revalidate": number(store.stale_while_revalidate),
            "stale_if_error": number(store.stale_if_error),
            "variant_md5": (store.has_variant == 1).then(|| hex(&store.variant)),
        });
        // SAFETY: the handle is live, and so is what facts and answer point to; the buffer is
        // `read`'s.
        let lines = read(|out, cap| unsafe {
            let policy = self.policy.0;
            tuleap_front_cache_policy_response_lines(policy, facts, answer, now, out, cap)
        });
        lines.map_err(|status| format!("lines: status {status}"))?;
        if status == 0 && is_part(&got, explained) {
            Ok(())
        } else {
            Err(format!("store says {got}, explain {explained}"))
        }
    }
}

/// A request, as the library takes it.
struct Asked {
    scheme: u32,
    texts: [Vec<u8>; 4],
    /// What the lines point into.
    _headers: Headers,
    lines: Vec<tuleap_front_header>,
}

impl Asked {
    fn new(scheme: &str, request: &CacheRequest) -> Self {
        let texts = [&request.method, &request.host, &request.target, &request.version];
        let headers = headers(&request.headers);
        let lines = c_headers(&headers);
        let scheme = u32::from(scheme == "https");
        Self { scheme, texts: texts.map(|text| latin1(text)), _headers: headers, lines }
    }

    fn facts(&self) -> tuleap_front_cache_facts {
        let [method, host, target, version] = self.texts.each_ref().map(|text| c_str(text));
        tuleap_front_cache_facts {
            scheme: self.scheme,
            method,
            host,
            target,
            version,
            headers: self.lines.as_ptr(),
            header_count: self.lines.len(),
        }
    }
}

fn view(step: &Step) -> Result<tuleap_front_cache_step_view, String> {
    let mut view = std::mem::MaybeUninit::uninit();
    // SAFETY: the handle is live or NULL, and the place is ours.
    let status = unsafe { tuleap_front_cache_step_read(step.0, view.as_mut_ptr()) };
    if status != 0 {
        return Err(format!("step: status {status}"));
    }
    // SAFETY: the function writes it, whatever it answers.
    Ok(unsafe { view.assume_init() })
}

fn answer(step: &Step, explanation: &Value) -> Result<Value, String> {
    // SAFETY: the handle is live, and the buffer is `read`'s.
    let json = read(|out, cap| unsafe { tuleap_front_cache_step_json(step.0, out, cap) });
    let json = json.map_err(|status| format!("step: status {status}"))?;
    let mut value: Value = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
    same_view(step, &value)?;
    let fields = value.as_object_mut().ok_or("an object")?;
    fields.insert("explanation".to_owned(), explanation.clone());
    Ok(value)
}

/// What the struct and the texts say is what the JSON says.
fn same_view(step: &Step, value: &Value) -> Result<(), String> {
    let view = view(step)?;
    let text_of = |text: tuleap_front_str| {
        // SAFETY: the text points into the step, which is live.
        let bytes = unsafe { std::slice::from_raw_parts(text.ptr.cast::<u8>(), text.len) };
        from_latin1(bytes)
    };
    let text_or_null = |text: tuleap_front_str| (!text.ptr.is_null()).then(|| text_of(text));
    let name = |status| {
        let name = text(tuleap_front_cache_status_name(status));
        (!name.is_empty()).then_some(name)
    };
    let number = |number: i64| (view.has_entry == 1).then_some(number);
    let reason = text(tuleap_front_cache_reason_code(view.reason));
    let got = json!({
        "ticket": (view.has_ticket == 1).then_some(view.ticket),
        "status": (view.http_status != 0).then_some(view.http_status),
        "cache_status": name(view.cache_status), "shown_status": name(view.shown_status),
        "reason": last(&reason), "in_location": view.in_location == 1,
        "stores": view.stores == 1, "stored": view.has_entry == 1,
        "lifetime": number(view.lifetime), "valid_until": number(view.valid_until),
        "stale_while_revalidate": number(view.stale_while_revalidate),
        "stale_if_error": number(view.stale_if_error),
        "key": text_or_null(view.key), "path": text_or_null(view.path),
        "vary": text_or_null(view.vary),
    });
    // SAFETY: the handle is live, and the buffer is `read`'s.
    let lines = read(|out, cap| unsafe { tuleap_front_cache_step_lines(step.0, out, cap) });
    let lines = split(lines)?;
    // SAFETY: the handle is live, and the buffer is `read`'s.
    let asked =
        read(|out, cap| unsafe { tuleap_front_cache_step_upstream_lines(step.0, out, cap) });
    let asked = split(asked)?;
    let upstream = text_or_null(view.upstream_method).map(|method| {
        json!({ "method": method, "target": text_or_null(view.upstream_target), "headers": asked })
    });
    let is_same = is_part(&got, value)
        && value.get("headers") == Some(&lines)
        && value.get("upstream") == Some(&json!(upstream));
    if is_same { Ok(()) } else { Err(format!("a step says {got}, {lines}, as JSON {value}")) }
}

fn split(head: Result<Vec<u8>, isize>) -> Result<Value, String> {
    let head = from_latin1(&head.map_err(|status| format!("lines: status {status}"))?);
    let lines = head.split_terminator("\r\n").map(|line| line.split_once(": "));
    let lines: Option<Vec<(&str, &str)>> = lines.collect();
    Ok(json!(lines.ok_or("a colon in every line")?))
}

fn is_part(part: &Value, whole: &Value) -> bool {
    part.as_object()
        .is_some_and(|part| part.iter().all(|(name, value)| whole.get(name) == Some(value)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
