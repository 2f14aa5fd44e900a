//! The vectors of the shadow log hold through the Rust API and the C ABI. PHP has the same rows.
#![expect(unsafe_code, reason = "a C ABI is called")]

use std::num::NonZeroU32;
use std::path::Path;

use serde::Deserialize;
use tuleap_front::{
    AddressMask, ClientIp, ClientIpKind, Peer, Reason, ShadowLine, ShadowLog, ShadowLogOptions,
};
use tuleap_front_c::{
    tuleap_front_client_ip, tuleap_front_shadow_log, tuleap_front_shadow_log_client_ip,
    tuleap_front_shadow_log_free, tuleap_front_shadow_log_new,
};
use tuleap_front_tests::report;
use tuleap_front_tests::row::latin1;
use tuleap_front_tests::schema::is_kebab_case;

/// Requests in order, all asked of one log.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    why: String,
    options: Options,
    requests: Vec<Request>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    mask: bool,
    lines_per_minute: NonZeroU32,
}

impl Default for Options {
    fn default() -> Self {
        Self { mask: false, lines_per_minute: ShadowLogOptions::default().lines_per_minute }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// Kind, address, reason.
    ours: (String, Option<String>, String),
    peer: Option<String>,
    theirs: String,
    now: u64,
    line: Option<String>,
}

impl Request {
    /// The answer, where the row names one.
    fn client(&self) -> Option<ClientIp> {
        use ClientIpKind::{Direct, Edge, Forwarded, None, Unnamed};
        let (kind, address, reason) = &self.ours;
        let kinds = [Direct, Edge, Forwarded, None, Unnamed];
        let kind = kinds.into_iter().find(|known| known.as_str() == kind)?;
        let reason = Reason::ALL.iter().find(|known| known.as_str() == reason)?;
        let address = address.as_deref().map(str::parse).transpose().ok()?;
        Some(ClientIp::from_parts(kind, address, *reason))
    }
}

fn cases() -> Result<Vec<Case>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    report::read(&folder, "shadow-log.json")
}

fn log(options: &Options) -> ShadowLog {
    let mut all = ShadowLogOptions::default();
    all.mask = if options.mask { AddressMask::On } else { AddressMask::Off };
    all.lines_per_minute = options.lines_per_minute;
    ShadowLog::new(all)
}

#[test]
fn ids_are_unique_and_every_case_says_why() {
    let cases = cases().unwrap();
    let mut ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), cases.len());
    for case in &cases {
        assert!(is_kebab_case(&case.id) && case.why.ends_with('.'), "{}", case.id);
    }
}

#[test]
fn vectors_hold_through_rust() {
    for case in cases().unwrap() {
        let (by_text, by_peer) = (log(&case.options), log(&case.options));
        for request in &case.requests {
            let (ours, theirs) = (request.client().unwrap(), latin1(&request.theirs));
            let peer = latin1(request.peer.as_deref().unwrap_or_default());
            let line = by_text.client_ip_text(&ours, &peer, &theirs, request.now);
            assert_eq!(line.map(|line| line.to_string()), request.line, "{}", case.id);
            let peer = Peer::parse(&peer);
            let line = by_peer.client_ip(&ours, peer, &theirs, request.now);
            // A peer that is no address has no text here.
            if peer.is_some() || request.peer.is_none() {
                assert_eq!(line.map(|line| line.to_string()), request.line, "{}", case.id);
            }
        }
    }
}

/// A log made by the C ABI.
struct C(*mut tuleap_front_shadow_log);

impl C {
    fn new(options: &Options) -> Self {
        let lines_per_minute = options.lines_per_minute.get();
        // SAFETY: two numbers.
        Self(unsafe { tuleap_front_shadow_log_new(u32::from(options.mask), lines_per_minute) })
    }

    /// The line that is written into a buffer of this size.
    fn ask(&self, ours: ClientIp, request: &Request, cap: usize) -> (isize, Vec<u8>) {
        let ours = tuleap_front_client_ip::from(ours);
        let (peer, theirs) = (request.peer.as_deref().map(latin1), latin1(&request.theirs));
        let mut out = vec![0; cap];
        // SAFETY: every pointer is of this function's own, with its length.
        let length = unsafe {
            tuleap_front_shadow_log_client_ip(
                self.0,
                &raw const ours,
                peer.as_ref().map_or(std::ptr::null(), |peer| peer.as_ptr().cast()),
                peer.as_ref().map_or(0, Vec::len),
                theirs.as_ptr().cast(),
                theirs.len(),
                request.now,
                out.as_mut_ptr().cast(),
                cap,
            )
        };
        (length, out)
    }
}

impl Drop for C {
    fn drop(&mut self) {
        // SAFETY: the handle came from `new`.
        unsafe { tuleap_front_shadow_log_free(self.0) };
    }
}

#[test]
fn vectors_hold_through_c() {
    for case in cases().unwrap() {
        let (log, short) = (C::new(&case.options), C::new(&case.options));
        for request in &case.requests {
            let (ours, line) = (request.client().unwrap(), request.line.as_deref().unwrap_or(""));
            let (length, out) = log.ask(ours, request, ShadowLine::MAX);
            assert_eq!(usize::try_from(length), Ok(line.len()), "{}", case.id);
            assert_eq!(&out[..line.len()], line.as_bytes(), "{}", case.id);
            assert_eq!(out[line.len()], 0, "{}", case.id);
            // What does not fit is counted all the same.
            let (length, out) = short.ask(ours, request, 40);
            assert_eq!(usize::try_from(length), Ok(line.len()), "{}", case.id);
            assert!(line.as_bytes().starts_with(&out) || line.is_empty(), "{}", case.id);
        }
    }
}

#[test]
fn arguments_without_a_meaning_are_refused_in_c() {
    // SAFETY: two numbers.
    assert!(unsafe { tuleap_front_shadow_log_new(2, 60) }.is_null());
    let log = C::new(&Options::default());
    let client = ClientIp::from_parts(
        ClientIpKind::Forwarded,
        Some([203, 0, 113, 9].into()),
        Reason::FirstUntrusted,
    );
    let ask = |kind, reason, log| {
        let mut ours = tuleap_front_client_ip::from(client);
        (ours.kind, ours.reason) = (kind, reason);
        let null = std::ptr::null_mut();
        // SAFETY: NULL is an absent text and no buffer.
        unsafe {
            tuleap_front_shadow_log_client_ip(log, &raw const ours, null, 0, null, 0, 0, null, 0)
        }
    };
    assert!(ask(2, 13, log.0) > 0);
    let argument = tuleap_front_c::tuleap_front_status::TULEAP_FRONT_STATUS_ARGUMENT as isize;
    let null = tuleap_front_c::tuleap_front_status::TULEAP_FRONT_STATUS_NULL as isize;
    assert_eq!(ask(5, 13, log.0), argument);
    assert_eq!(ask(2, 0, log.0), argument);
    assert_eq!(ask(2, 21, log.0), argument);
    assert_eq!(ask(2, 13, std::ptr::null_mut()), null);
}
