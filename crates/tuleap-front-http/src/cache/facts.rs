use crate::nginx::NginxRules;
use crate::request_line::RequestVersion;
use crate::request_target::{RequestTargetReason, Split};
use crate::scheme::Scheme;

/// What is known about a request.
#[expect(clippy::exhaustive_structs, reason = "an input: a new fact must be given by every caller")]
#[derive(Debug)]
pub struct CacheFacts<'a, Q: ?Sized> {
    /// How the connection reached this server: nginx's `$scheme`.
    pub scheme: Scheme,
    /// The method, as it was sent.
    pub method: &'a [u8],
    /// nginx's `$host`: in lower case, without port and without one final dot.
    pub host: &'a [u8],
    /// The request target, as it was sent.
    pub target: &'a [u8],
    /// The version of the request line.
    pub version: RequestVersion,
    /// The header lines.
    pub headers: &'a Q,
}

impl<Q: ?Sized> Clone for CacheFacts<'_, Q> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q: ?Sized> Copy for CacheFacts<'_, Q> {}

/// What the backend answered.
#[expect(clippy::exhaustive_structs, reason = "an input: a new fact must be given by every caller")]
#[derive(Debug)]
pub struct CacheAnswer<'a, S: ?Sized> {
    /// The status.
    pub status: u16,
    /// The header lines, in wire order: in some nginx the order decides.
    pub headers: &'a S,
    /// Did all of the body come?
    pub body: CacheBody,
}

impl<S: ?Sized> Clone for CacheAnswer<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ?Sized> Copy for CacheAnswer<'_, S> {}

/// How much of a body the backend sent.
#[expect(clippy::exhaustive_enums, reason = "all or not all")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CacheBody {
    /// Less than `Content-Length`, or a chunked body without its end.
    Cut,
    /// All of it, as far as can be told.
    #[default]
    Whole,
}

/// A request, and what is read of its target once.
pub(super) struct View<'a, Q: ?Sized> {
    pub(super) facts: &'a CacheFacts<'a, Q>,
    pub(super) request_uri: &'a [u8],
    pub(super) args: &'a [u8],
    pub(super) rules: NginxRules,
}

impl<'a, Q: ?Sized> View<'a, Q> {
    pub(super) fn new(
        facts: &'a CacheFacts<'a, Q>,
        rules: NginxRules,
    ) -> Result<Self, RequestTargetReason> {
        let Split { request_uri, args, .. } = Split::new(facts.target)?;
        Ok(Self { facts, request_uri, args, rules })
    }
}
