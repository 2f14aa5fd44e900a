use std::iter::FusedIterator;

use super::explanation::Decision;
use super::if_explanation::{IfCause, IfExplanation};
use super::if_header::IfScan;
use super::rewrite::Rewrite;
use super::{DestinationFacts, DestinationRule, ForeignDestination, Places, Strict, Style};

/// Are the tags of `If` mapped where a request is passed on?
#[expect(clippy::exhaustive_enums, reason = "a switch")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IfTags {
    /// They are sent on as they are. mod_dav and most servers look at their paths alone.
    Keep,
    /// They are mapped as a `Destination` is. Servers that compare the host with the `Host` they
    /// are sent answer 412 without it.
    Rewrite,
}

impl DestinationRule {
    /// Whether [`apply`](Self::apply) and hosts map the tags of `If` too.
    ///
    /// Without it, they do where the backend is an origin of its own, for then the `Host` may be
    /// another, and do not where the `Host` is forwarded. The documented rule never does.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use tuleap_front_http::{DestinationFacts, DestinationRule, Guide, IfTags};
    ///
    /// let host = b"tuleap.example.com";
    /// let facts = DestinationFacts { host, forwarded_host: host, ..DestinationFacts::default() };
    /// let mut headers = HeaderMap::new();
    /// headers.insert("if", "<https://tuleap.example.com/svn/a> (<urn:1>)".parse().unwrap());
    ///
    /// let rule = DestinationRule::recommended();
    /// assert_eq!(rule.if_tags(), IfTags::Keep);
    /// rule.with_if_tags(IfTags::Rewrite).apply(&facts, &mut headers)?;
    /// assert_eq!(headers["if"], "<http://tuleap.example.com/svn/a> (<urn:1>)");
    ///
    /// let fixed = "http://127.0.0.1:8080".parse().unwrap();
    /// let rule = DestinationRule::new("https://tuleap.example.com".parse().unwrap(), fixed);
    /// assert_eq!(rule.if_tags(), IfTags::Rewrite);
    /// assert_eq!(DestinationRule::documented(Guide::ReverseProxy).if_tags(), IfTags::Keep);
    /// # Ok::<(), tuleap_front_http::DestinationReason>(())
    /// ```
    #[must_use]
    pub const fn with_if_tags(mut self, if_tags: IfTags) -> Self {
        if let Style::Strict(strict) = &mut self.style {
            strict.if_tags = if_tags;
        }
        self
    }

    /// Whether hosts map the tags of `If`.
    #[must_use]
    pub const fn if_tags(&self) -> IfTags {
        match &self.style {
            Style::Documented(..) => IfTags::Keep,
            Style::Strict(strict) => strict.if_tags,
        }
    }

    /// Maps the tags of one `If` line (RFC 4918 §10.4), whether hosts do so or not.
    ///
    /// Steps 2 to 7 for each `<tag>` outside of parentheses. What a `Destination` would be refused
    /// for, and another server, stays as it is: `If` is the next server's to judge. Lists are
    /// copied as they are. A header that is malformed at any place is left whole. Each line is a
    /// header of its own.
    ///
    /// ```
    /// use tuleap_front_http::{DestinationFacts, DestinationRule};
    ///
    /// let rule = DestinationRule::new(
    ///     "https://tuleap.example.com".parse()?,
    ///     "http://127.0.0.1:8080".parse()?,
    /// );
    /// let facts = DestinationFacts::default();
    /// let sent = br#"<https://tuleap.example.com/svn/a> (<urn:1> ["a]b"]) </svn/b> (Not <urn:2>)"#;
    /// let next = br#"<http://127.0.0.1:8080/svn/a> (<urn:1> ["a]b"]) </svn/b> (Not <urn:2>)"#;
    /// assert_eq!(rule.rewrite_if(&facts, sent).value().unwrap(), next);
    /// assert!(rule.rewrite_if(&facts, next).is_unchanged());
    ///
    /// let malformed = b"<https://tuleap.example.com/svn/a> (<urn:1>) <urn:2>)";
    /// assert!(rule.rewrite_if(&facts, malformed).is_unchanged());
    /// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
    /// ```
    pub fn rewrite_if<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        value: &'a [u8],
    ) -> IfRewrite<'a> {
        *self.explain_if(facts, value).rewrite()
    }

    /// The same with what led to it.
    pub fn explain_if<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        value: &'a [u8],
    ) -> IfExplanation<'a> {
        let Style::Strict(strict) = &self.style else {
            return IfExplanation::whole(value, IfCause::DocumentedKept, None);
        };
        let tags = Tags { strict, places: strict.places(facts), scan: IfScan::new(value) };
        let (mut left, mut length, mut is_same) = (tags, value.len(), true);
        loop {
            match left.next() {
                Ok(Some(Tag { decision, text, .. })) => {
                    if let Some(of_tag) = decision.rewrite.length() {
                        is_same = false;
                        length = length - text.len() + of_tag;
                    }
                }
                Ok(None) if is_same => return IfExplanation::new(value, tags, IfCause::Kept, None),
                Ok(None) => {
                    return IfExplanation::new(value, tags, IfCause::Rewritten, Some(length));
                }
                Err(cause) => {
                    return IfExplanation::whole(value, cause, Some(left.scan.offset()));
                }
            }
        }
    }
}

/// What becomes of an `If` line.
///
/// Nothing is copied: the [parts](Self::parts) are slices of the line, of the rule and of the
/// facts, found anew, in one pass, whenever they are asked for.
///
/// ```
/// use tuleap_front_http::{DestinationFacts, DestinationRule};
///
/// let host = b"tuleap.example.com";
/// let facts = DestinationFacts { host, forwarded_host: host, ..DestinationFacts::default() };
/// let rule = DestinationRule::recommended();
/// let rewrite = rule.rewrite_if(&facts, b"<https://tuleap.example.com/a> (<urn:1>)");
/// assert!(!rewrite.is_unchanged());
/// assert_eq!((rewrite.action(), rewrite.length()), ("rewrite", Some(39)));
/// let parts: Vec<&[u8]> = rewrite.parts().collect();
/// assert_eq!(parts, [&b"<"[..], b"http://", host, b"/a", b"> (<urn:1>)"]);
/// assert_eq!(rewrite.value().unwrap(), parts.concat());
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct IfRewrite<'a> {
    value: &'a [u8],
    tags: Option<Tags<'a>>,
    length: Option<usize>,
}

impl<'a> IfRewrite<'a> {
    pub(super) const fn new(
        value: &'a [u8],
        tags: Option<Tags<'a>>,
        length: Option<usize>,
    ) -> Self {
        Self { value, tags, length }
    }

    /// Is the line sent on as it is?
    #[must_use]
    pub const fn is_unchanged(&self) -> bool {
        self.length.is_none()
    }

    /// `unchanged` or `rewrite`.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        if self.is_unchanged() { "unchanged" } else { "rewrite" }
    }

    /// The length of the parts together; `None` where the line is sent on as it is.
    #[must_use]
    pub const fn length(&self) -> Option<usize> {
        self.length
    }

    /// What is sent on, piece by piece; where nothing changes, the line itself. No piece is empty.
    pub fn parts(&self) -> IfParts<'a> {
        let tags = if self.is_unchanged() { None } else { self.tags };
        IfParts { value: self.value, from: 0, tags, ready: [b""; 4] }
    }

    /// The line that is sent instead; `None` where it is sent on as it is. It is the one copy.
    #[must_use]
    pub fn value(&self) -> Option<Vec<u8>> {
        let mut value = Vec::with_capacity(self.length?);
        self.parts().for_each(|part| value.extend_from_slice(part));
        Some(value)
    }

    /// The tags, where the header is not malformed.
    pub(super) const fn tags(&self) -> Option<Tags<'a>> {
        self.tags
    }
}

/// The pieces of an `If` line, see [`IfRewrite::parts`].
#[derive(Clone, Debug)]
#[must_use]
pub struct IfParts<'a> {
    value: &'a [u8],
    /// What stands before it is given out.
    from: usize,
    /// None when the last piece is given out or ready.
    tags: Option<Tags<'a>>,
    /// Given out next; empty ones are passed over.
    ready: [&'a [u8]; 4],
}

impl<'a> IfParts<'a> {
    fn kept(&self, end: usize) -> &'a [u8] {
        self.value.get(self.from..end).unwrap_or_default()
    }

    /// Makes the pieces up to the end of the next tag that changes ready.
    fn advance(&mut self) {
        while let Some(Ok(Some(tag))) = self.tags.as_mut().map(Tags::next) {
            if let Rewrite::Parts([scheme, authority, rest]) = tag.decision.rewrite {
                self.ready = [self.kept(tag.start), scheme, authority, rest];
                self.from = tag.start + tag.text.len();
                return;
            }
        }
        self.tags = None;
        self.ready = [self.kept(self.value.len()), b"", b"", b""];
        self.from = self.value.len();
    }
}

impl<'a> Iterator for IfParts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            if let Some(part) = self.ready.iter_mut().find(|part| !part.is_empty()) {
                return Some(std::mem::take(part));
            }
            if self.from == self.value.len() {
                return None;
            }
            self.advance();
        }
    }
}

impl FusedIterator for IfParts<'_> {}

/// The tags that are left of a header, and how they are decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tags<'a> {
    strict: &'a Strict,
    places: Places<'a>,
    scan: IfScan<'a>,
}

pub(super) struct Tag<'a> {
    pub(super) text: &'a [u8],
    pub(super) start: usize,
    pub(super) decision: Decision<'a>,
}

impl<'a> Tags<'a> {
    pub(super) fn next(&mut self) -> Result<Option<Tag<'a>>, IfCause> {
        let Some(tag) = self.scan.next_tag()? else { return Ok(None) };
        let read = self.strict.read(|| self.places, ForeignDestination::Pass, tag.text);
        let decision = read.unwrap_or_else(Decision::left);
        Ok(Some(Tag { text: tag.text, start: tag.start, decision }))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;
    use crate::DestinationReason;

    fn rule() -> DestinationRule {
        let public = "https://a.example".parse().unwrap();
        DestinationRule::new(public, "http://127.0.0.1:8080".parse().unwrap())
    }

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    const FACTS: DestinationFacts<'_> = DestinationFacts {
        method: b"COPY",
        host: b"",
        forwarded_host: b"",
        scheme: crate::Scheme::Https,
    };

    #[test]
    fn each_line_is_mapped_by_itself() {
        let mut request = headers(&[
            ("if", "<https://a.example/1> (<urn:1>)"),
            ("if", "<https://a.example/2"),
            ("x-if", "<https://a.example/3> (<urn:1>)"),
            ("if", "<https://a.example/4> (<urn:1>)"),
            ("destination", "https://a.example/5"),
        ]);
        assert_eq!(rule().apply(&FACTS, &mut request), Ok(()));
        let expect = headers(&[
            ("if", "<http://127.0.0.1:8080/1> (<urn:1>)"),
            ("if", "<https://a.example/2"),
            ("x-if", "<https://a.example/3> (<urn:1>)"),
            ("if", "<http://127.0.0.1:8080/4> (<urn:1>)"),
            ("destination", "http://127.0.0.1:8080/5"),
        ]);
        assert_eq!(request, expect);

        let mut response = headers(&[
            ("location", "http://127.0.0.1:8080/1"),
            ("location", "http://127.0.0.1:8080/2"),
            ("content-location", "http://127.0.0.1:8080"),
            ("link", "http://127.0.0.1:8080/3"),
        ]);
        rule().apply_response(&FACTS, &mut response);
        let expect = headers(&[
            ("location", "https://a.example/1"),
            ("location", "https://a.example/2"),
            ("content-location", "https://a.example"),
            ("link", "http://127.0.0.1:8080/3"),
        ]);
        assert_eq!(response, expect);
    }

    #[test]
    fn a_refused_request_is_as_it_was() {
        let lines =
            [("if", "<https://a.example/1> (<urn:1>)"), ("destination", "https://other.example/5")];
        let mut request = headers(&lines);
        let result = rule().apply(&FACTS, &mut request);
        assert_eq!(result, Err(DestinationReason::ForeignOrigin));
        assert_eq!(request, headers(&lines));
    }
}
