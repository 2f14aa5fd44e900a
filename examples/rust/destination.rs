fn main() {
    use tuleap_front::{DestinationFacts, DestinationRule, Rewrite};
    let (public, backend) = ("https://tuleap.example.com", "http://127.0.0.1:8080");
    let rule = DestinationRule::new(public.parse().unwrap(), backend.parse().unwrap());
    let copy = DestinationFacts { method: b"COPY", ..DestinationFacts::default() };
    let mapped = rule.rewrite_value(&copy, b"https://tuleap.example.com/svn/c%20d");
    assert_eq!(mapped, Rewrite::Parts([b"http://", b"127.0.0.1:8080", b"/svn/c%20d"]));
    let foreign = rule.rewrite_value(&copy, b"https://other.example/svn/c%20d");
    assert_eq!(foreign.action(), "reject"); // 502, before anybody is asked
}
