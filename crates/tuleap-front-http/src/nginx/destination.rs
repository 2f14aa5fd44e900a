use std::borrow::Cow;

use super::realip::NginxRules;
use crate::blanks::trim_spaces;
use crate::destination::{DestinationFacts, DestinationRule, Rewrite};
use crate::forwarded_hop::Guide;

/// The `Destination` that nginx itself sends with the guide's lines, for running beside it and
/// for moving away from it.
///
/// [`DestinationRule::documented`] is what the lines say, byte for byte. nginx percent-encodes
/// what `$1` holds where the request target's path holds `%` or `+` (its ticket 348); this type
/// does the same. Use [`DestinationRule::recommended`] for requests.
///
/// In: the request target, and the lines in wire order. Out: the one value that is sent.
///
/// Source: `ngx_http_rewrite_module`, directives `set` and `if`; `ngx_http_proxy_module`,
/// directive `proxy_set_header`.
///
/// ```
/// use tuleap_front_http::{Guide, NginxDestination, NginxRules};
///
/// let nginx = NginxDestination::new(Guide::ReverseProxy, NginxRules::Current);
/// let lines = ["https://tuleap.example.com/svn/c%20d"];
/// let sent = |target: &str| nginx.sent(target.as_bytes(), &lines).unwrap();
/// assert_eq!(sent("/svn/a").as_ref(), b"http://tuleap.example.com/svn/c%20d");
/// assert_eq!(sent("/svn/a%20b").as_ref(), b"http://tuleap.example.com/svn/c%2520d");
/// assert_eq!(nginx.sent(b"/svn/a", &[""]), None);
/// ```
#[derive(Clone, Debug)]
pub struct NginxDestination {
    guide: Guide,
    rule: DestinationRule,
}

impl NginxDestination {
    /// The lines of a configuration of the guide, in one nginx.
    #[must_use]
    pub const fn new(guide: Guide, rules: NginxRules) -> Self {
        Self { guide, rule: DestinationRule::documented(guide).with_nginx_rules(rules) }
    }

    /// The value that is sent; `None` where no such header is. A value with CR, LF or NUL, which
    /// nginx does not let in, is not sent.
    #[must_use]
    pub fn sent<'a>(
        &'a self,
        request_target: &[u8],
        lines: &'a [impl AsRef<[u8]>],
    ) -> Option<Cow<'a, [u8]>> {
        // nginx's parser drops the spaces, and not the tabs, before anything reads a value.
        let lines: Vec<&'a [u8]> = lines.iter().map(|line| trim_spaces(line.as_ref())).collect();
        let first = *lines.first()?;
        let facts = DestinationFacts::default();
        let value = match self.rule.rewrite_values(&facts, &lines) {
            Rewrite::Unchanged => Cow::Borrowed(first),
            Rewrite::Remove | Rewrite::Reject { .. } => return None,
            rewrite @ (Rewrite::Parts(_) | Rewrite::Joined(_)) => {
                Cow::Owned(rewrite.value(&lines)?)
            }
        };
        let has_capture = self.guide == Guide::ReverseProxy && starts_with_https(first);
        if !has_capture || !is_quoted(request_target) {
            return Some(value);
        }
        let (scheme, capture) = value.split_at_checked(b"http".len())?;
        let mut sent = scheme.to_vec();
        capture.iter().for_each(|byte| escape(*byte, &mut sent));
        Some(Cow::Owned(sent))
    }
}

fn starts_with_https(line: &[u8]) -> bool {
    line.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"https"))
}

/// Does the path of a request target hold `%` or `+`?
fn is_quoted(target: &[u8]) -> bool {
    let path = match target {
        [b'/', ..] => target,
        // The absolute form: the path follows the authority.
        _ => {
            let after = target.windows(3).position(|three| three == b"://").map_or(0, |at| at + 3);
            let authority = target.get(after..).unwrap_or_default();
            let start = authority.iter().position(|byte| *byte == b'/').unwrap_or(authority.len());
            authority.get(start..).unwrap_or_default()
        }
    };
    let mut path = path.iter().take_while(|byte| !b"?#".contains(byte));
    path.any(|byte| b"%+".contains(byte))
}

/// Percent-encodes what has a meaning in the arguments of a URI, and what no URI holds.
fn escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let hex = |digit: u8| HEX.get(usize::from(digit)).copied().unwrap_or(b'0');
    if byte <= b' ' || byte >= 0x7f || b"\"#%&+;<>?\\^`{|}".contains(&byte) {
        out.extend_from_slice(&[b'%', hex(byte >> 4), hex(byte & 0xf)]);
    } else {
        out.push(byte);
    }
}
