fn main() {
    use tuleap_front::{ClientIpResolver, Peer};
    let resolver = ClientIpResolver::new("127.0.0.1, 192.168.0.0/24".parse().unwrap());
    let client = resolver.resolve_values(Peer::parse(b"127.0.0.1"), &[b"6.6.6.6, 203.0.113.9"]);
    assert_eq!(client.addr(), "203.0.113.9".parse().ok());
}
