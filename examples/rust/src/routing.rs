//! Which backend answers, which file is sent.

use std::collections::HashMap;
use std::net::SocketAddr;

use hyper::header::{self, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Response, StatusCode};
use tuleap_front::{MergeSlashes, RequestTarget, Route, RouteOutcome, Routes};

use crate::files;
use crate::reply::{Reply, redirect, text};

/// Routes, and where their backends are.
#[derive(Debug)]
pub(crate) struct Routing {
    pub(crate) routes: Routes,
    pub(crate) backends: HashMap<String, SocketAddr>,
}

/// What becomes of a request.
pub(crate) enum Way {
    /// It is answered already.
    Here(Response<Reply>),
    /// A backend answers it.
    There(Next),
}

/// The next server.
pub(crate) struct Next {
    /// What the routes call it.
    pub(crate) name: Option<String>,
    pub(crate) address: SocketAddr,
    /// What it is asked for.
    pub(crate) target: PathAndQuery,
}

impl Routing {
    /// A backend that no location asks.
    pub(crate) fn unknown_backend(&self) -> Option<&str> {
        let known = self.routes.backends();
        self.backends.keys().map(String::as_str).find(|name| !known.contains(name))
    }

    /// The way of a request. `site` is what a redirect leads to; `fallback` answers for a backend
    /// that has no address.
    pub(crate) fn way(
        &self,
        method: &Method,
        target: &[u8],
        site: impl FnOnce() -> String,
        fallback: SocketAddr,
    ) -> Way {
        let target = match RequestTarget::parse(target, MergeSlashes::On) {
            Ok(target) => target,
            Err(reason) => return Way::Here(text(StatusCode::BAD_REQUEST, reason.text())),
        };
        let route = self.routes.route(&target, files::kind);
        if !route.allows(method.as_str().as_bytes()) {
            return Way::Here(not_allowed(&route));
        }
        Way::Here(match route.outcome() {
            // FastCGI is not spoken here: a server that speaks HTTP stands in.
            RouteOutcome::FastCgi { backend, .. } | RouteOutcome::Proxy { backend } => {
                match PathAndQuery::try_from(&*route.backend_target(&target)) {
                    Ok(target) => {
                        let address = self.backends.get(*backend).copied().unwrap_or(fallback);
                        return Way::There(Next {
                            name: Some((*backend).to_owned()),
                            address,
                            target,
                        });
                    }
                    Err(_) => text(StatusCode::BAD_REQUEST, "the target is malformed"),
                }
            }
            RouteOutcome::File { path } => files::response(path, method),
            RouteOutcome::Redirect { status, location } => {
                let location = [site().as_bytes(), location].concat();
                redirect(*status, &location, "the path lacks its slash")
            }
            RouteOutcome::Refuse { status, reason } => text(*status, reason.text()),
            _ => text(StatusCode::NOT_IMPLEMENTED, "this front does not know that route"),
        })
    }
}

/// RFC 9110 §15.5.6: with the methods that are.
fn not_allowed(route: &Route<'_>) -> Response<Reply> {
    let mut allowed = vec!["GET", "HEAD", "POST"];
    allowed.retain(|method| route.allows(method.as_bytes()));
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "the method is not allowed here");
    if let Ok(allowed) = HeaderValue::try_from(allowed.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}
