//! One request: decide, pass on, log.

use std::fmt;
use std::mem;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::Either;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response, StatusCode, Uri, Version};
use tuleap_front::{
    ClientIp, ClientIpResolver, DestinationExplanation, DestinationFacts, DestinationRule,
    Explanation, ForwardedHeaders, ForwardedHop, HopFacts, Host, HttpsRedirect, Origin,
    OriginPolicy, Peer, RedirectDecision, RedirectExplanation, RedirectFacts, Scheme,
};

use crate::hop_by_hop;
use crate::reply::{Reply, redirect, text};
use crate::routing::{Next, Routing, Way};
use crate::server::Service;
use crate::upstream::Upstream;

/// Called once for each request, when the head of its response is known.
pub(crate) type Log = dyn Fn(&Exchange<'_>) + Send + Sync;

/// Whom to believe, what to pass on, where to.
pub(crate) struct Rules {
    pub(crate) resolver: ClientIpResolver,
    pub(crate) origin_policy: OriginPolicy,
    /// None: what comes by http is passed on like the rest.
    pub(crate) redirect: Option<HttpsRedirect>,
    pub(crate) destination: DestinationRule,
    pub(crate) hop: ForwardedHop,
    /// Answers everything, or what the routes leave to it.
    pub(crate) upstream: Upstream,
    pub(crate) routing: Option<Routing>,
    /// The name of the site.
    pub(crate) host: String,
    /// The ports by which clients reach it, where they are not those of the listeners.
    pub(crate) public_ports: Option<(u16, u16)>,
    pub(crate) log: Box<Log>,
}

/// What a listener knows by itself about the requests that reach it.
pub(crate) struct Listener {
    pub(crate) rules: Arc<Rules>,
    pub(crate) scheme: Scheme,
    /// The port by which clients reach it.
    pub(crate) public_port: u16,
}

/// One request, and what was decided about it.
///
/// `Display` is the line for the log: address, kind, reason, origin, method, path, status, and with
/// routes the name of the backend. The query is left out: it may hold a token.
pub struct Exchange<'r> {
    rules: &'r Rules,
    peer: Peer,
    received: &'r HeaderMap,
    client: ClientIp,
    origin: &'r Origin<'r>,
    method: &'r Method,
    uri: &'r Uri,
    redirect: RedirectFacts<'r>,
    destination: DestinationFacts<'r>,
    backend: Option<&'r str>,
    status: StatusCode,
}

impl<'r> Exchange<'r> {
    /// Who the client is.
    pub const fn client(&self) -> ClientIp {
        self.client
    }

    /// How the client reached the site.
    pub const fn origin(&self) -> &'r Origin<'r> {
        self.origin
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Which backend was asked, as the routes call it; none without routes, and where the front
    /// itself answered.
    #[must_use]
    pub const fn backend(&self) -> Option<&'r str> {
        self.backend
    }

    /// The steps that led to the client. Not for every request: it allocates.
    pub fn explain(&self) -> Explanation<'r> {
        self.rules.resolver.explain(Some(self.peer), self.received)
    }

    /// Why the client was redirected to https, or was not; none where nobody is.
    #[must_use]
    pub fn redirect(&self) -> Option<RedirectExplanation<'r>> {
        Some(self.rules.redirect.as_ref()?.explain(&self.redirect))
    }

    /// What the `Destination` became, and why.
    pub fn destination(&self) -> DestinationExplanation<'r> {
        self.rules.destination.explain(&self.destination, self.received)
    }
}

impl fmt::Display for Exchange<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, origin, method, status, .. } = self;
        let path = self.uri.path().escape_default();
        write!(out, "{client} {} {} ", client.kind(), client.reason())?;
        write!(out, "{origin} {method} {path} {}", status.as_u16())?;
        self.backend.map_or(Ok(()), |backend| write!(out, " {backend}"))
    }
}

impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Exchange({self})")
    }
}

impl Service for Listener {
    async fn answer(&self, remote: SocketAddr, request: Request<Incoming>) -> Response<Reply> {
        let (mut parts, body) = request.into_parts();
        let received = mem::take(&mut parts.headers);
        let (method, uri) = (parts.method.clone(), parts.uri.clone());

        let rules = &*self.rules;
        let peer = Peer::from(remote);
        let (client, forwarded) = ForwardedHeaders::read(&rules.resolver, Some(peer), &received);
        let local = Origin::new(self.scheme, requested_host(&uri, &received), self.public_port);
        let origin = rules.origin_policy.origin(forwarded.as_ref(), &local);

        let hop = HopFacts {
            client,
            origin: &origin,
            local: &local,
            remote_addr: Some(remote.ip().into()),
        };
        parts.headers = rules.headers_to_send(&hop, &received);
        let forwarded_host = parts.headers.get(header::HOST).cloned();
        let (scheme, target) = (origin.scheme(), uri.to_string());
        let redirect =
            RedirectFacts { scheme, method: method.as_str().as_bytes(), target: target.as_bytes() };
        let destination = DestinationFacts {
            scheme,
            method: redirect.method,
            host: host_text(&uri, &received).unwrap_or_default(),
            forwarded_host: forwarded_host.as_ref().map_or(b"", HeaderValue::as_bytes),
        };

        let way = match rules.answer(&parts, &received, &origin, &redirect) {
            Some(response) => Way::Here(response),
            None => self.way(&parts, &redirect),
        };
        let (backend, response) = match way {
            Way::Here(response) => (None, response),
            Way::There(Next { name, address, target }) => {
                parts.uri = Uri::from(target);
                let upstream = Upstream { address, ..rules.upstream };
                (name, rules.pass_on(upstream, parts, body, &destination).await)
            }
        };

        let (received, origin, method, uri) = (&received, &origin, &method, &uri);
        let (backend, status) = (backend.as_deref(), response.status());
        (rules.log)(&Exchange {
            rules,
            peer,
            received,
            client,
            origin,
            method,
            uri,
            redirect,
            destination,
            backend,
            status,
        });
        response
    }
}

impl Listener {
    /// Where a request goes that nothing else has answered.
    fn way(&self, parts: &Parts, facts: &RedirectFacts<'_>) -> Way {
        let address = self.rules.upstream.address;
        match &self.rules.routing {
            Some(routing) => {
                let site = || self.site(facts.scheme);
                routing.way(&parts.method, facts.target, site, address)
            }
            None => {
                // Origin form (RFC 9112 §3.2.1): a backend has no use for the host of an absolute
                // one.
                let target = parts.uri.path_and_query().cloned();
                let target = target.unwrap_or_else(|| PathAndQuery::from_static("/"));
                Way::There(Next { name: None, address, target })
            }
        }
    }

    /// The site as the configuration names it: no redirect holds the request's `Host`.
    fn site(&self, scheme: Scheme) -> String {
        let rules = &*self.rules;
        if let Some(redirect) = &rules.redirect {
            return redirect.origin().to_owned();
        }
        let port = match rules.public_ports {
            Some((http, _)) if scheme == Scheme::Http => http,
            Some((_, https)) => https,
            None if scheme == self.scheme => self.public_port,
            // Something before this server ends TLS.
            None => scheme.default_port(),
        };
        Origin::new(scheme, Host::parse(rules.host.as_bytes()), port).to_string()
    }
}

impl Rules {
    /// The client's headers without those of its connection and those it may not write itself.
    fn headers_to_send(&self, facts: &HopFacts<'_>, received: &HeaderMap) -> HeaderMap {
        let mut headers = received.clone();
        // First, so that `Connection: X-Forwarded-For` cannot take away what the hop writes.
        hop_by_hop::remove(&mut headers);
        self.hop.apply(facts, &mut headers);
        headers
    }

    /// What is answered here: a request that is refused, and one that is to come back by https.
    fn answer(
        &self,
        parts: &Parts,
        received: &HeaderMap,
        origin: &Origin<'_>,
        facts: &RedirectFacts<'_>,
    ) -> Option<Response<Reply>> {
        if let Some((status, why)) = refusal(parts, received, origin) {
            return Some(text(status, why));
        }
        match self.redirect.as_ref()?.decide(facts) {
            RedirectDecision::Redirect { status, location } => {
                Some(redirect(status, &location.concat(), "this site is at https"))
            }
            RedirectDecision::Refuse { status, reason } => Some(text(status, reason.text())),
            _ => None,
        }
    }

    async fn pass_on(
        &self,
        upstream: Upstream,
        mut parts: Parts,
        body: Incoming,
        facts: &DestinationFacts<'_>,
    ) -> Response<Reply> {
        if let Err(reason) = self.destination.apply(facts, &mut parts.headers) {
            return text(reason.status(), reason.text());
        }
        parts.version = Version::HTTP_11;
        match upstream.send(Request::from_parts(parts, body)).await {
            Ok(mut response) => {
                // The client's connection has a version of its own (RFC 9110 §2.5).
                *response.version_mut() = Version::HTTP_11;
                hop_by_hop::remove(response.headers_mut());
                self.destination.apply_response(facts, response.headers_mut());
                response.map(Either::Left)
            }
            Err(error) => text(error.status(), &error.to_string()),
        }
    }
}

/// The host of an absolute request target, otherwise that of the one `Host` line
/// (RFC 9112 §3.2).
fn requested_host<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<Host<'r>> {
    Host::parse(host_text(uri, headers)?)
}

fn host_text<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<&'r [u8]> {
    if let Some(authority) = uri.authority() {
        return Some(authority.as_str().as_bytes());
    }
    let mut lines = headers.get_all(header::HOST).iter();
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    Some(line.as_bytes())
}

/// What is answered here, and why.
fn refusal(
    parts: &Parts,
    received: &HeaderMap,
    origin: &Origin<'_>,
) -> Option<(StatusCode, &'static str)> {
    if parts.method == Method::CONNECT {
        return Some((StatusCode::NOT_IMPLEMENTED, "this is not a tunnel"));
    }
    // It ends here, so a coding that we do not undo would be lost.
    let is_coded = |line: &HeaderValue| !line.as_bytes().eq_ignore_ascii_case(b"chunked");
    if received.get_all(header::TRANSFER_ENCODING).iter().any(is_coded) {
        return Some((StatusCode::NOT_IMPLEMENTED, "no transfer coding but chunked is known"));
    }
    origin.host().is_none().then_some((StatusCode::BAD_REQUEST, "the request names no valid host"))
}
