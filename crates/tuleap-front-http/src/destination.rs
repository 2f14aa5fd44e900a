mod authority;
mod error;
mod explanation;
mod if_explanation;
mod if_header;
mod if_rewrite;
mod location;
mod origin;
mod reason;
mod reference;
mod rewrite;

use http::{HeaderMap, HeaderName, HeaderValue};

pub use self::error::{DestinationOriginError, DestinationOriginFault};
pub use self::explanation::{DestinationCause, DestinationExplanation};
pub use self::if_explanation::{IfCause, IfExplanation, TagDecision};
pub use self::if_rewrite::{IfParts, IfRewrite, IfTags};
pub use self::location::{LocationCause, LocationExplanation};
pub use self::origin::{BackendOrigin, DestinationOrigin, PublicOrigins};
pub use self::reason::DestinationReason;
pub use self::rewrite::Rewrite;

use self::authority::Authority;
use self::explanation::Decision;
use self::origin::OriginRef;
use self::reference::Reference;
use crate::blanks::trim;
use crate::forwarded_hop::Guide;
use crate::headers::RequestHeaders;
use crate::nginx::NginxRules;
use crate::scan::has;
use crate::scheme::Scheme;

/// Maps the `Destination` of COPY and MOVE from the origin that the client knows to the one that
/// the next server takes for its own.
///
/// Subversion and WebDAV clients name the place of a copy by an absolute URI (RFC 4918 §10.3). A
/// server behind one that ends TLS sees `https`, which is not its own scheme, and answers 502.
///
/// The rule, in this order:
///
/// 1. No line: nothing. More than one: 400.
/// 2. Blanks at both ends are dropped. Nothing left, or a control byte: 400.
/// 3. A path that starts with one slash is left as it is, or
///    [promoted](Self::with_path_absolute); two slashes: 400.
/// 4. Neither `scheme://` nor a path: 400 (RFC 4918 §8.3).
/// 5. The authority is checked (RFC 3986 §3.2); a path must follow it: otherwise 400.
/// 6. A [public origin](PublicOrigins) is replaced by the [backend's](BackendOrigin), its user
///    info dropped. Every byte after it stays: no decoding, no dot segments, raw blanks and UTF-8.
/// 7. The backend's own origin is left as it is: two servers in a row may run this rule.
/// 8. Everything else is foreign: 502 (RFC 4918 §9.8.5), or [passed](Self::with_foreign).
///
/// For methods other than COPY, MOVE, BIND and REBIND (RFC 5842), which have no Destination, what
/// would be refused is left as it is.
///
/// One pass over the value; no allocation, no lock; any bytes of any length get an answer. Not
/// looked at: whether the path exists, and who may write there.
///
/// `If`, which names places too, is [`rewrite_if`](Self::rewrite_if); the way back, `Location` and
/// `Content-Location`, is [`rewrite_location`](Self::rewrite_location).
///
/// ```
/// use http::HeaderMap;
/// use tuleap_front_http::{BackendOrigin, DestinationFacts, DestinationRule, PublicOrigins, Rewrite};
///
/// let public: PublicOrigins = "https://tuleap.example.com".parse()?;
/// let backend: BackendOrigin = "http://tuleap.example.com".parse()?;
/// let rule = DestinationRule::new(public, backend);
///
/// let facts = DestinationFacts { method: b"COPY", ..DestinationFacts::default() };
/// let rewrite = rule.rewrite_value(&facts, b"https://me@tuleap.example.com:443/svn/a%20b");
/// assert_eq!(rewrite, Rewrite::Parts([b"http://", b"tuleap.example.com", b"/svn/a%20b"]));
///
/// let mut headers = HeaderMap::new();
/// headers.insert("destination", "https://other.example/svn/a".parse().unwrap());
/// let Rewrite::Reject { status, reason } = rule.rewrite(&facts, &headers) else { panic!() };
/// assert_eq!((status.as_u16(), reason.code()), (502, "destination/foreign-origin"));
/// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DestinationRule {
    style: Style,
}

#[derive(Clone, Debug)]
enum Style {
    Documented(Guide, NginxRules),
    Strict(Strict),
}

#[derive(Clone, Debug)]
struct Strict {
    public: PublicOrigins,
    backend: BackendOrigin,
    foreign: ForeignDestination,
    path_absolute: PathAbsolute,
    if_tags: IfTags,
}

/// What becomes of a `Destination` on another server.
#[expect(clippy::exhaustive_enums, reason = "a switch")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ForeignDestination {
    /// It is sent on as it is. A server that does not look at the host takes it for its own.
    Pass,
    /// 502.
    #[default]
    Reject,
}

/// What becomes of a `Destination` without scheme and host.
#[expect(clippy::exhaustive_enums, reason = "a switch")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PathAbsolute {
    /// It is sent on as it is; servers that want a URI answer 400.
    #[default]
    Keep,
    /// The backend's origin is put before it.
    Promote,
}

/// What is known about a request whose `Destination` is read, or whose answer is.
#[expect(clippy::exhaustive_structs, reason = "an input: a new fact must be given by every caller")]
#[derive(Clone, Copy, Debug)]
pub struct DestinationFacts<'a> {
    /// The method, as it was sent.
    pub method: &'a [u8],
    /// The client's `Host`, for [`PublicOrigins::auto`]; empty where there is none.
    pub host: &'a [u8],
    /// The `Host` that the next server is sent, for [`BackendOrigin::forwarded_host`]; empty
    /// where there is none.
    pub forwarded_host: &'a [u8],
    /// What the client speaks to the site. Only [`rewrite_location`] with [`PublicOrigins::auto`]
    /// looks at it.
    ///
    /// [`rewrite_location`]: DestinationRule::rewrite_location
    pub scheme: Scheme,
}

/// Nothing is known; clients come by `https`.
impl Default for DestinationFacts<'_> {
    fn default() -> Self {
        Self { method: b"", host: b"", forwarded_host: b"", scheme: Scheme::Https }
    }
}

impl DestinationFacts<'_> {
    /// Has the method a `Destination` (RFC 4918 §9.8, §9.9, RFC 5842 §4, §6)?
    const fn has_destination(&self) -> bool {
        matches!(self.method, b"COPY" | b"MOVE" | b"BIND" | b"REBIND")
    }
}

static DESTINATION: HeaderName = HeaderName::from_static("destination");
static IF: HeaderName = HeaderName::from_static("if");

impl DestinationRule {
    /// The strict rule, from these origins to that one.
    #[must_use]
    pub const fn new(public: PublicOrigins, backend: BackendOrigin) -> Self {
        let (foreign, path_absolute) = (ForeignDestination::Reject, PathAbsolute::Keep);
        let if_tags = match backend.origin() {
            Some(_) => IfTags::Rewrite,
            None => IfTags::Keep,
        };
        Self { style: Style::Strict(Strict { public, backend, foreign, path_absolute, if_tags }) }
    }

    /// The strict rule for a server that ends TLS: from the client's `Host`, by `http` and
    /// `https`, to `http` with the `Host` that is forwarded.
    ///
    /// ```
    /// use tuleap_front_http::{DestinationFacts, DestinationRule, Rewrite};
    ///
    /// let host = b"tuleap.example.com";
    /// let facts = DestinationFacts {
    ///     method: b"COPY",
    ///     host,
    ///     forwarded_host: host,
    ///     ..DestinationFacts::default()
    /// };
    /// let rule = DestinationRule::recommended();
    /// let rewrite = rule.rewrite_value(&facts, b"https://tuleap.example.com/svn/a");
    /// assert_eq!(rewrite, Rewrite::Parts([b"http://", host, b"/svn/a"]));
    /// ```
    #[must_use]
    pub const fn recommended() -> Self {
        Self::new(PublicOrigins::auto(), BackendOrigin::forwarded_host(Scheme::Http))
    }

    /// What the guide's nginx lines say, for moving away from them: no origin is looked at.
    ///
    /// [`Guide::ReverseProxy`]: `if ($http_destination ~* ^https(.*)$)`, with `http$1` where it
    /// matches: a fifth byte is dropped, and nothing else is changed.
    /// [`Guide::Distributed`]: `Destination $http_destination`, which changes nothing.
    ///
    /// Lines are joined or dropped as nginx does, see [`with_nginx_rules`](Self::with_nginx_rules).
    /// CR, LF and NUL, which nginx does not let through, are refused for every method. What nginx
    /// itself sends for a request target with `%` or `+` says
    /// [`NginxDestination`](crate::NginxDestination).
    ///
    /// ```
    /// use tuleap_front_http::{DestinationFacts, DestinationRule, Guide, Rewrite};
    ///
    /// let rule = DestinationRule::documented(Guide::ReverseProxy);
    /// let facts = DestinationFacts::default();
    /// let rewrite = rule.rewrite_value(&facts, b"HTTPS://other.example/a%20b");
    /// assert_eq!(rewrite, Rewrite::Parts([b"http", b"://other.example/a%20b", b""]));
    /// assert_eq!(rule.rewrite_value(&facts, b"HTTP://other.example/"), Rewrite::Unchanged);
    /// ```
    #[must_use]
    pub const fn documented(guide: Guide) -> Self {
        Self { style: Style::Documented(guide, NginxRules::Current) }
    }

    /// Which nginx the documented rule equals where there are several lines: 1.23 and later joins
    /// them with `, `, 1.22 reads the first alone. The strict rule refuses them.
    ///
    /// ```
    /// use tuleap_front_http::{DestinationFacts, DestinationRule, Guide, NginxRules};
    ///
    /// let rule = DestinationRule::documented(Guide::ReverseProxy);
    /// let (facts, lines) = (DestinationFacts::default(), ["https://a/1", "https://b/2"]);
    /// let joined = rule.rewrite_values(&facts, &lines).value(&lines);
    /// assert_eq!(joined.unwrap(), b"http://a/1, https://b/2");
    /// let rule = rule.with_nginx_rules(NginxRules::V1_22);
    /// assert_eq!(rule.rewrite_values(&facts, &lines).value(&lines).unwrap(), b"http://a/1");
    /// ```
    #[must_use]
    pub const fn with_nginx_rules(mut self, rules: NginxRules) -> Self {
        if let Style::Documented(_, known) = &mut self.style {
            *known = rules;
        }
        self
    }

    /// What the strict rule does with another server.
    ///
    /// ```
    /// use tuleap_front_http::{DestinationFacts, DestinationRule, ForeignDestination, Rewrite};
    ///
    /// let rule = DestinationRule::recommended().with_foreign(ForeignDestination::Pass);
    /// let facts = DestinationFacts { method: b"COPY", ..DestinationFacts::default() };
    /// assert_eq!(rule.rewrite_value(&facts, b"https://other.example/a"), Rewrite::Unchanged);
    /// ```
    #[must_use]
    pub const fn with_foreign(mut self, foreign: ForeignDestination) -> Self {
        if let Style::Strict(strict) = &mut self.style {
            strict.foreign = foreign;
        }
        self
    }

    /// What the strict rule does with a path alone.
    ///
    /// ```
    /// use tuleap_front_http::{DestinationFacts, DestinationRule, PathAbsolute, Rewrite};
    ///
    /// let rule = DestinationRule::recommended().with_path_absolute(PathAbsolute::Promote);
    /// let facts = DestinationFacts { forwarded_host: b"a.example", ..DestinationFacts::default() };
    /// let rewrite = rule.rewrite_value(&facts, b"/svn/a");
    /// assert_eq!(rewrite, Rewrite::Parts([b"http://", b"a.example", b"/svn/a"]));
    /// ```
    #[must_use]
    pub const fn with_path_absolute(mut self, path_absolute: PathAbsolute) -> Self {
        if let Style::Strict(strict) = &mut self.style {
            strict.path_absolute = path_absolute;
        }
        self
    }

    /// Decides about every `Destination` line of a request.
    pub fn rewrite<'a, H: RequestHeaders + ?Sized>(
        &'a self,
        facts: &DestinationFacts<'a>,
        headers: &'a H,
    ) -> Rewrite<'a> {
        self.decide(facts, headers.values_from_last(&DESTINATION)).rewrite
    }

    /// The same, for hosts that have the lines alone, in wire order.
    pub fn rewrite_values<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        lines: &'a [impl AsRef<[u8]>],
    ) -> Rewrite<'a> {
        self.decide(facts, lines.iter().rev().map(AsRef::as_ref)).rewrite
    }

    /// The rule for one value. The documented one leaves an empty value as it is here, and
    /// [removes](Rewrite::Remove) the line of such a value elsewhere: nginx sends no header with
    /// an empty value.
    pub fn rewrite_value<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        value: &'a [u8],
    ) -> Rewrite<'a> {
        self.decide_value(facts, value).rewrite
    }

    /// The decision with what led to it.
    pub fn explain<'a, H: RequestHeaders + ?Sized>(
        &'a self,
        facts: &DestinationFacts<'a>,
        headers: &'a H,
    ) -> DestinationExplanation<'a> {
        let decision = self.decide(facts, headers.values_from_last(&DESTINATION));
        let public = match &self.style {
            Style::Documented(..) => &[],
            Style::Strict(strict) => strict.public.listed(),
        };
        DestinationExplanation::new(decision, public)
    }

    /// Rewrites the headers of a request that is passed on: `Destination`, and `If` where
    /// [`if_tags`](Self::if_tags) says so.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use tuleap_front_http::{DestinationFacts, DestinationRule};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("destination", "https://tuleap.example.com/svn/a%20b".parse().unwrap());
    /// let host = b"tuleap.example.com";
    /// let facts = DestinationFacts {
    ///     method: b"MOVE",
    ///     host,
    ///     forwarded_host: host,
    ///     ..DestinationFacts::default()
    /// };
    /// DestinationRule::recommended().apply(&facts, &mut headers)?;
    /// assert_eq!(headers["destination"], "http://tuleap.example.com/svn/a%20b");
    /// # Ok::<(), tuleap_front_http::DestinationReason>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The request is to be answered with the [status](DestinationReason::status) of the reason,
    /// and not passed on; the headers are as they were.
    pub fn apply(
        &self,
        facts: &DestinationFacts<'_>,
        headers: &mut HeaderMap,
    ) -> Result<(), DestinationReason> {
        match self.rewrite(facts, &*headers) {
            Rewrite::Reject { reason, .. } => return Err(reason),
            Rewrite::Unchanged => {}
            Rewrite::Remove => {
                headers.remove(&DESTINATION);
            }
            parts => {
                let lines: Vec<_> = headers.get_all(&DESTINATION).iter().collect();
                // What is written comes from header values and checked origins.
                match parts.value(&lines).and_then(|value| HeaderValue::from_bytes(&value).ok()) {
                    Some(value) => headers.insert(&DESTINATION, value),
                    None => headers.remove(&DESTINATION),
                };
            }
        }
        if self.if_tags() == IfTags::Rewrite {
            map_lines(headers, &IF, |line| self.rewrite_if(facts, line).value());
        }
        Ok(())
    }

    fn decide<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        lines_from_last: impl Iterator<Item = &'a [u8]>,
    ) -> Decision<'a> {
        let mut lines = Lines::default();
        for line in lines_from_last {
            lines.further_has_line_end |= lines.first.is_some_and(has_line_end);
            lines.count += 1;
            lines.first = Some(line);
        }
        let Some(first) = lines.first else { return Decision::absent() };
        let decision = match &self.style {
            Style::Documented(guide, rules) => documented_lines(*guide, *rules, &lines, first),
            Style::Strict(_) if lines.count > 1 => {
                refuse(DestinationReason::MoreThanOneFieldLine, facts)
            }
            Style::Strict(strict) => strict.decide(facts, first),
        };
        Decision { sent: Some(first), lines: lines.count, ..decision }
    }

    fn decide_value<'a>(&'a self, facts: &DestinationFacts<'a>, value: &'a [u8]) -> Decision<'a> {
        match &self.style {
            Style::Documented(guide, _) => documented(*guide, value),
            Style::Strict(strict) => strict.decide(facts, value),
        }
    }
}

/// What is read of the lines, the last one first.
#[derive(Default)]
struct Lines<'a> {
    first: Option<&'a [u8]>,
    count: usize,
    further_has_line_end: bool,
}

/// A value, and which rule leads to it.
struct Answer<'a> {
    parts: [&'a [u8]; 3],
    cause: DestinationCause,
    /// Which of the listed public origins it names.
    entry: Option<usize>,
}

impl<'a> Answer<'a> {
    const fn new(parts: [&'a [u8]; 3], cause: DestinationCause) -> Self {
        Self { parts, cause, entry: None }
    }
}

/// The places of a request, read once however many references name them.
#[derive(Clone, Copy, Debug)]
struct Places<'a> {
    /// None where the `Host` that is forwarded is not one.
    backend: Option<OriginRef<'a>>,
    /// The client's `Host`, where that is the site.
    client: Option<Authority<'a>>,
}

impl Strict {
    fn places<'a>(&'a self, facts: &DestinationFacts<'a>) -> Places<'a> {
        let backend = self.backend.of_request(facts.forwarded_host);
        let client = match &backend {
            _ if !self.public.listed().is_empty() => None,
            // Mostly it is forwarded as it came, and is read already.
            Some(backend) if std::ptr::eq(backend.authority, facts.host) => Some(backend.place),
            _ => authority::parse_host(facts.host).ok(),
        };
        Places { backend, client }
    }

    fn decide<'a>(&'a self, facts: &DestinationFacts<'a>, value: &'a [u8]) -> Decision<'a> {
        let answer = self.read(|| self.places(facts), self.foreign, value);
        answer.unwrap_or_else(|reason| refuse(reason, facts))
    }

    /// Steps 2 to 8. The places are asked for where they matter.
    fn read<'a>(
        &self,
        places: impl FnOnce() -> Places<'a>,
        foreign: ForeignDestination,
        value: &'a [u8],
    ) -> Result<Decision<'a>, DestinationReason> {
        let text = trim(value);
        if has(text, |byte| byte.is_ascii_control()) {
            return Err(DestinationReason::ControlByte);
        }
        let Answer { parts, cause, entry } = match text {
            [] => Err(DestinationReason::Empty),
            [b'/', b'/', ..] => Err(DestinationReason::NetworkPathReference),
            [b'/', ..] => Ok(self.path(places, text)),
            _ => self.uri(places, foreign, text),
        }?;
        Ok(Decision { entry, ..Decision::new(Rewrite::unless_same(parts, value), cause) })
    }

    /// A path alone.
    fn path<'a>(&self, places: impl FnOnce() -> Places<'a>, value: &'a [u8]) -> Answer<'a> {
        let backend = match self.path_absolute {
            PathAbsolute::Promote => places().backend,
            PathAbsolute::Keep => None,
        };
        match backend {
            Some(backend) => {
                let parts = [backend.prefix(), backend.authority, value];
                Answer::new(parts, DestinationCause::PathPromoted)
            }
            None => Answer::new([value, b"", b""], DestinationCause::PathAbsolute),
        }
    }

    /// An absolute URI.
    fn uri<'a>(
        &self,
        places: impl FnOnce() -> Places<'a>,
        foreign: ForeignDestination,
        value: &'a [u8],
    ) -> Result<Answer<'a>, DestinationReason> {
        let Reference { scheme, authority, rest } = reference::parse(value)?;
        let places = places();
        if let (Some(scheme), Some(backend)) = (scheme, places.backend) {
            if let Some(entry) = self.public.find(scheme, &authority, places.client.as_ref()) {
                let parts = [backend.prefix(), backend.authority, rest];
                let answer = Answer::new(parts, DestinationCause::PublicOrigin);
                return Ok(Answer { entry, ..answer });
            }
            if backend.is(scheme, &authority) {
                return Ok(Answer::new([value, b"", b""], DestinationCause::BackendOrigin));
            }
        }
        match foreign {
            ForeignDestination::Pass => {
                Ok(Answer::new([value, b"", b""], DestinationCause::ForeignPassed))
            }
            ForeignDestination::Reject => Err(DestinationReason::ForeignOrigin),
        }
    }
}

/// Refuses, unless the method has no `Destination`.
fn refuse<'a>(reason: DestinationReason, facts: &DestinationFacts<'a>) -> Decision<'a> {
    if facts.has_destination() {
        Decision::refused(reason)
    } else {
        Decision::new(Rewrite::Unchanged, DestinationCause::OtherMethod(reason))
    }
}

/// The documented rule for every line.
fn documented_lines<'a>(
    guide: Guide,
    rules: NginxRules,
    lines: &Lines<'a>,
    first: &'a [u8],
) -> Decision<'a> {
    let is_joined = lines.count > 1 && rules != NginxRules::V1_22;
    if has_line_end(first) || is_joined && lines.further_has_line_end {
        return Decision::refused(DestinationReason::ControlByte);
    }
    let (parts, cause) = documented_parts(guide, first);
    let rewrite = match lines.count {
        _ if is_joined => Rewrite::Joined(parts),
        _ if parts.iter().all(|part| part.is_empty()) => Rewrite::Remove,
        1 => Rewrite::unless_same(parts, first),
        _ => Rewrite::Parts(parts),
    };
    Decision::new(rewrite, cause)
}

/// The documented rule for one value.
fn documented(guide: Guide, value: &[u8]) -> Decision<'_> {
    if has_line_end(value) {
        return Decision::refused(DestinationReason::ControlByte);
    }
    let (parts, cause) = documented_parts(guide, value);
    Decision::new(Rewrite::unless_same(parts, value), cause)
}

/// What the expression makes of a value.
fn documented_parts(guide: Guide, value: &[u8]) -> ([&[u8]; 3], DestinationCause) {
    match value.split_at_checked(b"https".len()) {
        Some((scheme, rest))
            if guide == Guide::ReverseProxy && scheme.eq_ignore_ascii_case(b"https") =>
        {
            ([b"http", rest, b""], DestinationCause::Documented)
        }
        _ => ([value, b"", b""], DestinationCause::DocumentedKept),
    }
}

/// CR, LF and NUL end a value before nginx reads it.
fn has_line_end(value: &[u8]) -> bool {
    // Mostly there is no control byte at all, which is known sooner.
    has(value, |byte| byte.is_ascii_control())
        && value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | b'\0'))
}

/// Replaces the lines of this name for which there is another value.
fn map_lines(headers: &mut HeaderMap, name: &HeaderName, value: impl Fn(&[u8]) -> Option<Vec<u8>>) {
    for (_, line) in headers.iter_mut().filter(|(line, _)| *line == name) {
        // What is written comes from header values and checked origins.
        let value = value(line.as_bytes()).and_then(|value| HeaderValue::from_bytes(&value).ok());
        if let Some(value) = value {
            *line = value;
        }
    }
}
