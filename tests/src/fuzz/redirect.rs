//! Redirects to https.

use tuleap_front::{ChainVerdict, ProxyChain, Scheme};

use crate::oracle::chain;

/// A chain: the model's verdicts; who is to blame where one is wrong; what is corrected is sound.
/// Or its error points into the text.
pub fn proxy_chain(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let chain = match text.parse::<ProxyChain>() {
        Ok(chain) => chain,
        Err(error) => {
            let place = error.offset()..error.offset() + error.length();
            assert!(text.get(place.clone()).is_some(), "{place:?} is no place in the text");
            assert!(error.offset_in_entry() <= error.offset());
            return assert!(!error.hint().is_empty() && error.line() > 0 && error.column() > 0);
        }
    };
    let verdicts = chain::CLIENTS.map(|client| chain.verdict(client).as_str());
    assert_eq!(verdicts, chain::verdicts(&text));
    let shown = chain.to_string();
    assert_eq!(shown.parse().as_ref(), Ok(&chain), "{shown}");
    assert_eq!(chain::verdicts(&shown), verdicts);

    let explanation = chain.explain();
    for run in [explanation.https(), explanation.http()] {
        assert_eq!(run.verdict(), chain.verdict(run.client()));
        let is_right = matches!(run.verdict(), ChainVerdict::RedirectedOnce | ChainVerdict::Served);
        assert_eq!(run.causes().is_empty(), is_right, "{explanation}");
        assert!(!run.text().is_empty());
    }
    let corrected = chain.corrected();
    assert_eq!(explanation.corrected(), (corrected != chain).then_some(&corrected));
    assert_eq!(corrected.verdict(Scheme::Https), ChainVerdict::Served, "{corrected}");
    assert_ne!(corrected.verdict(Scheme::Http), ChainVerdict::PlainHttpServed, "{corrected}");
    let again = corrected.explain();
    assert!(again.is_sound() && again.notes().is_empty(), "{again}");
    assert!(!explanation.to_string().chars().any(|char| char.is_control() && char != '\n'));
}
