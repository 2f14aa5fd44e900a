use std::fmt;

use super::cause::{Cause, Steps, causes, causes_at, client_decides};
use super::hop::{ChainHop, ChainProto, ChainRedirect, Trust};
use super::reason::ChainReason;
use super::run::{ChainBelief, Seen, run};
use super::{ChainVerdict, ProxyChain};
use crate::scheme::Scheme;

/// What becomes of a request over https and of one over http, which hop sees what, who is to
/// blame for what is wrong, and what to write instead.
///
/// `Display` writes it for people.
///
/// ```
/// use tuleap_front_http::{ChainReason, ChainVerdict, ProxyChain};
///
/// let text = "lb: http and https, writes proto; nginx: http, redirects; tuleap: http";
/// let chain: ProxyChain = text.parse()?;
/// let explanation = chain.explain();
///
/// let https = explanation.https();
/// assert_eq!((https.verdict(), https.tls_ends_at().unwrap().name()), (ChainVerdict::Loop, "lb"));
/// assert_eq!(
///     https.text(),
///     "TLS ends at lb; nginx believes http because it does not trust lb; it redirects to https, \
///      which reaches it the same way: a loop"
/// );
/// let [cause] = https.causes() else { panic!() };
/// assert_eq!((cause.reason(), cause.hop().name()), (ChainReason::NotTrusted, "nginx"));
/// assert_eq!(cause.code(), "redirect-loop/not-trusted");
/// assert_eq!(cause.text(), "nginx does not trust lb");
/// assert!(cause.advice().starts_with("add lb to the trusted proxies of nginx"));
/// assert_eq!(cause.instead().unwrap().to_string(), "nginx: http, trusts lb, redirects");
///
/// assert_eq!(explanation.http().verdict(), ChainVerdict::Loop);
/// assert!(!explanation.is_sound() && explanation.notes().is_empty());
/// assert_eq!(*explanation.corrected().unwrap(), chain.corrected());
/// assert!(explanation.to_string().starts_with("https: loop (redirect-loop/loop)\n  lb "));
/// # Ok::<(), tuleap_front_http::ProxyChainError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ChainExplanation<'a> {
    https: ChainRun<'a>,
    http: ChainRun<'a>,
    notes: Vec<ChainCause<'a>>,
    corrected: Option<ProxyChain>,
}

impl<'a> ChainExplanation<'a> {
    pub(super) fn new(chain: &'a ProxyChain) -> Self {
        let hops = chain.hops();
        let mut https = ChainRun::new(chain, Scheme::Https);
        let mut http = ChainRun::new(chain, Scheme::Http);
        https.explain(hops);
        http.explain(hops);
        if http.is_redirected() {
            // What it is redirected to.
            http.causes.clone_from(&https.causes);
        }
        let notes = client_decides(hops).into_iter().filter_map(|note| ChainCause::new(note, hops));
        let corrected = chain.corrected();
        let corrected = (corrected != *chain).then_some(corrected);
        Self { https, http, notes: notes.collect(), corrected }
    }

    /// A request over https.
    #[must_use]
    pub const fn https(&self) -> &ChainRun<'a> {
        &self.https
    }

    /// A request over http, and where it leads.
    #[must_use]
    pub const fn http(&self) -> &ChainRun<'a> {
        &self.http
    }

    /// What is risky beside: that a client can decide.
    #[must_use]
    pub fn notes(&self) -> &[ChainCause<'a>] {
        &self.notes
    }

    /// Is https served, http redirected or not listened for, and no client believed?
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.corrected.is_none()
    }

    /// The chain with everything changed that is wrong; `None` where nothing is.
    #[must_use]
    pub const fn corrected(&self) -> Option<&ProxyChain> {
        self.corrected.as_ref()
    }
}

/// One request: which hop sees what, and how it ends.
#[derive(Clone, Debug)]
pub struct ChainRun<'a> {
    client: Scheme,
    verdict: ChainVerdict,
    steps: Vec<ChainStep<'a>>,
    causes: Vec<ChainCause<'a>>,
    text: String,
}

impl<'a> ChainRun<'a> {
    fn new(chain: &'a ProxyChain, client: Scheme) -> Self {
        let steps = run(chain.hops(), client, None);
        let steps = steps.map(|(hop, seen)| ChainStep { hop, seen }).collect();
        let (verdict, causes, text) = (chain.verdict(client), Vec::new(), String::new());
        Self { client, verdict, steps, causes, text }
    }

    /// The scheme that the client uses.
    #[must_use]
    pub const fn client(&self) -> Scheme {
        self.client
    }

    /// How it ends.
    #[must_use]
    pub const fn verdict(&self) -> ChainVerdict {
        self.verdict
    }

    /// The hops that it gets to: up to the one that redirects, or the application.
    #[must_use]
    pub fn steps(&self) -> &[ChainStep<'a>] {
        &self.steps
    }

    /// What is to blame, where it does not end as it should.
    #[must_use]
    pub fn causes(&self) -> &[ChainCause<'a>] {
        &self.causes
    }

    /// It in one sentence.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The last hop that the client's TLS, or TLS on its behalf, gets to.
    #[must_use]
    pub fn tls_ends_at(&self) -> Option<&'a ChainHop> {
        let mut reached = self.steps.iter().take_while(|step| step.reached_by() == Scheme::Https);
        reached.by_ref().last().map(|step| step.hop)
    }

    fn is_redirected(&self) -> bool {
        self.steps.last().is_some_and(|step| step.seen.redirects)
    }

    fn explain(&mut self, hops: &'a [ChainHop]) {
        let steps: Steps<'a> = self.steps.iter().map(|step| (step.hop, step.seen)).collect();
        let causes = causes(&steps, self.client).into_iter();
        self.causes = causes.filter_map(|cause| ChainCause::new(cause, hops)).collect();
        self.text = self.sentence(hops, &steps);
    }

    fn sentence(&self, hops: &[ChainHop], steps: &Steps<'_>) -> String {
        let Some(first) = hops.first() else { return String::new() };
        let Some(last) = steps.last() else {
            return format!("nothing listens for {} at {}", self.client, first.name());
        };
        let ends = self.tls_ends_at().map(|hop| format!("TLS ends at {}", hop.name()));
        let mut clauses: Vec<String> =
            ends.filter(|_| self.client == Scheme::Https).into_iter().collect();
        let decisions = (0..steps.len()).filter_map(|at| decision(hops, steps, self.client, at));
        clauses.extend(decisions);
        let last = last.0.name();
        clauses.push(match (self.verdict, self.client) {
            (ChainVerdict::Loop, Scheme::Https) => {
                "it redirects to https, which reaches it the same way: a loop".to_owned()
            }
            (ChainVerdict::Loop, Scheme::Http) => {
                "it redirects to https, which is redirected again: a loop".to_owned()
            }
            (ChainVerdict::RedirectedOnce, _) => {
                "it redirects to https, which is served".to_owned()
            }
            (ChainVerdict::PlainHttpServed, _) => format!("{last} answers over plain http"),
            (ChainVerdict::Served, _) => format!("{last} answers"),
            (ChainVerdict::Unreachable, _) => {
                format!("it redirects to https, and nothing listens for https at {}", first.name())
            }
        });
        clauses.join("; ")
    }
}

/// What a hop that may redirect goes by, and why: none for the others.
fn decision(hops: &[ChainHop], steps: &Steps<'_>, client: Scheme, at: usize) -> Option<String> {
    let (hop, seen) = steps.get(at)?;
    let name = hop.name();
    let causes = causes_at(steps, client, at);
    let wrong = causes.iter().filter(|cause| cause.reason != ChainReason::RedirectOnScheme);
    let wrong: Vec<String> = wrong.filter_map(|cause| phrase(*cause, hops, Some(at))).collect();
    let why = if wrong.is_empty() { None } else { Some(wrong.join(", and ")) };
    match hop.redirect {
        ChainRedirect::Never => None,
        ChainRedirect::OnScheme => {
            Some(format!("{name} goes by its own connection, which is {}", seen.scheme))
        }
        ChainRedirect::OnHeader => {
            let read = match seen.proto {
                Some(proto) => format!("{name} reads {proto} in X-Forwarded-Proto"),
                None => format!("{name} reads no X-Forwarded-Proto"),
            };
            Some(why.map_or(read.clone(), |why| format!("{read} because {why}")))
        }
        ChainRedirect::OnBelief => {
            let right = || match (seen.belief, at.checked_sub(1).and_then(|at| hops.get(at))) {
                (ChainBelief::Proto, Some(peer)) => format!("{} says so", peer.name()),
                _ => format!("it is reached by {}", seen.scheme),
            };
            let why = why.unwrap_or_else(right);
            Some(format!("{name} believes {} because {why}", seen.believes))
        }
    }
}

/// One hop of a run.
#[derive(Clone, Copy, Debug)]
pub struct ChainStep<'a> {
    hop: &'a ChainHop,
    seen: Seen,
}

impl<'a> ChainStep<'a> {
    /// The hop.
    #[must_use]
    pub const fn hop(&self) -> &'a ChainHop {
        self.hop
    }

    /// How it was reached.
    #[must_use]
    pub const fn reached_by(&self) -> Scheme {
        self.seen.scheme
    }

    /// The `X-Forwarded-Proto` that it got.
    #[must_use]
    pub const fn proto(&self) -> Option<Scheme> {
        self.seen.proto
    }

    /// The scheme that it takes the client to use.
    #[must_use]
    pub const fn believes(&self) -> Scheme {
        self.seen.believes
    }

    /// What it goes by.
    #[must_use]
    pub const fn belief(&self) -> ChainBelief {
        self.seen.belief
    }

    /// Does it redirect this request?
    #[must_use]
    pub const fn redirects(&self) -> bool {
        self.seen.redirects
    }

    /// The `X-Forwarded-Proto` that it sends on.
    #[must_use]
    pub const fn sends(&self) -> Option<Scheme> {
        self.seen.sends
    }
}

/// What is wrong at a hop, and what to do instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChainCause<'a> {
    reason: ChainReason,
    hop: &'a ChainHop,
    text: String,
    advice: String,
    instead: Option<ChainHop>,
}

impl<'a> ChainCause<'a> {
    fn new(cause: Cause, hops: &'a [ChainHop]) -> Option<Self> {
        let hop = hops.get(cause.at)?;
        let mut changed = hops.to_vec();
        cause.correct(&mut changed);
        let instead = changed.into_iter().nth(cause.at).filter(|changed| changed != hop);
        let (text, advice) = (phrase(cause, hops, None)?, advice(cause, hops)?);
        Some(Self { reason: cause.reason, hop, text, advice, instead })
    }

    /// Its stable name.
    #[must_use]
    pub const fn reason(&self) -> ChainReason {
        self.reason
    }

    /// Its stable id, the same in every language.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// The hop at which it is.
    #[must_use]
    pub const fn hop(&self) -> &'a ChainHop {
        self.hop
    }

    /// What is wrong, with the names of the hops.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> &str {
        &self.advice
    }

    /// The hop as it is to be written; `None` where it may stay as it is.
    #[must_use]
    pub const fn instead(&self) -> Option<&ChainHop> {
        self.instead.as_ref()
    }
}

/// What is wrong in words. The hop at the index of the subject is `it`.
fn phrase(
    Cause { reason, at }: Cause,
    hops: &[ChainHop],
    subject: Option<usize>,
) -> Option<String> {
    let hop = hops.get(at)?;
    let peer = at.checked_sub(1).and_then(|at| hops.get(at)).map_or("the client", ChainHop::name);
    let it = if subject == Some(at) { "it" } else { hop.name() };
    Some(match (reason, &hop.trust, hop.proto) {
        (ChainReason::ClientDecides, ..) => {
            format!("what the client writes into X-Forwarded-Proto gets past {it} and decides")
        }
        (ChainReason::NobodyBefore, ..) => format!("nobody is before {it} who could write it"),
        (ChainReason::NobodyRedirects, ..) => "nobody redirects to https".to_owned(),
        (ChainReason::NoHttp, ..) => format!("nothing listens for http at {it}"),
        (ChainReason::NoHttps, ..) => format!("nothing listens for https at {it}"),
        (ChainReason::NotTrusted, Trust::Hops(names), _) if !names.is_empty() => {
            let names = names.join(" and ");
            format!("{it} trusts {names}, and not {peer}, which connects to it")
        }
        (ChainReason::NotTrusted, ..) => format!("{it} does not trust {peer}"),
        (ChainReason::ProtoFixed, _, ChainProto::Always(scheme)) => {
            format!("{it} writes {scheme} for every request")
        }
        (ChainReason::ProtoMissing, ..) => format!("{it} does not write X-Forwarded-Proto"),
        (ChainReason::ProtoRemoved, ..) => format!("{it} removes X-Forwarded-Proto"),
        (ChainReason::RedirectOnScheme, ..) => {
            format!("{it} redirects by its own connection, which is not the client's")
        }
        _ => format!("{it} writes its own scheme over X-Forwarded-Proto"),
    })
}

fn advice(Cause { reason, at }: Cause, hops: &[ChainHop]) -> Option<String> {
    let name = hops.get(at)?.name();
    let peer = at.checked_sub(1).and_then(|at| hops.get(at)).map(ChainHop::name);
    Some(match (reason, peer) {
        (ChainReason::ClientDecides, _) => {
            format!("let {name} write X-Forwarded-Proto itself, and believe no client")
        }
        (ChainReason::NobodyBefore, _) => format!("let {name} redirect by $scheme"),
        (ChainReason::NobodyRedirects, _) => {
            format!("let {name} redirect what comes by http, tuleap_https_redirect in nginx")
        }
        (ChainReason::NoHttp, _) => {
            format!("let {name} listen for http and redirect, if clients are to be led to https")
        }
        (ChainReason::NoHttps, _) => format!("let {name} listen for https"),
        (ChainReason::NotTrusted, Some(peer)) => format!(
            "add {peer} to the trusted proxies of {name}: $sys_trusted_proxies in Tuleap, \
             tuleap_trusted_proxies in nginx"
        ),
        (ChainReason::ProtoRemoved, Some(_)) => format!("let {name} pass X-Forwarded-Proto on"),
        (ChainReason::ProtoFixed | ChainReason::ProtoOverwritten, Some(peer)) => format!(
            "let {name} trust {peer} and write what it believes instead of $scheme, \
             tuleap_forwarded_headers in nginx"
        ),
        (ChainReason::RedirectOnScheme, Some(peer)) => {
            format!("let {name} trust {peer} and redirect by what it believes instead of $scheme")
        }
        _ => format!(
            "let {name} write how it was reached: proxy_set_header X-Forwarded-Proto $scheme in nginx"
        ),
    })
}

impl fmt::Display for ChainExplanation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.https.steps.iter().chain(&self.http.steps);
        let width = width.map(|step| step.hop.name().len()).max().unwrap_or_default();
        self.https.write(out, width)?;
        self.http.write(out, width)?;
        for note in &self.notes {
            writeln!(out, "note: {}", note.reason)?;
            note.write(out)?;
        }
        let Some(corrected) = &self.corrected else { return Ok(()) };
        writeln!(out, "write")?;
        corrected.hops().iter().try_for_each(|hop| writeln!(out, "  {hop}"))
    }
}

impl ChainRun<'_> {
    fn write(&self, out: &mut fmt::Formatter<'_>, width: usize) -> fmt::Result {
        writeln!(out, "{}: {} ({})", self.client, self.verdict, self.verdict.code())?;
        for step in &self.steps {
            let Seen { scheme, believes, .. } = step.seen;
            write!(out, "  {:width$}  reached by {scheme:5}", step.hop.name())?;
            match step.seen.proto {
                Some(proto) => write!(out, "  proto {proto:5}")?,
                None => out.write_str("  no proto   ")?,
            }
            write!(out, "  believes {believes:5}")?;
            match (step.seen.redirects, step.seen.sends) {
                (true, _) => writeln!(out, "  redirects")?,
                (false, Some(proto)) => writeln!(out, "  sends {proto}")?,
                (false, None) => writeln!(out, "  sends none")?,
            }
        }
        writeln!(out, "  {}", self.text)?;
        // Those of the redirect's target stand there.
        let is_told = self.client == Scheme::Http && self.is_redirected();
        self.causes.iter().filter(|_| !is_told).try_for_each(|cause| cause.write(out))
    }
}

impl ChainCause<'_> {
    fn write(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "  because {} ({})", self.text, self.code())?;
        writeln!(out, "    {}", self.advice)?;
        self.instead.iter().try_for_each(|hop| writeln!(out, "    {hop}"))
    }
}
