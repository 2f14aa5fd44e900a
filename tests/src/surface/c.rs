//! The C ABI, through its own functions.
#![expect(unsafe_code, reason = "C functions are unsafe to call")]

use std::ffi::{CStr, c_char};
use std::ptr;

use serde_json::{Map, Value, json};
use tuleap_front_c::*;

mod cache;
mod destination;
mod gzip;
mod redirect;
mod routes;
mod servers;

use super::{Rules, Surface};
use crate::row::{
    CacheRow, ClientIpOptions, ClientIpRow, DestinationRow, Directive, ForwardedInput, GzipRow,
    HttpsRedirectRow, Local, LocationsRow, NginxDestinationInput, NginxLocationInput,
    NginxRedirectInput, ProxyChainRow, RealipInput, RequestHeadRow, RequestLineRow,
    RequestTargetRow, RoutesRow, ServersRow, from_latin1, latin1,
};

/// The C ABI.
#[derive(Debug)]
pub struct C;

impl Surface for C {
    fn name(&self) -> &str {
        "c"
    }

    fn client_ip(&self, rows: &[ClientIpRow]) -> Result<Vec<Value>, String> {
        rows.iter().map(client_ip).collect()
    }

    fn realip(&self, rows: &[RealipInput], rules: Rules) -> Result<Vec<Value>, String> {
        rows.iter().map(|row| realip(row, rules)).collect()
    }

    fn forwarded(&self, rows: &[ForwardedInput]) -> Result<Vec<Value>, String> {
        rows.iter().map(forwarded).collect()
    }

    fn destination(&self, rows: &[DestinationRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(destination::answer).collect::<Result<_, _>>().map(Some)
    }

    fn nginx_destination(
        &self,
        rows: &[NginxDestinationInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        let answer = |row| destination::nginx(row, rules);
        rows.iter().map(answer).collect::<Result<_, _>>().map(Some)
    }

    fn https_redirect(&self, rows: &[HttpsRedirectRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(redirect::https_redirect).collect::<Result<_, _>>().map(Some)
    }

    fn nginx_redirect(
        &self,
        rows: &[NginxRedirectInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        let answer = |row| redirect::nginx(row, rules);
        rows.iter().map(answer).collect::<Result<_, _>>().map(Some)
    }

    fn proxy_chain(&self, rows: &[ProxyChainRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(redirect::proxy_chain).collect::<Result<_, _>>().map(Some)
    }

    fn request_head(&self, rows: &[RequestHeadRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(servers::request_head).collect::<Result<_, _>>().map(Some)
    }

    fn servers(&self, rows: &[ServersRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(servers::servers).collect::<Result<_, _>>().map(Some)
    }

    fn request_target(&self, rows: &[RequestTargetRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(routes::request_target).collect::<Result<_, _>>().map(Some)
    }

    fn request_line(&self, rows: &[RequestLineRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(routes::request_line).collect::<Result<_, _>>().map(Some)
    }

    fn locations(&self, rows: &[LocationsRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(routes::locations).collect::<Result<_, _>>().map(Some)
    }

    fn routes(&self, rows: &[RoutesRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(routes::routes).collect::<Result<_, _>>().map(Some)
    }

    fn cache(&self, rows: &[CacheRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(cache::cache).collect::<Result<_, _>>().map(Some)
    }

    fn gzip(&self, rows: &[GzipRow]) -> Result<Option<Vec<Value>>, String> {
        rows.iter().map(gzip::gzip).collect::<Result<_, _>>().map(Some)
    }

    fn nginx_location(
        &self,
        rows: &[NginxLocationInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        let answer = |row| routes::nginx_location(row, rules);
        rows.iter().map(answer).collect::<Result<_, _>>().map(Some)
    }
}

/// A handle that is freed.
struct Handle<T>(*mut T, unsafe extern "C" fn(*mut T));

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        // SAFETY: the handle came from the constructor that goes with this function.
        unsafe { (self.1)(self.0) }
    }
}

/// Where a constructor reports.
struct Reported {
    problem: tuleap_front_problem,
    message: [c_char; 512],
}

impl Reported {
    fn new() -> Self {
        let problem = tuleap_front_problem {
            status: 0,
            entry: 0,
            offset: 0,
            offset_in_entry: 0,
            length: 0,
            line: 0,
            column: 0,
            hint_offset: 0,
            message_len: 0,
        };
        Self { problem, message: [0; 512] }
    }

    fn message(&self) -> String {
        // SAFETY: the library ends messages with a NUL, and the buffer began as zeros.
        unsafe { CStr::from_ptr(self.message.as_ptr()) }.to_string_lossy().into_owned()
    }

    fn to_json(&self, in_whole: bool) -> Value {
        let problem = &self.problem;
        let message = self.message();
        json!({
            "entry": problem.entry,
            "offset": if in_whole { problem.offset } else { problem.offset_in_entry },
            "length": problem.length,
            "code": last(&text(tuleap_front_status_code(problem.status))),
            "hint": message.get(problem.hint_offset..),
        })
    }
}

fn text(ptr: *const c_char) -> String {
    if ptr.is_null() {
        return String::new();
    }
    // SAFETY: the library's static texts end in NUL.
    unsafe { CStr::from_ptr(ptr) }.to_string_lossy().into_owned()
}

fn last(code: &str) -> &str {
    code.rsplit('/').next().unwrap_or(code)
}

/// Calls twice, as a C program would: for the length and for the text.
fn read(mut call: impl FnMut(*mut c_char, usize) -> isize) -> Result<Vec<u8>, isize> {
    let length = call(ptr::null_mut(), 0);
    let length = usize::try_from(length).map_err(|_| length)?;
    let mut buffer = vec![0_u8; length];
    let again = call(buffer.as_mut_ptr().cast(), buffer.len());
    if again == isize::try_from(length).unwrap_or(-1) { Ok(buffer) } else { Err(again) }
}

fn parts(bytes: &[u8]) -> (*const c_char, usize) {
    (bytes.as_ptr().cast(), bytes.len())
}

/// A text that may be absent.
fn optional(bytes: Option<&[u8]>) -> (*const c_char, usize) {
    bytes.map_or((ptr::null(), 0), parts)
}

fn c_str(bytes: &[u8]) -> tuleap_front_str {
    let (ptr, len) = parts(bytes);
    tuleap_front_str { ptr, len }
}

type Headers = Vec<(Vec<u8>, Vec<u8>)>;

fn c_headers(headers: &Headers) -> Vec<tuleap_front_header> {
    let line = |(name, value): &(Vec<u8>, Vec<u8>)| tuleap_front_header {
        name: c_str(name),
        value: c_str(value),
    };
    headers.iter().map(line).collect()
}

fn headers(lines: &[(String, String)]) -> Headers {
    lines.iter().map(|(name, value)| (latin1(name), latin1(value))).collect()
}

fn client_ip(row: &ClientIpRow) -> Result<Value, String> {
    let Some(setting) = &row.trusted_string else { return strict(row) };
    let lines: Vec<&str> = row
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("x-forwarded-for"))
        .map(|(_, value)| value.as_str())
        .collect();
    let joined = lines.join(", ");
    let (value, value_len) = optional((!lines.is_empty()).then_some(joined.as_bytes()));
    let (peer, peer_len) = optional(row.peer.as_deref().map(str::as_bytes));
    let (setting, setting_len) = parts(setting.as_bytes());
    // SAFETY: pointer and length belong together.
    let compat = unsafe { tuleap_front_tuleap_compat_new(setting, setting_len) };
    let compat = Handle(compat, tuleap_front_tuleap_compat_free);
    // SAFETY: pointers and lengths belong together, and the handle is live.
    let answer = read(|out, cap| unsafe {
        tuleap_front_tuleap_compat_resolve(compat.0, peer, peer_len, value, value_len, out, cap)
    });
    let answer = answer.map_err(|status| format!("status {status}"))?;
    Ok(json!({ "compat": String::from_utf8_lossy(&answer), "strict": strict(row)? }))
}

fn strict(row: &ClientIpRow) -> Result<Value, String> {
    let mut reported = Reported::new();
    let Some(proxies) = proxies(row, &mut reported) else {
        return Ok(json!({ "config_error": reported.to_json(row.text().is_some()) }));
    };
    let Some(policy) = policy(&row.options, &mut reported) else {
        let code = text(tuleap_front_status_code(reported.problem.status));
        return Ok(json!({ "config_error": { "code": last(&code), "hint": reported.message() } }));
    };
    let resolver = resolver(&proxies, &row.options, &mut reported)?;
    let owned = row.lines();
    let lines = c_headers(&owned);
    let (peer, peer_len) = optional(row.peer.as_deref().map(str::as_bytes));
    // SAFETY: pointers and lengths belong together, and the handle is live.
    let explained = read(|out, cap| unsafe {
        tuleap_front_client_ip_explain(
            resolver.0,
            peer,
            peer_len,
            lines.as_ptr(),
            lines.len(),
            1,
            out,
            cap,
        )
    });
    let explained = explained.map_err(|status| format!("explain: status {status}"))?;
    let mut answer: Value =
        serde_json::from_slice(&explained).map_err(|error| error.to_string())?;
    same_answer_as_struct(row, &owned, &resolver, &answer)?;
    let (origin, host) = origin(row, &policy, &resolver, &lines)?;
    let fields = answer.as_object_mut().ok_or("an object")?;
    if let Some(Value::Array(notes)) = fields.get_mut("notes") {
        notes.extend(note_names(origin.notes));
    }
    fields.insert("config_warnings".into(), warnings(&proxies));
    fields.insert("scheme".into(), json!(if origin.scheme == 1 { "https" } else { "http" }));
    fields.insert("host".into(), json!(host));
    fields.insert("port".into(), json!(origin.port));
    Ok(answer)
}

fn proxies(
    row: &ClientIpRow,
    reported: &mut Reported,
) -> Option<Handle<tuleap_front_trusted_proxies>> {
    let commas = if row.text().is_some() { 0 } else { 2 };
    let list = row.text().map_or_else(|| row.trusted.join(","), str::to_owned);
    let flags = u32::from(row.options.allow_trust_all) | commas;
    let (list, len) = parts(list.as_bytes());
    // SAFETY: pointers and lengths belong together.
    let proxies = unsafe {
        tuleap_front_trusted_proxies_parse(
            list,
            len,
            flags,
            &raw mut reported.problem,
            reported.message.as_mut_ptr(),
            512,
        )
    };
    (!proxies.is_null()).then_some(Handle(proxies, tuleap_front_trusted_proxies_free))
}

fn warnings(proxies: &Handle<tuleap_front_trusted_proxies>) -> Value {
    // SAFETY: the handle is live.
    let count = unsafe { tuleap_front_trusted_proxies_warning_count(proxies.0) };
    let warning = |index| {
        let mut reported = Reported::new();
        // SAFETY: the handle is live, and the out-pointers are ours.
        unsafe {
            tuleap_front_trusted_proxies_warning(
                proxies.0,
                index,
                &raw mut reported.problem,
                reported.message.as_mut_ptr(),
                512,
            )
        };
        let code = text(tuleap_front_status_code(reported.problem.status));
        json!({ "entry": reported.problem.entry, "code": last(&code) })
    };
    (0..usize::try_from(count).unwrap_or(0)).map(warning).collect()
}

fn resolver(
    proxies: &Handle<tuleap_front_trusted_proxies>,
    options: &ClientIpOptions,
    reported: &mut Reported,
) -> Result<Handle<tuleap_front_client_ip_resolver>, String> {
    let names = options.source.as_ref().map(|source| source.words().join(",")).unwrap_or_default();
    let number =
        |count: Option<std::num::NonZeroU8>| count.map_or(0, |count| u32::from(count.get()));
    let (headers, headers_len) = parts(names.as_bytes());
    // SAFETY: pointers and lengths belong together, and the handle is live.
    let resolver = unsafe {
        tuleap_front_client_ip_resolver_new(
            proxies.0,
            headers,
            headers_len,
            number(options.hops),
            number(options.max_hops),
            u32::from(options.peer_any),
            &raw mut reported.problem,
            reported.message.as_mut_ptr(),
            512,
        )
    };
    if resolver.is_null() {
        return Err(reported.message());
    }
    Ok(Handle(resolver, tuleap_front_client_ip_resolver_free))
}

fn policy(
    options: &ClientIpOptions,
    reported: &mut Reported,
) -> Option<Handle<tuleap_front_origin_policy>> {
    let trusts = |fact: &str| match &options.trust {
        Some(facts) => facts.iter().any(|known| known == fact),
        None => fact == "for" || fact == "proto",
    };
    let flags = u32::from(!trusts("proto"))
        | (u32::from(trusts("host")) << 1)
        | (u32::from(trusts("port")) << 2);
    let proto_hops = options.proto_hops.map_or(0, |count| u32::from(count.get()));
    let hosts = options.allowed_hosts.join(",");
    let (hosts, len) = parts(hosts.as_bytes());
    // SAFETY: pointers and lengths belong together.
    let policy = unsafe {
        tuleap_front_origin_policy_new(
            flags,
            proto_hops,
            hosts,
            len,
            &raw mut reported.problem,
            reported.message.as_mut_ptr(),
            512,
        )
    };
    (!policy.is_null()).then_some(Handle(policy, tuleap_front_origin_policy_free))
}

/// The struct and the text of the fast calls say what the explanation says.
fn same_answer_as_struct(
    row: &ClientIpRow,
    lines: &Headers,
    resolver: &Handle<tuleap_front_client_ip_resolver>,
    explained: &Value,
) -> Result<(), String> {
    let source = match row.options.source.as_ref().map(|source| source.words()) {
        None => "x-forwarded-for".to_owned(),
        Some(words) if words.len() == 1 => words.concat(),
        Some(_) => return Ok(()),
    };
    let is_source = |(name, _): &&(Vec<u8>, Vec<u8>)| name.eq_ignore_ascii_case(source.as_bytes());
    let values: Vec<tuleap_front_str> =
        lines.iter().filter(is_source).map(|(_, value)| c_str(value)).collect();
    let (peer, peer_len) = optional(row.peer.as_deref().map(str::as_bytes));
    let mut answer = tuleap_front_client_ip {
        addr: [0; 16],
        addr_len: 0,
        kind: 0,
        is_certain: 0,
        hops: 0,
        port: 0,
        reason: 0,
    };
    // SAFETY: pointers and lengths belong together, and the handle is live.
    let status = unsafe {
        tuleap_front_client_ip_resolve(
            resolver.0,
            peer,
            peer_len,
            values.as_ptr(),
            values.len(),
            &raw mut answer,
        )
    };
    // SAFETY: the answer is ours, and the buffer is of `read`.
    let address =
        read(|out, cap| unsafe { tuleap_front_client_ip_text(&raw const answer, out, cap) });
    let address = address.map(|text| String::from_utf8_lossy(&text).into_owned()).ok();
    let kinds = ["none", "direct", "forwarded", "edge", "unnamed"];
    let kind = kinds.get(usize::from(answer.kind)).copied();
    let reason = text(tuleap_front_reason_code(answer.reason));
    let port = (answer.port >= 0).then_some(answer.port);
    let got = json!({
        "client": address, "client_port": port, "hops": answer.hops, "kind": kind,
        "reason": last(&reason),
    });
    let is_same = got
        .as_object()
        .is_some_and(|got| got.iter().all(|(field, value)| explained.get(field) == Some(value)));
    let certain = u8::from(matches!(kind, Some("direct" | "forwarded")));
    if status == 0 && is_same && answer.is_certain == certain {
        Ok(())
    } else {
        Err(format!("{}: status {status}, resolve says {got}, explain says {explained}", row.id))
    }
}

fn origin(
    row: &ClientIpRow,
    policy: &Handle<tuleap_front_origin_policy>,
    resolver: &Handle<tuleap_front_client_ip_resolver>,
    lines: &[tuleap_front_header],
) -> Result<(tuleap_front_origin, Option<String>), String> {
    let local = row.options.local.clone().unwrap_or_default();
    let local = c_local(&local);
    let (peer, peer_len) = optional(row.peer.as_deref().map(str::as_bytes));
    let mut origin = tuleap_front_origin { scheme: 0, port: 0, notes: 0 };
    // SAFETY: pointers and lengths belong together, and the handles are live.
    let host = read(|out, cap| unsafe {
        tuleap_front_origin_resolve(
            policy.0,
            resolver.0,
            peer,
            peer_len,
            lines.as_ptr(),
            lines.len(),
            &raw const local,
            &raw mut origin,
            out,
            cap,
        )
    });
    match host {
        Ok(host) => Ok((origin, Some(String::from_utf8_lossy(&host).into_owned()))),
        Err(status) if text(tuleap_front_status_code(status)) == "origin/host-refused" => {
            Ok((origin, None))
        }
        Err(status) => Err(format!("origin: status {status}")),
    }
}

fn c_local(local: &Local) -> tuleap_front_local {
    tuleap_front_local {
        scheme: u32::from(local.scheme == "https"),
        port: u32::from(local.port),
        host: c_str(local.host.as_bytes()),
    }
}

fn note_names(bits: u32) -> impl Iterator<Item = Value> {
    let names = [
        (1, "proto-invalid"),
        (2, "proto-too-few"),
        (4, "host-not-allowed"),
        (8, "host-invalid"),
        (16, "port-invalid"),
    ];
    names.into_iter().filter(move |(bit, _)| bits & bit != 0).map(|(_, name)| json!(name))
}

fn realip(row: &RealipInput, rules: Rules) -> Result<Value, String> {
    let mut reported = Reported::new();
    let trusted = row.trusted.join(",");
    let (trusted, trusted_len) = parts(trusted.as_bytes());
    let (header, header_len) = optional(row.real_ip_header.as_deref().map(str::as_bytes));
    let flags = u32::from(row.recursive) | (u32::from(rules == Rules::V1_22) << 1);
    // SAFETY: pointers and lengths belong together.
    let realip = unsafe {
        tuleap_front_nginx_realip_new(
            trusted,
            trusted_len,
            header,
            header_len,
            flags,
            &raw mut reported.problem,
            reported.message.as_mut_ptr(),
            512,
        )
    };
    if realip.is_null() {
        return Err(reported.message());
    }
    let realip = Handle(realip, tuleap_front_nginx_realip_free);
    let owned = headers(&row.headers);
    let lines = c_headers(&owned);
    let (peer, peer_len) = parts(row.peer.as_bytes());
    let (mut rewritten, mut port) = (0, 0);
    // SAFETY: pointers and lengths belong together, and the handle is live.
    let address = read(|out, cap| unsafe {
        tuleap_front_nginx_realip_resolve(
            realip.0,
            peer,
            peer_len,
            lines.as_ptr(),
            lines.len(),
            &raw mut rewritten,
            &raw mut port,
            out,
            cap,
        )
    });
    let address = address.map_err(|status| format!("realip: status {status}"))?;
    let mut answer = hop(&address, "http", &[Directive::Write; 3], &owned)?;
    answer.insert("remote_addr".into(), json!(String::from_utf8_lossy(&address)));
    answer.insert("rewritten".into(), json!(rewritten == 1));
    answer.insert("realip_remote_addr".into(), json!(row.peer));
    Ok(Value::Object(answer))
}

fn forwarded(row: &ForwardedInput) -> Result<Value, String> {
    let owned = headers(&row.headers);
    Ok(Value::Object(hop(row.peer.as_bytes(), &row.scheme, &row.directives(), &owned)?))
}

/// The three X- fields that the next server gets.
fn hop(
    peer: &[u8],
    scheme: &str,
    directives: &[Directive; 3],
    headers: &Headers,
) -> Result<Map<String, Value>, String> {
    let mut reported = Reported::new();
    let nobody = ClientIpOptions::default();
    // SAFETY: an empty list; the out-pointers are NULL.
    let proxies = unsafe {
        tuleap_front_trusted_proxies_parse(ptr::null(), 0, 0, ptr::null_mut(), ptr::null_mut(), 0)
    };
    let proxies = Handle(proxies, tuleap_front_trusted_proxies_free);
    let resolver = resolver(&proxies, &nobody, &mut reported)?;
    let policy = policy(&nobody, &mut reported).ok_or_else(|| reported.message())?;
    let [real_ip, forwarded_for, proto] = directives.map(number);
    // SAFETY: takes numbers only.
    let hop = unsafe { tuleap_front_forwarded_hop_new(1, real_ip, forwarded_for, proto, 0) };
    let hop = Handle(hop, tuleap_front_forwarded_hop_free);
    let local = Local { scheme: scheme.to_owned(), ..Local::default() };
    let local = c_local(&local);
    let lines = c_headers(headers);
    let (peer, peer_len) = parts(peer);
    let mut values = tuleap_front_hop_headers { offset: [0; 4], length: [0; 4] };
    // SAFETY: pointers and lengths belong together, and the handles are live.
    let text = read(|out, cap| unsafe {
        tuleap_front_forwarded_hop_headers(
            hop.0,
            resolver.0,
            policy.0,
            peer,
            peer_len,
            lines.as_ptr(),
            lines.len(),
            &raw const local,
            &raw mut values,
            out,
            cap,
        )
    });
    let text = text.map_err(|status| format!("hop: status {status}"))?;
    let names = ["X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto"];
    let spans = values.offset.into_iter().zip(values.length);
    let field = |(name, span): (&str, (usize, isize))| {
        let key = name.to_ascii_lowercase().replace('-', "_");
        (key, json!(sent(name, span, &text, headers)))
    };
    Ok(names.into_iter().zip(spans).map(field).collect())
}

fn number(directive: Directive) -> i32 {
    match directive {
        Directive::Keep => -1,
        Directive::Remove => -2,
        Directive::Write => 0,
    }
}

/// The lines of one header that the next server gets.
fn sent(name: &str, span: (usize, isize), text: &[u8], headers: &Headers) -> Vec<String> {
    let (offset, length) = span;
    match usize::try_from(length) {
        Ok(length) => text.get(offset..offset + length).map(from_latin1).into_iter().collect(),
        Err(_) if length == -1 => {
            let is_named =
                |line: &&(Vec<u8>, Vec<u8>)| line.0.eq_ignore_ascii_case(name.as_bytes());
            headers.iter().filter(is_named).map(|line| from_latin1(&line.1)).collect()
        }
        Err(_) => Vec::new(),
    }
}
