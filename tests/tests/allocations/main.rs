//! A request is answered without the heap, whatever was sent. Its own program: the allocator is
//! one for all of it.
#![expect(unsafe_code, reason = "an allocator is an unsafe trait, and a C ABI is called")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write as _;
use std::hint::black_box;
use std::ptr::null_mut;

use http::{HeaderMap, HeaderValue};
use tuleap_front::{
    ClientIp, ClientIpResolver, DestinationFacts, DestinationRule, ForwardingHeader, Guide,
    HttpsRedirect, Peer, ProxyChain, RedirectFacts, Rewrite, Scheme, ShadowLine, ShadowLog,
    ShadowLogOptions, TrustedProxies,
};
use tuleap_front_c::{
    tuleap_front_client_ip_resolver, tuleap_front_client_ip_resolver_new,
    tuleap_front_client_ip_source, tuleap_front_forwarded_hop, tuleap_front_forwarded_hop_headers,
    tuleap_front_forwarded_hop_new, tuleap_front_forwarded_hop_strips, tuleap_front_header,
    tuleap_front_hop_headers, tuleap_front_local, tuleap_front_nginx_realip_free,
    tuleap_front_nginx_realip_new, tuleap_front_nginx_realip_resolve, tuleap_front_origin_policy,
    tuleap_front_origin_policy_new, tuleap_front_origin_resolve, tuleap_front_str,
    tuleap_front_trusted_proxies_parse,
};

mod c_cache;
mod c_destination;
mod c_gzip;
mod c_redirect;
mod cache;
mod gzip;
mod routes;
mod servers;

/// The system's allocator, counting what this thread asks of it: the test harness has threads
/// of its own.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    COUNT.with(|count| count.set(count.get() + 1));
}

// SAFETY: every call is passed on to the system's allocator as it is; the counter is a plain cell
// without a destructor and does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of this thread while `call` runs.
fn allocations<T>(call: impl FnOnce() -> T) -> (usize, T) {
    let before = COUNT.with(Cell::get);
    let result = black_box(call());
    (COUNT.with(Cell::get) - before, result)
}

/// Asks in every way for the lines of one header; `expect` is the address and the kind.
fn check(resolver: &ClientIpResolver, lines: &[&str], expect: &str) {
    let peer = Peer::parse(b"172.20.0.1");
    let values: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
    let source = resolver.sources().next().map(|header| header.name().clone());
    let name = source.as_ref().map_or("", http::HeaderName::as_str);
    let pairs: Vec<(&str, &str)> = lines.iter().map(|line| (name, *line)).collect();
    let mut map = HeaderMap::new();
    map.append("accept", HeaderValue::from_static("*/*"));
    for line in lines {
        let value = HeaderValue::from_str(line);
        map.append(
            source.clone().unwrap_or(http::header::HOST),
            value.unwrap_or(HeaderValue::from_static("")),
        );
    }
    let shown = |client: ClientIp| format!("{client} {}", client.kind());

    let (by_values, client) = allocations(|| resolver.resolve_values(peer, &values));
    assert_eq!((by_values, shown(client).as_str()), (0, expect), "resolve_values {lines:?}");
    let (by_pairs, client) = allocations(|| resolver.resolve(peer, pairs.as_slice()));
    assert_eq!((by_pairs, shown(client).as_str()), (0, expect), "a slice {lines:?}");
    let (by_map, client) = allocations(|| resolver.resolve(peer, &map));
    assert_eq!((by_map, shown(client).as_str()), (0, expect), "a header map {lines:?}");
}

fn resolver(list: &str) -> ClientIpResolver {
    ClientIpResolver::new(list.parse().unwrap_or_default())
}

fn hops(count: usize, client: &str) -> String {
    let mut value = client.to_owned();
    for index in 0..count {
        let _ = write!(value, ", 172.20.1.{index}");
    }
    value
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| Box::new(1)).0, 1);
    assert_eq!(allocations(|| 1).0, 0);
    let (count, _) = allocations(|| "10.0.0.0/8".parse::<TrustedProxies>());
    assert!(count > 0, "reading a list allocates");
}

#[test]
fn x_forwarded_for_is_read_without_the_heap() {
    let resolver = resolver("172.20.0.0/16, fd12::/32, fe80::/16, unix:");
    check(&resolver, &[], "172.20.0.1 edge");
    check(&resolver, &["203.0.113.50, 172.20.0.2"], "203.0.113.50 forwarded");
    let forged = "192.0.2.1, ".repeat(63) + "203.0.113.50";
    check(&resolver, &[&forged], "203.0.113.50 forwarded");
    check(&resolver, &["2001:db8::50, fd12::1, [fd12::2]:443"], "2001:db8::50 forwarded");
    check(&resolver, &["::ffff:203.0.113.50, fe80::1%eth0, unix:"], "203.0.113.50 forwarded");
    check(&resolver, &[&hops(31, "203.0.113.50")], "203.0.113.50 forwarded");
    check(&resolver, &[&hops(40, "203.0.113.50")], "172.20.1.8 unnamed");
    check(&resolver, &["203.0.113.50", "172.20.0.3", "172.20.0.2"], "203.0.113.50 forwarded");
    for garbage in ["<junk>", "unknown", "_hidden:_x", "", ",", "203.0.113.050", "1.2.3.4:x"] {
        check(&resolver, &[&format!("192.0.2.1,{garbage}, ")], "172.20.0.1 unnamed");
        check(&resolver, &[&format!("192.0.2.1, {garbage}, 172.20.0.2")], "172.20.0.2 unnamed");
    }
    check(&resolver, &[&"x".repeat(65_536)], "172.20.0.1 unnamed");
    check(&resolver, &[&format!("{}203.0.113.50", " ".repeat(300))], "203.0.113.50 forwarded");
}

#[test]
fn forwarded_is_read_without_the_heap() {
    let resolver = resolver("172.20.0.0/16").with_header(ForwardingHeader::Forwarded);
    let element = r#"for="203.0.113.50:4711";by="a,b\"c";proto=https;host="x.example""#;
    check(&resolver, &[element], "203.0.113.50 forwarded");
    check(&resolver, &[&format!("for=\"_x, {element}, for=172.20.0.2")], "203.0.113.50 forwarded");
    check(&resolver, &[r#"for="\[2001:db8::5\0\]:80""#], "2001:db8::50 forwarded");
    check(&resolver, &[r#"for="203.0.113.50"#], "172.20.0.1 unnamed");
    let many: String = (0..40).map(|index| format!("p{index}=x;")).collect();
    check(&resolver, &[&many], "172.20.0.1 unnamed");
}

#[test]
fn other_headers_and_hop_counts_are_read_without_the_heap() {
    let real_ip = ForwardingHeader::Single(http::HeaderName::from_static("x-real-ip"));
    let single = resolver("172.20.0.1").with_header(real_ip);
    check(&single, &["203.0.113.50"], "203.0.113.50 forwarded");
    check(&single, &["203.0.113.50", "203.0.113.50"], "172.20.0.1 unnamed");
    let two = std::num::NonZeroU8::MIN.saturating_add(1);
    let counted = resolver("172.20.0.1").with_hops(two);
    check(&counted, &["192.0.2.1, 203.0.113.50, junk"], "203.0.113.50 forwarded");
}

#[test]
fn a_long_list_is_asked_without_the_heap() {
    let mut list = String::from("172.20.0.0/16");
    for index in 0..50_000_u32 {
        let (high, low) = (index / 250, index % 250);
        let _ = write!(list, ",100.{high}.{low}.0/25,2001:db8:{high:x}:{low:x}::/65");
    }
    let resolver = resolver(&list);
    assert_eq!(resolver.trusted().networks().count(), 100_001);
    let value = "198.51.100.9, 203.0.113.50, 2001:db8:c7:f9::1, 100.199.249.127";
    check(&resolver, &[value], "203.0.113.50 forwarded");
}

/// Handles of the C ABI, which lives as long as this program.
struct C {
    hop: *mut tuleap_front_forwarded_hop,
    resolver: *mut tuleap_front_client_ip_resolver,
    policy: *mut tuleap_front_origin_policy,
}

const fn text(text: &str) -> tuleap_front_str {
    tuleap_front_str { ptr: text.as_ptr().cast(), len: text.len() }
}

impl C {
    fn new(style: u32, source: &str) -> Self {
        let (list, hosts) = ("172.20.0.0/16", ".example.com [2001:db8::1]");
        // SAFETY: text with its length, no problem and no message.
        let list = unsafe {
            tuleap_front_trusted_proxies_parse(
                list.as_ptr().cast(),
                list.len(),
                0,
                null_mut(),
                null_mut(),
                0,
            )
        };
        // SAFETY: a handle, text with its length, no problem and no message.
        let resolver = unsafe {
            tuleap_front_client_ip_resolver_new(
                list,
                source.as_ptr().cast(),
                source.len(),
                0,
                0,
                0,
                null_mut(),
                null_mut(),
                0,
            )
        };
        // SAFETY: text with its length, no problem and no message.
        let policy = unsafe {
            tuleap_front_origin_policy_new(
                6,
                0,
                hosts.as_ptr().cast(),
                hosts.len(),
                null_mut(),
                null_mut(),
                0,
            )
        };
        // SAFETY: numbers.
        let hop = unsafe { tuleap_front_forwarded_hop_new(style, 0, 0, 0, 0) };
        assert!(!hop.is_null() && !resolver.is_null() && !policy.is_null());
        Self { hop, resolver, policy }
    }

    /// What the four headers are, in a buffer of this size.
    fn headers(&self, lines: &[(&str, &str)], host: &str, cap: usize) -> (isize, Vec<u8>) {
        let (peer, mut out) = ("172.20.0.1", vec![0_u8; cap]);
        let headers = header_lines(lines);
        let local = tuleap_front_local { scheme: 0, port: 8080, host: text(host) };
        let mut spans = tuleap_front_hop_headers { offset: [0; 4], length: [0; 4] };
        // SAFETY: handles, and pointers with their lengths.
        let (count, length) = allocations(|| unsafe {
            tuleap_front_forwarded_hop_headers(
                self.hop,
                self.resolver,
                self.policy,
                peer.as_ptr().cast(),
                peer.len(),
                headers.as_ptr(),
                headers.len(),
                &raw const local,
                &raw mut spans,
                out.as_mut_ptr().cast(),
                cap,
            )
        });
        assert_eq!(count, 0, "{lines:?} {host}");
        (length, out)
    }

    /// The host of the origin.
    fn origin(&self, lines: &[(&str, &str)], host: &str) -> Result<String, isize> {
        let (peer, mut out) = ("172.20.0.1", [0_u8; 300]);
        let headers = header_lines(lines);
        let local = tuleap_front_local { scheme: 0, port: 8080, host: text(host) };
        // SAFETY: handles, and pointers with their lengths; the origin is not wanted.
        let (count, length) = allocations(|| unsafe {
            tuleap_front_origin_resolve(
                self.policy,
                self.resolver,
                peer.as_ptr().cast(),
                peer.len(),
                headers.as_ptr(),
                headers.len(),
                &raw const local,
                null_mut(),
                out.as_mut_ptr().cast(),
                out.len(),
            )
        });
        assert_eq!(count, 0, "{lines:?} {host}");
        let host = out.get(..usize::try_from(length).map_err(|_| length)?).unwrap_or_default();
        Ok(String::from_utf8_lossy(host).into_owned())
    }
}

fn header_lines(lines: &[(&str, &str)]) -> Vec<tuleap_front_header> {
    lines
        .iter()
        .map(|(name, value)| tuleap_front_header { name: text(name), value: text(value) })
        .collect()
}

const LINES: &[(&str, &str)] = &[
    ("Accept", "*/*"),
    ("X-Forwarded-For", "192.0.2.1, 2001:db8::50"),
    ("X-Forwarded-For", "172.20.0.2"),
    ("X-Forwarded-Proto", "gopher"),
    ("X-Forwarded-Host", "TULEAP.Example.COM"),
    ("X-Forwarded-Port", "0"),
    ("Forwarded", "for=192.0.2.1"),
];

#[test]
fn a_hop_writes_into_the_buffer_of_the_caller_without_the_heap() {
    let everything = [
        (0, "2001:db8::502001:db8::50httptuleap.example.com"),
        (1, "172.20.0.1192.0.2.1, 2001:db8::50, 172.20.0.2, 172.20.0.1httplocal.example.com"),
    ];
    for (style, expect) in everything {
        let c = C::new(style, "");
        for cap in [0, 1, 20, expect.len(), expect.len() + 1, 4096] {
            let (length, out) = c.headers(LINES, "Local.example.com", cap);
            assert_eq!(usize::try_from(length), Ok(expect.len()), "the whole length, always");
            let fits = cap.min(expect.len());
            assert_eq!(out.get(..fits), expect.as_bytes().get(..fits), "{style} {cap}");
            assert!(out.get(fits..).is_some_and(|rest| rest.iter().all(|byte| *byte == 0)));
        }
        let long = "192.0.2.1, ".repeat(5_000) + "203.0.113.50";
        c.headers(&[("X-Forwarded-For", &long)], "local.example.com:8080", 65_536);
        c.headers(&[], "evil.example", 65_536);
        c.headers(&[("X-Forwarded-For", "junk")], "[2001:DB8::1]:8443", 65_536);
    }
}

#[test]
fn an_origin_is_found_without_the_heap() {
    let c = C::new(0, "");
    assert_eq!(c.origin(LINES, "local.example.com"), Ok("tuleap.example.com".to_owned()));
    assert_eq!(c.origin(&[], "Local.Example.com.:80"), Ok("local.example.com".to_owned()));
    assert_eq!(c.origin(&[], "[2001:DB8:0::1]"), Ok("[2001:db8::1]".to_owned()));
    let longest = format!("{}.example.com", vec!["A".repeat(60); 3].join("."));
    assert_eq!(c.origin(&[], &longest), Ok(longest.to_lowercase()));
    let refused = tuleap_front_c::tuleap_front_status::TULEAP_FRONT_STATUS_HOST_REFUSED as isize;
    for host in ["evil.example", "a b", &"x".repeat(10_000)] {
        assert_eq!(c.origin(&[], host), Err(refused));
    }
    let forwarded = C::new(0, "Forwarded");
    let element = r#"for=203.0.113.9;proto="http\s";host="tuleap\.EXAMPLE.com:8443""#;
    let lines = [("Forwarded", element)];
    assert_eq!(forwarded.origin(&lines, "a.example.com"), Ok("tuleap.example.com".to_owned()));
}

#[test]
fn what_a_server_asks_beside_is_answered_without_the_heap() {
    let c = C::new(0, "X-Real-IP, X-Forwarded-For");
    let (headers, peer) = (header_lines(LINES), "172.20.0.1");
    let mut name = [0_u8; 32];
    // SAFETY: handles, and pointers with their lengths.
    let (count, length) = allocations(|| unsafe {
        tuleap_front_client_ip_source(
            c.resolver,
            peer.as_ptr().cast(),
            peer.len(),
            headers.as_ptr(),
            headers.len(),
            name.as_mut_ptr().cast(),
            name.len(),
        )
    });
    assert_eq!((count, length, name.get(..16)), (0, 15, Some(&b"x-forwarded-for\0"[..])));
    let strips = |line: &&tuleap_front_header| {
        // SAFETY: a handle, and a name with its length.
        unsafe { tuleap_front_forwarded_hop_strips(c.hop, line.name.ptr, line.name.len) == 1 }
    };
    let (count, stripped) = allocations(|| headers.iter().filter(strips).count());
    assert_eq!((count, stripped), (0, 6));
}

#[test]
fn the_nginx_dialect_is_answered_without_the_heap() {
    let (list, source, peer) = ("172.20.0.0/16", "X-Forwarded-For", "172.20.0.1");
    let (no_problem, no_message) = (null_mut(), null_mut());
    // SAFETY: texts with their lengths; nothing is to be reported.
    let realip = unsafe {
        tuleap_front_nginx_realip_new(
            list.as_ptr().cast(),
            list.len(),
            source.as_ptr().cast(),
            source.len(),
            1,
            no_problem,
            no_message,
            0,
        )
    };
    let (headers, mut address) = (header_lines(LINES), [0_u8; 48]);
    // SAFETY: a handle, and pointers with their lengths.
    let (count, length) = allocations(|| unsafe {
        tuleap_front_nginx_realip_resolve(
            realip,
            peer.as_ptr().cast(),
            peer.len(),
            headers.as_ptr(),
            headers.len(),
            null_mut(),
            null_mut(),
            address.as_mut_ptr().cast(),
            address.len(),
        )
    });
    // SAFETY: the handle is given up.
    unsafe { tuleap_front_nginx_realip_free(realip) };
    let address = usize::try_from(length).ok().and_then(|length| address.get(..length));
    assert_eq!((count, address), (0, Some(&b"2001:db8::50"[..])));
}

/// Text of a known length at most.
struct Short([u8; ShadowLine::MAX], usize);

impl std::fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.1 + text.len();
        self.0.get_mut(self.1..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.1 = end;
        Ok(())
    }
}

#[test]
fn a_shadow_log_compares_and_writes_without_the_heap() {
    let resolver = resolver("172.20.0.0/16");
    let peer = Peer::parse(b"172.20.0.1");
    let client = resolver.resolve_values(peer, &[b"203.0.113.50"]);
    let log = ShadowLog::new(ShadowLogOptions::default());
    let (count, line) = allocations(|| log.client_ip(&client, peer, b"203.0.113.50", 0));
    assert!(count == 0 && line.is_none());
    for theirs in [&b"172.20.0.1"[..], b"2001:db8::1", b"", &[0xff; 100]] {
        let mut text = Short([0; ShadowLine::MAX], 0);
        let (count, written) = allocations(|| {
            let line = log.client_ip_text(&client, b"172.20.0.1", theirs, 0);
            line.map(|line| write!(text, "{line}"))
        });
        assert_eq!((count, written), (0, Some(Ok(()))));
    }
}

/// Asks in every way for these lines; `expect` is the action.
fn check_destination(rule: &DestinationRule, lines: &[&str], expect: &str) {
    let host = b"tuleap.example.com";
    let facts = DestinationFacts {
        method: b"COPY",
        host,
        forwarded_host: host,
        ..DestinationFacts::default()
    };
    let pairs: Vec<(&str, &str)> = lines.iter().map(|line| ("Destination", *line)).collect();
    let mut map = HeaderMap::new();
    for line in lines {
        let value = HeaderValue::from_str(line);
        map.append("destination", value.unwrap_or(HeaderValue::from_static("")));
    }
    let (by_lines, rewrite) = allocations(|| rule.rewrite_values(&facts, lines));
    assert_eq!((by_lines, rewrite.action()), (0, expect), "{lines:?}");
    let (by_pairs, rewrite) = allocations(|| rule.rewrite(&facts, pairs.as_slice()));
    assert_eq!((by_pairs, rewrite.action()), (0, expect), "a slice {lines:?}");
    let (by_map, rewrite) = allocations(|| rule.rewrite(&facts, &map));
    assert_eq!((by_map, rewrite.action()), (0, expect), "a header map {lines:?}");
    let (explained, cause) = allocations(|| rule.explain(&facts, &map).cause());
    assert_eq!(explained, 0, "{cause}");
    if let Rewrite::Parts(_) = rewrite {
        let (copied, value) = allocations(|| rewrite.value(lines));
        assert_eq!((copied, value.map(|value| value.len())), (1, rewrite.length()));
    }
}

#[test]
fn a_redirect_is_decided_without_the_heap() {
    let names = "Tuleap.example.com www.example.com";
    let documented = HttpsRedirect::documented(Guide::ReverseProxy, names);
    let (Ok(origin), Ok(documented)) = ("[2001:db8::1]:8443".parse(), documented) else {
        panic!("two rules")
    };
    let long = format!("/{}?{}", "x%20/../".repeat(5_000), "y".repeat(5_000));
    let targets = [
        "/a%20b?c#d",
        "/a/./../b//",
        "http://other.example?a",
        "//b",
        &long,
        "/%zz",
        "*",
        "/a\r\n",
    ];
    for rule in [&HttpsRedirect::recommended(origin), &documented] {
        for (scheme, method) in
            [(Scheme::Http, "GET"), (Scheme::Http, "COPY"), (Scheme::Https, "GET")]
        {
            for target in targets {
                let (method, target) = (method.as_bytes(), target.as_bytes());
                let facts = RedirectFacts { scheme, method, target };
                let (decided, decision) = allocations(|| rule.decide(&facts));
                let (explained, reason) = allocations(|| rule.explain(&facts).reason());
                assert_eq!((decided, explained), (0, 0), "{reason}");
                let (copied, location) = allocations(|| decision.location());
                assert_eq!(copied, usize::from(location.is_some()), "{reason}");
            }
        }
    }
}

#[test]
fn a_verdict_on_a_chain_is_made_without_the_heap() {
    let text = "lb: https, writes proto; nginx: http, trusts lb, writes believed proto; \
                tuleap: http, trusts nginx, redirects";
    let Ok(chain) = text.parse::<ProxyChain>() else { panic!("a chain") };
    for client in [Scheme::Http, Scheme::Https] {
        assert_eq!(allocations(|| chain.verdict(client)).0, 0);
    }
}

#[test]
fn a_destination_is_decided_without_the_heap() {
    let (site, next) = ("https://tuleap.example.com", "http://tuleap.example.com");
    let (Ok(public), Ok(backend)) = (site.parse(), next.parse()) else { panic!("two origins") };
    let listed = DestinationRule::new(public, backend);
    for rule in [&DestinationRule::recommended(), &listed] {
        check_destination(rule, &[], "unchanged");
        check_destination(rule, &["/svn/a%20b"], "unchanged");
        check_destination(rule, &["http://tuleap.example.com/svn/a%20b"], "unchanged");
        check_destination(rule, &["https://me@tuleap.example.com:0443/svn/a%20b"], "rewrite");
        check_destination(rule, &[&format!("{site}/{}", "x".repeat(65_536))], "rewrite");
        let refused =
            ["https://other.example/a", "//a", "a", "https:", "https://[", "", "https://a"];
        for line in refused {
            check_destination(rule, &[line], "reject");
        }
        check_destination(rule, &["/a", "/b"], "reject");
    }
    let documented = DestinationRule::documented(Guide::ReverseProxy);
    check_destination(&documented, &["http://a/b"], "unchanged");
    check_destination(&documented, &["https://a/b"], "rewrite");
    check_destination(&documented, &["https://a/b", "c"], "rewrite");
    check_destination(&documented, &[""], "remove");
}

#[test]
fn if_and_location_are_decided_without_the_heap() {
    let (site, next) = ("https://tuleap.example.com", "http://127.0.0.1:8080");
    let (Ok(public), Ok(backend)) = (site.parse(), next.parse()) else { panic!("two origins") };
    let host = b"tuleap.example.com";
    let facts = DestinationFacts { host, forwarded_host: host, ..DestinationFacts::default() };
    let lines = [
        format!("<{site}/a> (<urn:1> [\"a]\"]) </b> (<urn:2>) <https://other.example/> (<urn:3>)"),
        format!("<{site}/a> (<urn:1>) ").repeat(1_000),
        format!("<{site}/a> (<urn:1>"),
        "<".repeat(65_536),
        String::new(),
    ];
    let values = [
        "http://127.0.0.1:8080/a",
        "http://tuleap.example.com",
        "http://me:pw@tuleap.example.com/a",
        "a/b",
        "",
    ];
    let documented = DestinationRule::documented(Guide::ReverseProxy);
    for rule in
        [&DestinationRule::new(public, backend), &DestinationRule::recommended(), &documented]
    {
        for line in &lines {
            let line = line.as_bytes();
            let (count, rewrite) = allocations(|| rule.rewrite_if(&facts, line));
            let (parts, length) = allocations(|| rewrite.parts().map(<[u8]>::len).sum::<usize>());
            let (explained, _) = allocations(|| rule.explain_if(&facts, line).tags().count());
            assert_eq!((count, parts, explained), (0, 0, 0));
            assert_eq!(length, rewrite.length().unwrap_or(line.len()));
            let (copied, value) = allocations(|| rewrite.value());
            assert_eq!(
                (copied, value.is_none()),
                (1 - usize::from(value.is_none()), rewrite.is_unchanged())
            );
        }
        for value in values {
            let (count, _) = allocations(|| rule.rewrite_location(&facts, value.as_bytes()));
            let (explained, _) =
                allocations(|| rule.explain_location(&facts, value.as_bytes()).cause());
            assert_eq!((count, explained), (0, 0), "{value}");
        }
    }
}
