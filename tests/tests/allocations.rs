//! A request is answered without the heap, whatever was sent. Its own program: the allocator is
//! one for all of it.
#![expect(unsafe_code, reason = "an allocator is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write as _;
use std::hint::black_box;

use http::{HeaderMap, HeaderValue};
use tuleap_front::{ClientIp, ClientIpResolver, ForwardingHeader, Peer, TrustedProxies};

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
