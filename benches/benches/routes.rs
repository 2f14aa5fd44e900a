//! A request target, the location that takes it and where it goes, beside the same rules written
//! with the `regex` crate: `cargo bench -p tuleap-front-benches --bench routes`.
//!
//! The peer chooses a location by one expression for all prefixes, whose order says which one is
//! taken, and one for the media.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use regex::bytes::Regex;
use tuleap_front::{FileKind, Guide, MergeSlashes, RequestTarget, Routes};

const TARGETS: &[(&str, &[u8])] = &[
    ("page", b"/plugins/tracker/?aid=1234&group_id=101"),
    ("media", b"/themes/BurningParrot/css/style.css"),
    ("svn", b"/svnplugin/repo/!svn/rvr/7/trunk/a/b/c.txt"),
    ("encoded", b"/svnplugin/repo/!svn/rvr/7/trunk/a%20b%C3%A9.png"),
    ("front-controller", b"/index.php?group_id=101"),
    ("plugin", b"/plugins/svn/admin?group_id=101"),
];

/// The guide's locations as one would write them with the crate.
struct Expressions {
    prefixes: Regex,
    media: Regex,
}

impl Expressions {
    fn new() -> Result<Self, regex::Error> {
        Ok(Self {
            prefixes: Regex::new(
                r"(?-u)^(?:(/plugins/svn/)|(/svnplugin)|(/viewvc-theme-tuleap)|(/index\.php)|(/))",
            )?,
            media: Regex::new(r"(?i-u)\.(?:js|css|png|gif|eot|woff)\n?\z")?,
        })
    }

    /// Which location, by the index of `Routes::documented`.
    fn location(&self, uri: &[u8]) -> Option<usize> {
        let captures = self.prefixes.captures(uri)?;
        let group = (1..captures.len()).find(|group| captures.get(*group).is_some())?;
        match group {
            1 => Some(2),
            2 => Some(3),
            _ if self.media.is_match(uri) => Some(0),
            3 => Some(4),
            4 => Some(1),
            _ => Some(5),
        }
    }
}

fn routes(criterion: &mut Criterion) {
    let routes = Routes::documented(Guide::Distributed);
    let Ok(expressions) = Expressions::new() else { return eprintln!("no expressions") };
    let missing = |_: &[u8]| FileKind::Missing;
    let mut group = criterion.benchmark_group("routes");
    for (name, bytes) in TARGETS {
        let Ok(target) = RequestTarget::parse(bytes, MergeSlashes::On) else {
            return eprintln!("{name} is no target");
        };
        let ours = routes.locations().find(target.uri()).map(|found| found.index());
        assert_eq!(ours, expressions.location(target.uri()), "{name}: one rule");
        group.bench_function(BenchmarkId::new("target", name), |bencher| {
            bencher.iter(|| RequestTarget::parse(black_box(bytes), MergeSlashes::On).is_ok());
        });
        group.bench_function(BenchmarkId::new("location", name), |bencher| {
            let uri = target.uri();
            bencher.iter(|| routes.locations().find(black_box(uri)).map(|found| found.index()));
        });
        group.bench_function(BenchmarkId::new("location by regex", name), |bencher| {
            bencher.iter(|| expressions.location(black_box(target.uri())));
        });
        group.bench_function(BenchmarkId::new("route", name), |bencher| {
            bencher.iter(|| routes.route(black_box(&target), missing).internal_redirects());
        });
    }
    group.finish();
}

criterion_group!(benches, routes);
criterion_main!(benches);
