use super::key::{CacheKey, CacheMd5};
use super::reason::CacheReason;
use super::status::CacheStatus;

/// A header line that a step keeps.
pub(super) type OwnedLine = (Vec<u8>, Vec<u8>);

/// What became of a request, or what the backend is to be asked first.
///
/// With the feature `serde` it is one JSON object; its texts are Latin-1: one code point up to
/// U+00FF is one byte. What there is not is null.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct CacheStep {
    pub(super) ticket: Option<u64>,
    pub(super) upstream: Option<UpstreamRequest>,
    pub(super) is_in_location: bool,
    pub(super) status: Option<u16>,
    pub(super) cache_status: Option<CacheStatus>,
    pub(super) shows_status: bool,
    pub(super) lines: Vec<OwnedLine>,
    pub(super) reason: CacheReason,
    pub(super) key: Option<CacheKey>,
    pub(super) file: Option<CacheMd5>,
    pub(super) path: Option<String>,
    pub(super) stores: bool,
    pub(super) entry: Option<StepEntry>,
}

/// What the backend is asked.
///
/// `Host` is nginx's `$host`, as the guide's `proxy_set_header` lines have it; the lines about who
/// the client is are those of [`ForwardedHop`](crate::ForwardedHop).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UpstreamRequest {
    pub(super) method: Vec<u8>,
    pub(super) target: Vec<u8>,
    pub(super) lines: Vec<OwnedLine>,
}

/// The entry behind a step.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct StepEntry {
    pub(super) valid_until: i64,
    pub(super) lifetime: i64,
    pub(super) stale_while_revalidate: i64,
    pub(super) stale_if_error: i64,
    pub(super) vary: Option<Vec<u8>>,
    pub(super) variant: Option<CacheMd5>,
}

impl UpstreamRequest {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &[u8] {
        &self.method
    }

    /// The target.
    #[must_use]
    pub fn target(&self) -> &[u8] {
        &self.target
    }

    /// The header lines: without conditions and ranges where the answer may be stored, and with
    /// those of a revalidation.
    pub fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.lines.iter().map(|(name, value)| (name.as_slice(), value.as_slice()))
    }
}

impl CacheStep {
    /// The backend is to be asked, and [`CacheZone::answer`](crate::CacheZone::answer) or
    /// [`CacheZone::fail`](crate::CacheZone::fail) to be told what came of it. Where there is a
    /// [`status`](Self::status) as well, the client has its answer already.
    #[must_use]
    pub const fn ticket(&self) -> Option<u64> {
        self.ticket
    }

    /// What the backend is asked, or was.
    #[must_use]
    pub const fn upstream(&self) -> Option<&UpstreamRequest> {
        self.upstream.as_ref()
    }

    /// Is the path one of the policy's location?
    #[must_use]
    pub const fn is_in_location(&self) -> bool {
        self.is_in_location
    }

    /// The status that the client gets.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        self.status
    }

    /// `$upstream_cache_status`: none where the cache has no part in it, or another location
    /// answers.
    #[must_use]
    pub const fn cache_status(&self) -> Option<CacheStatus> {
        self.cache_status
    }

    /// What the guide's `add_header X-Cache-Status $upstream_cache_status` writes, which is for
    /// some statuses of the answer only.
    #[must_use]
    pub const fn shown_status(&self) -> Option<CacheStatus> {
        if self.shows_status { self.cache_status } else { None }
    }

    /// The header lines that the client gets, as far as they come from the backend, from `expires`
    /// and from ranges.
    pub fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.lines.iter().map(|(name, value)| (name.as_slice(), value.as_slice()))
    }

    /// Why the answer was stored or not, or what let the cache answer.
    #[must_use]
    pub const fn reason(&self) -> CacheReason {
        self.reason
    }

    /// The key, where the cache has a part in it.
    #[must_use]
    pub const fn key(&self) -> Option<&CacheKey> {
        self.key.as_ref()
    }

    /// The name of the file: the MD5 of the key, or of a variant.
    #[must_use]
    pub const fn file(&self) -> Option<CacheMd5> {
        self.file
    }

    /// The file, from the folder of the cache on.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Was the backend's answer stored?
    #[must_use]
    pub const fn stores(&self) -> bool {
        self.stores
    }

    /// Is there an entry now, of this answer or of an older one?
    #[must_use]
    pub const fn has_entry(&self) -> bool {
        self.entry.is_some()
    }

    /// For how many seconds the entry is fresh, from when it was stored.
    #[must_use]
    pub fn lifetime(&self) -> Option<i64> {
        self.entry.as_ref().map(|entry| entry.lifetime)
    }

    /// Until when the entry is fresh, in Unix seconds.
    #[must_use]
    pub fn valid_until(&self) -> Option<i64> {
        self.entry.as_ref().map(|entry| entry.valid_until)
    }

    /// For how many seconds more the entry may be served while it is refreshed.
    #[must_use]
    pub fn stale_while_revalidate(&self) -> Option<i64> {
        self.entry.as_ref().map(|entry| entry.stale_while_revalidate)
    }

    /// For how many seconds more the entry may be served where the backend cannot be reached.
    #[must_use]
    pub fn stale_if_error(&self) -> Option<i64> {
        self.entry.as_ref().map(|entry| entry.stale_if_error)
    }

    /// The `Vary` that the entry is kept with.
    #[must_use]
    pub fn vary(&self) -> Option<&[u8]> {
        self.entry.as_ref()?.vary.as_deref()
    }

    /// The variant that the entry is.
    #[must_use]
    pub fn variant(&self) -> Option<CacheMd5> {
        self.entry.as_ref()?.variant
    }
}
