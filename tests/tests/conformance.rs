//! Every vector and every recorded row holds through the Rust API, the C ABI and the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use http::HeaderName;
use ipnet::IpNet;
use serde_json::{Value, json};
use tuleap_front::{
    CacheLevelsError, CachePolicyFault, CacheReason, CacheStatus, ChainReason, ChainVerdict,
    DestinationCause, DestinationReason, ExpiresError, ForwardingHeader, Guide, GzipCheck,
    GzipPolicyFault, GzipReason, HeadReason, HostReason, HttpsOriginError, IfCause, LocationCause,
    LocationsFault, LocationsReason, NginxDestination, NginxRules, NginxServersFault, Peer,
    ProxyChainFault, Reason, RedirectReason, RequestLineReason, RequestTargetReason, RouteReason,
    RoutesFault, ServerReason, TrustAll, TrustedProxies, TrustedProxiesFault,
    TrustedProxiesOptions, TrustedProxiesWarningKind,
};
use tuleap_front_tests::oracle::destination::Model;
use tuleap_front_tests::oracle::{Answer, Oracle};
use tuleap_front_tests::report::{Report, client_ip_rows, destination_rows};
use tuleap_front_tests::row::{ClientIpRow, DestinationMode, hex};
use tuleap_front_tests::{compare, schema, surface};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn json(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Runs a folder through every surface.
fn check_folder(name: &str) -> Result<(), String> {
    let surfaces = surface::by_names("rust,c,cli").ok_or("three surfaces")?;
    let report = Report::run(&folder(name), &surfaces)?;
    println!("{}", report.lines.join("\n"));
    if report.failures.is_empty() && report.passed > 0 {
        Ok(())
    } else {
        Err(report.failures.join("\n"))
    }
}

#[test]
fn vectors_hold_through_every_surface() -> Result<(), String> {
    check_folder("vectors")
}

#[test]
fn recorded_rows_hold_through_every_surface() -> Result<(), String> {
    check_folder("recorded")
}

#[test]
fn vectors_are_of_the_form_that_the_schema_says() -> Result<(), String> {
    let (schema, vectors) =
        (json(&folder("vectors/schema.json"))?, json(&folder("vectors/client-ip.json"))?);
    schema::check(&schema, &vectors)
}

#[test]
fn ids_are_unique_and_every_group_is_documented() -> Result<(), String> {
    let readme = fs::read_to_string(folder("vectors/README.md")).unwrap();
    let vectors = json(&folder("vectors/client-ip.json"))?;
    let mut ids = BTreeSet::new();
    for case in vectors["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        assert!(ids.insert(id), "{id} stands twice");
        assert!(schema::is_kebab_case(id), "{id}");
        let group = case["group"].as_str().unwrap();
        let is_named = readme
            .lines()
            .filter_map(|line| line.split('|').nth(1))
            .any(|cell| cell.split(',').any(|name| name.trim() == group));
        assert!(is_named, "{group} is not in README.md");
        let ends = case["why"].as_str().unwrap();
        assert!(ends.ends_with('.') || ends.ends_with('?'), "{id}: a why is a sentence: {ends}");
    }
    Ok(())
}

/// Every name that occurs under a key, whatever the depth.
fn names(value: &Value, key: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| names(item, key, out)),
        Value::Object(fields) => {
            out.extend(fields.get(key).and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|item| names(item, key, out));
        }
        _ => {}
    }
}

#[test]
fn every_reason_fault_and_warning_occurs() -> Result<(), String> {
    let vectors = json(&folder("vectors/client-ip.json"))?;
    let (mut reasons, mut codes) = (BTreeSet::new(), BTreeSet::new());
    names(&vectors, "reason", &mut reasons);
    names(&vectors, "code", &mut codes);
    for reason in Reason::ALL {
        assert!(reasons.contains(reason.as_str()), "no vector has the reason {reason}");
    }
    let warnings = [TrustedProxiesWarningKind::EmptyEntry, TrustedProxiesWarningKind::VeryWide];
    let faults = TrustedProxiesFault::ALL.iter().map(|fault| fault.code());
    for code in faults.chain(warnings.map(TrustedProxiesWarningKind::code)) {
        let code = code.rsplit('/').next().unwrap();
        assert!(codes.contains(code), "no vector has the code {code}");
    }
    Ok(())
}

#[test]
fn every_destination_reason_and_cause_occurs() -> Result<(), String> {
    let (mut ids, mut causes) = (BTreeSet::new(), BTreeSet::new());
    for row in destination_rows(&folder("vectors"))? {
        let why = row.why.unwrap();
        assert!(why.len() > 15 && why.ends_with('.'), "{}: a why is a sentence", row.name);
        assert!(schema::is_kebab_case(&row.name), "{}", row.name);
        let cause = row.expect["cause"].as_str().unwrap();
        causes.insert((row.header.to_lowercase(), cause.to_owned()));
        assert!(ids.insert(row.name.clone()), "{} stands twice", row.name);
    }
    assert!(ids.len() > 370, "{} cases", ids.len());
    let reasons = DestinationReason::ALL.iter().map(|reason| reason.code());
    let passing = DestinationCause::PASSING.iter().map(|cause| cause.code());
    let of_if = IfCause::ALL.iter().map(|cause| cause.code());
    let of_location = LocationCause::ALL.iter().map(|cause| cause.code());
    let all = reasons.chain(passing).chain(of_if).chain(of_location);
    for code in all.chain(["destination/other-method"]) {
        let (header, cause) = code.split_once('/').unwrap();
        let is_there = causes.contains(&(header.to_owned(), cause.to_owned()));
        assert!(is_there, "no vector has the cause {code}");
    }
    Ok(())
}

/// A file of cases, which is of the form that its schema says.
fn checked(name: &str) -> Result<Value, String> {
    let cases = json(&folder(&format!("vectors/{name}.json")))?;
    schema::check(&json(&folder(&format!("vectors/{name}.schema.json")))?, &cases)?;
    let mut ids = BTreeSet::new();
    for case in cases.get("cases").and_then(Value::as_array).into_iter().flatten() {
        let field = |name: &str| case.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, why) = (field("id"), field("why"));
        assert!(schema::is_kebab_case(id), "{id}");
        assert!(why.ends_with('.'), "{id}: a why is a sentence");
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
    }
    Ok(cases)
}

#[test]
fn every_chain_reason_verdict_and_fault_occurs() -> Result<(), String> {
    let cases = checked("proxy-chain")?;
    let text = cases.to_string();
    let occurs = |name: &str| text.contains(&format!("\"{name}"));
    for reason in ChainReason::ALL {
        assert!(occurs(&format!("{reason} ")), "no vector has the reason {reason}");
    }
    for verdict in ChainVerdict::ALL {
        assert!(occurs(verdict.as_str()), "no vector has the verdict {verdict}");
    }
    for fault in ProxyChainFault::ALL {
        let (_, code) = fault.code().split_once('/').unwrap();
        assert!(occurs(&format!("{code}\"")), "no vector has the code {code}");
    }
    Ok(())
}

/// The model of the rules agrees with every row, so that it is an oracle.
#[test]
fn the_model_of_destination_answers_every_row() -> Result<(), String> {
    let mut count = 0;
    for name in ["vectors", "recorded"] {
        for row in destination_rows(&folder(name))? {
            let Some(value) = row.value().filter(|_| row.mode != DestinationMode::Compat) else {
                continue;
            };
            let origins = std::iter::once(&row.public_origin).chain(&row.aliases);
            let site = origins.map(String::as_str).collect::<Vec<_>>().join(", ");
            let model = Model {
                site: &site,
                next: &row.backend_origin,
                facts: row.facts(),
                is_passed: row.foreign.as_deref() == Some("pass"),
                is_promoted: row.promote_path_absolute,
            };
            let answer = match row.header.as_str() {
                "Destination" => model.answer(&value),
                "If" => Ok(model.if_line(&value)),
                _ => Ok(model.location(&value)),
            };
            let (sent, reason) = match answer {
                Ok(sent) if sent == value => (json!({ "action": "unchanged" }), None),
                Ok(sent) => (json!({ "action": "rewrite", "value_hex": hex(&sent) }), None),
                Err(reason) => (json!({ "action": "reject" }), Some(reason)),
            };
            // Which status a reason has is no matter of the model.
            let mut got = sent;
            got["reason"] = json!(reason);
            got["status"] = row.expect.get("status").cloned().unwrap_or_default();
            got["cause"] = row.expect.get("cause").cloned().unwrap_or_default();
            let differences = compare::destination(&row, &got);
            assert!(differences.is_empty(), "{}: {differences:?}", row.name);
            count += 1;
        }
    }
    assert!(count > 450, "{count} rows");
    Ok(())
}

#[test]
fn every_redirect_reason_and_error_occurs() -> Result<(), String> {
    let text = checked("https-redirect")?.to_string();
    let occurs = |name: &str| text.contains(&format!("\"{name}\""));
    let passing = RedirectReason::PASSING.iter().map(|reason| reason.as_str());
    let target = RequestTargetReason::ALL.iter().map(|reason| reason.as_str());
    let errors = HttpsOriginError::ALL.iter().map(|error| error.code());
    let errors = errors.filter_map(|code| code.split_once('/')).map(|(_, code)| code);
    let line = ["method", "method-not-allowed"];
    for name in passing.chain(target).chain(errors).chain(line) {
        assert!(occurs(name), "no vector has {name}");
    }
    Ok(())
}

#[test]
fn every_cache_reason_status_and_fault_occurs() -> Result<(), String> {
    let text = checked("cache")?.to_string();
    let reasons = CacheReason::ALL.iter().map(|reason| reason.as_str());
    let statuses = CacheStatus::ALL.iter().map(|status| status.as_str());
    let faults = CachePolicyFault::OWN.iter().map(|fault| fault.code());
    let of_levels = CacheLevelsError::ALL.iter().map(|error| error.code());
    for name in reasons.chain(statuses).chain(faults).chain(of_levels) {
        let (_, name) = name.split_once('/').unwrap_or(("", name));
        assert!(text.contains(&format!("\"{name}\"")), "no vector has {name}");
    }
    Ok(())
}

#[test]
fn every_gzip_reason_and_fault_occurs() -> Result<(), String> {
    let text = checked("gzip")?.to_string();
    let reasons = GzipReason::ALL.iter().map(|reason| reason.as_str());
    let checks = GzipCheck::ALL.iter().map(|check| check.as_str());
    let faults = GzipPolicyFault::OWN.iter().map(|fault| fault.code());
    let of_expires = ExpiresError::ALL.iter().map(|error| error.code());
    for name in reasons.chain(checks).chain(faults).chain(of_expires) {
        let (_, name) = name.split_once('/').unwrap_or(("", name));
        assert!(text.contains(&format!("\"{name}\"")), "no vector has {name}");
    }
    Ok(())
}

#[test]
fn every_reason_of_request_lines_and_every_fault_of_routes_occurs() -> Result<(), String> {
    let occurs = |file: &str, names: &mut dyn Iterator<Item = &'static str>| {
        let text = checked(file)?.to_string();
        for name in names {
            let (_, name) = name.split_once('/').unwrap_or(("", name));
            assert!(text.contains(&format!("\"{name}\"")), "no vector of {file} has {name}");
        }
        Ok::<(), String>(())
    };
    let target = RequestTargetReason::ALL.iter().map(|reason| reason.as_str());
    occurs("request-target", &mut target.clone())?;
    let line = RequestLineReason::OWN.iter().map(|reason| reason.as_str());
    occurs("request-line", &mut line.chain(["nul", "form", "host", "port"]))?;
    let reasons = LocationsReason::ALL.iter().map(|reason| reason.as_str());
    let faults = LocationsFault::ALL.iter().map(|fault| fault.code());
    occurs("locations", &mut reasons.chain(faults))?;
    let reasons = RouteReason::ALL.iter().map(|reason| reason.as_str());
    let faults = RoutesFault::OWN.iter().map(|fault| fault.code());
    occurs("routes", &mut reasons.chain(faults))
}

#[test]
fn every_reason_of_heads_and_every_fault_of_servers_occurs() -> Result<(), String> {
    let heads = checked("request-head")?.to_string();
    let own = HeadReason::OWN.iter().map(|reason| reason.code());
    for code in own.chain(HostReason::ALL.iter().map(|reason| reason.code())) {
        assert!(heads.contains(&format!("\"{code}\"")), "no vector has {code}");
    }
    let servers = checked("servers")?.to_string();
    let reasons = ServerReason::ALL.iter().map(|reason| reason.as_str());
    let faults = NginxServersFault::OWN.iter().map(|fault| fault.code());
    for name in reasons.chain(faults) {
        let (_, name) = name.split_once('/').unwrap_or(("", name));
        assert!(servers.contains(&format!("\"{name}\"")), "no vector has {name}");
    }
    Ok(())
}

/// The recorded rows say what one nginx sent, too.
#[test]
fn what_nginx_sends_for_an_escaped_target_is_known() -> Result<(), String> {
    let mut count = 0;
    for row in destination_rows(&folder("recorded"))? {
        let remarks = &row.remarks;
        let Some(expect) = &remarks.documented_nginx_config_really_sends else { continue };
        let target = remarks.request_target.as_deref().unwrap();
        let nginx = NginxDestination::new(Guide::ReverseProxy, NginxRules::V1_22);
        let lines = row.lines();
        let sent = nginx.sent(target.as_bytes(), &lines).unwrap();
        assert_eq!(sent.as_ref(), expect.as_bytes(), "{}", row.name);
        count += 1;
    }
    assert!(count > 7, "{count} rows");
    Ok(())
}

/// The oracle for a row, unless its list is refused or it reads several headers.
fn oracle(row: &ClientIpRow) -> Option<Oracle> {
    let mut options = TrustedProxiesOptions::default();
    options.trust_all = TrustAll::Allow;
    let text = row.text().map_or_else(|| row.trusted.join(","), str::to_owned);
    let list = TrustedProxies::parse_with(&text, options).ok()?;
    let words = row.options.source.as_ref().map(|source| source.words());
    let header = match words.as_deref() {
        None => ForwardingHeader::XForwardedFor,
        Some([name]) => ForwardingHeader::from(name.parse::<HeaderName>().ok()?),
        Some(_) => return None,
    };
    Some(Oracle {
        networks: list.networks().collect::<Vec<IpNet>>(),
        unix: list.trusts_unix_socket(),
        header,
        hops: row.options.hops.map(std::num::NonZeroU8::get),
        any_peer: row.options.peer_any,
        max_hops: row.options.max_hops.map_or(32, std::num::NonZeroU8::get),
    })
}

/// What a row says, in the oracle's fields.
fn said(expect: &Value, answer: Answer) -> bool {
    let client = answer.client.map(|address| Value::from(address.to_string()));
    let port = answer.port.map(Value::from);
    expect["client"] == client.unwrap_or_default()
        && expect.get("client_port").cloned().unwrap_or_default() == port.unwrap_or_default()
        && expect["kind"] == answer.kind.as_str()
        && expect["reason"] == answer.reason.as_str()
        && expect["hops"] == answer.hops
}

/// The slow resolver agrees with every vector and every recorded row, so that it is an oracle.
#[test]
fn the_oracle_answers_every_row() -> Result<(), String> {
    let mut count = 0;
    for name in ["vectors", "recorded"] {
        for row in client_ip_rows(&folder(name), "client-ip.json")? {
            let expect = row.expect.get("strict").unwrap_or(&row.expect);
            if expect.get("config_error").is_some() {
                continue;
            }
            let Some(oracle) = oracle(&row) else { continue };
            let lines = row.lines();
            let name = oracle.header.name().as_str().as_bytes();
            let values: Vec<&[u8]> = lines
                .iter()
                .filter(|(line, _)| line.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_slice())
                .collect();
            let peer = row.peer.as_deref().and_then(|peer| Peer::parse(peer.as_bytes()));
            let answer = oracle.resolve(peer, &values);
            assert!(said(expect, answer), "{}: {expect} but {answer:?}", row.id);
            count += 1;
        }
    }
    assert!(count > 600, "{count} rows");
    Ok(())
}
