//! The two compatibility types: they follow others' rules, so here only what must hold whatever
//! those rules are. The differential tests hold the rules.

use proptest::collection::vec;
use proptest::prelude::*;
use tuleap_front::{
    ClientIpResolver, NginxAddr, NginxRealip, NginxRealipOptions, NginxRules, Recursion,
    TrustedProxies, TuleapCompat,
};

use super::cases;
use super::strategies::{address, bytes, forwarded_for};

proptest! {
    #![proptest_config(cases(600))]

    /// Oracle: nginx's answer is the peer or was read from the header; not recursive, it is one
    /// entry away at most; with nobody trusted it is the peer.
    #[test]
    fn nginx_rules_take_any_bytes(
        at in address(), raw in vec(bytes(80), 0..4), list in forwarded_for(),
        header in proptest::sample::select(vec!["X-Forwarded-For", "x-forwarded-for", "X-Real-IP"]),
        recursion in proptest::sample::select(vec![Recursion::On, Recursion::Off]),
        rules in proptest::sample::select(vec![NginxRules::Current, NginxRules::V1_22]),
    ) {
        let mut options = NginxRealipOptions::default();
        options.header = header.to_owned();
        (options.recursion, options.rules) = (recursion, rules);
        let trusted = ["10.1.2.3/8", "2001:db8:77::/48", "unix:", "localhost"];
        let realip = NginxRealip::new(trusted, options.clone());
        let realip = realip.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let nobody = NginxRealip::new([""; 0], options);
        let nobody = nobody.map_err(|error| TestCaseError::fail(error.to_string()))?;
        for peer in [NginxAddr::from(at), NginxAddr::UnixSocket] {
            for lines in [&raw, &list] {
                let lines: Vec<(&str, &[u8])> =
                    lines.iter().map(|line| (header, line.as_slice())).collect();
                let client = realip.resolve(peer, lines.as_slice());
                prop_assert!(client.is_rewritten() || client.addr() == peer);
                prop_assert!(client.is_rewritten() || client.port().is_none());
                prop_assert_ne!(client.port(), Some(0));
                let untouched = nobody.resolve(peer, lines.as_slice());
                prop_assert!(!untouched.is_rewritten() && untouched.addr() == peer);
            }
        }
    }

    /// Oracle: any text is a directive or an error.
    #[test]
    fn nginx_directives_take_any_text(entry in "\\PC{0,30}", header in "\\PC{0,20}") {
        let mut options = NginxRealipOptions::default();
        options.header = header;
        let _ = NginxRealip::new([entry], options);
    }

    /// Oracle: Tuleap's answer is the header or the peer, and nothing else; without a header it
    /// is the peer; without a peer it is empty.
    #[test]
    fn tuleap_rules_take_any_bytes(
        setting in bytes(60), remote in proptest::option::of(bytes(20)),
        header in proptest::option::of(bytes(40)),
    ) {
        let compat = TuleapCompat::new(&setting);
        let answer = compat.resolve(remote.as_deref(), header.as_deref());
        let peer = remote.as_deref().unwrap_or_default();
        let is_header = remote.is_some() && header.as_deref() == Some(answer);
        prop_assert!(answer == peer || is_header);
        prop_assert_eq!(compat.resolve(None, header.as_deref()), b"");
        prop_assert_eq!(compat.resolve(remote.as_deref(), None), peer);
        prop_assert_eq!(TuleapCompat::new(b"").resolve(remote.as_deref(), header.as_deref()), peer);

        let resolver = ClientIpResolver::new(TrustedProxies::default());
        let both = compat.compare(&resolver, remote.as_deref(), header.as_deref());
        prop_assert_eq!(both.compat(), answer);
        prop_assert!(compat.warnings().len() <= setting.split(|byte| *byte == b',').count());
    }
}
