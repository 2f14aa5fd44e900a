use super::{RECOMMENDED, REVERSE_PROXY, RootLocation, Routes};
use crate::forwarded_hop::Guide;

#[test]
fn every_text_of_ours_is_read_and_written() {
    for routes in [
        Routes::recommended(),
        Routes::documented(Guide::Distributed),
        Routes::documented(Guide::ReverseProxy),
        Routes::distributed(RootLocation::TryFiles),
    ] {
        let text = routes.to_string();
        assert_eq!(text.parse::<Routes>().map(|again| again.to_string()), Ok(text));
    }
    assert_eq!(Routes::recommended().to_string(), RECOMMENDED.trim_start());
    assert_eq!(Routes::documented(Guide::ReverseProxy).to_string(), REVERSE_PROXY.trim_start());
    assert_eq!(Routes::recommended().backends(), ["web", "php", "svn"]);
}
