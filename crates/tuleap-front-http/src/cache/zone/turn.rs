//! A request, kept while its backend is asked.

use super::entry::Entry;
use crate::cache::facts::CacheFacts;
use crate::cache::key::{CacheKey, CacheMd5};
use crate::cache::reason::CacheReason;
use crate::cache::status::CacheStatus;
use crate::cache::step::{OwnedLine, UpstreamRequest};
use crate::headers::RequestHeaders;
use crate::request_line::RequestVersion;
use crate::scheme::Scheme;

/// A request whose backend is being asked.
#[derive(Clone, Debug)]
pub(in crate::cache) struct Turn {
    pub(super) request: OwnedRequest,
    pub(super) key: Option<CacheKey>,
    /// Why the cache has no part in it, or may not store.
    pub(super) skipped: Option<CacheReason>,
    pub(super) cache_status: Option<CacheStatus>,
    pub(super) main: Option<CacheMd5>,
    pub(super) file: Option<CacheMd5>,
    pub(super) is_secondary: bool,
    /// Is the entry marked as being refreshed by this request?
    pub(super) updates: bool,
    pub(super) may_be_stale_on_error: bool,
    pub(super) is_background: bool,
    /// Is the backend's answer one that may not be stored, whatever a later line says?
    pub(super) is_refused: bool,
    /// The old entry, which may stand in.
    pub(super) entry: Option<Entry>,
    /// When what was looked at goes, unless somebody asks.
    pub(super) expire: i64,
    pub(super) ticket: u64,
    pub(super) upstream: Option<UpstreamRequest>,
}

/// A request that is kept.
#[derive(Clone, Debug)]
pub(in crate::cache) struct OwnedRequest {
    pub(super) scheme: Scheme,
    pub(super) method: Vec<u8>,
    pub(super) host: Vec<u8>,
    pub(super) target: Vec<u8>,
    pub(super) version: RequestVersion,
    pub(super) lines: Vec<OwnedLine>,
}

impl OwnedRequest {
    pub(super) fn new<Q: RequestHeaders + ?Sized>(facts: &CacheFacts<'_, Q>) -> Self {
        Self {
            scheme: facts.scheme,
            method: facts.method.to_vec(),
            host: facts.host.to_vec(),
            target: facts.target.to_vec(),
            version: facts.version,
            lines: owned(facts.headers),
        }
    }

    pub(super) fn facts(&self) -> CacheFacts<'_, [OwnedLine]> {
        CacheFacts {
            scheme: self.scheme,
            method: &self.method,
            host: &self.host,
            target: &self.target,
            version: self.version,
            headers: &self.lines,
        }
    }
}

pub(super) fn owned<H: RequestHeaders + ?Sized>(headers: &H) -> Vec<OwnedLine> {
    headers.lines().map(|(name, value)| (name.to_vec(), value.to_vec())).collect()
}
