//! Request lines, locations and routes.

use tuleap_front::{
    FileKind, Guide, Locations, MergeSlashes, NginxRules, RequestLine, RequestTarget, RootLocation,
    Routes,
};

use crate::allocations;

#[test]
fn a_target_is_checked_without_the_heap_and_read_with_one_allocation_at_most() {
    let long = format!("/{}?{}", "x%20/../".repeat(5_000), "y".repeat(5_000));
    let targets = [
        ("/svn/a.css?b#c", 0),
        ("/a%20b", 1),
        ("/a/./../b//", 1),
        ("http://h/a", 0),
        ("http://h", 0),
        ("http://h?a", 0),
        (&long, 1),
    ];
    for (target, expected) in targets {
        let line = format!("GET {target} HTTP/1.1\r\n");
        for merge in [MergeSlashes::On, MergeSlashes::Off] {
            let (checked, is_right) =
                allocations(|| RequestTarget::check(target.as_bytes(), merge));
            assert_eq!((checked, is_right), (0, Ok(())), "{target}");
            let (parsed, _) = allocations(|| RequestTarget::parse(target.as_bytes(), merge));
            assert_eq!(parsed, expected, "{target}");
            let rules = NginxRules::Current;
            let (checked, is_right) =
                allocations(|| RequestLine::check(line.as_bytes(), rules, merge));
            assert_eq!((checked, is_right), (0, Ok(())), "{line}");
            let (parsed, _) = allocations(|| RequestLine::parse(line.as_bytes(), rules, merge));
            assert_eq!(parsed, expected, "{line}");
        }
    }
    for refused in ["/%zz", "*", "http://a_b/", "/a b", "/..", "/%00"] {
        let refused = refused.as_bytes();
        let (checked, is_right) = allocations(|| RequestTarget::check(refused, MergeSlashes::On));
        assert!(checked == 0 && is_right.is_err());
    }
}

#[test]
fn the_documented_locations_are_found_without_the_heap() {
    let text = "/ web\n= /exact exact\n^~ /svnplugin svn\n/prefix/ prefix\n~ ^/svn/ one\n\
                ~* \\.(?:js|css|png|gif|eot|woff)$ media\n~ \\.php$ php\n";
    let Ok(locations) = text.parse::<Locations>() else { panic!("locations") };
    let long = format!("/{}.CSS\n", "\u{e9}".repeat(10_000));
    for uri in ["/", "/exact", "/svnplugin/a.css", "/prefix/x", "/svn/a", "/a.php", &long, ""] {
        let (count, found) = allocations(|| locations.find(uri.as_bytes()));
        assert_eq!((count, found.is_some()), (0, !uri.is_empty()), "{uri}");
    }
}

#[test]
fn a_request_goes_to_a_backend_without_the_heap() {
    let routes = [
        Routes::recommended(),
        Routes::documented(Guide::Distributed),
        Routes::documented(Guide::ReverseProxy),
    ];
    for routes in &routes {
        for target in ["/", "/projects/a?b", "/svnplugin/a/b.css", "/index.php?a", "/themes/a.css"]
        {
            let Ok(target) = RequestTarget::parse(target.as_bytes(), MergeSlashes::On) else {
                panic!("a target")
            };
            let (count, route) =
                allocations(|| routes.route(&target, |_: &[u8]| FileKind::Missing));
            assert!(count == 0 && route.backend().is_some(), "{count} {route:?}");
        }
    }
}

#[test]
fn the_path_of_a_file_is_made_once_for_each_location_that_looks() {
    let routes = [Routes::recommended(), Routes::distributed(RootLocation::TryFiles)];
    for (routes, target, kind, expected) in [
        (&routes[0], "/plugins/svn/a.css", FileKind::File, 1),
        (&routes[0], "/plugins/svn/admin", FileKind::Missing, 1),
        (&routes[0], "/viewvc-theme-tuleap/a.css", FileKind::File, 1),
        (&routes[1], "/a.txt", FileKind::File, 1),
        (&routes[1], "/a", FileKind::Missing, 1),
    ] {
        let Ok(target) = RequestTarget::parse(target.as_bytes(), MergeSlashes::On) else {
            panic!("a target")
        };
        let (count, route) = allocations(|| routes.route(&target, |_: &[u8]| kind));
        assert_eq!(count, expected, "{route:?}");
    }
}
