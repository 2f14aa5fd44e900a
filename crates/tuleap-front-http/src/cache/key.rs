use std::fmt;

use md5::{Digest, Md5};

use super::levels::CacheLevels;
use super::variant::{VARY_MAX, Variant};
use crate::headers::RequestHeaders;
use crate::scheme::Scheme;

/// What an entry of nginx's cache is found by, byte for byte.
///
/// Nothing in it is normalized: `/a.css`, `/%61.css`, `//a.css` and `/a.css?` are four entries.
///
/// ```
/// use tuleap_front_http::{CacheKey, CacheLevels, Scheme};
///
/// let key = CacheKey::documented(Scheme::Http, b"GET", b"tuleap.example.com", b"/c002/a.css");
/// assert_eq!(key.as_bytes(), b"httpGETtuleap.example.com/c002/a.css");
/// assert_eq!(key.md5().to_string(), "c1b46a28356afba7bfb22f8d73acdd19");
/// let levels: CacheLevels = "1:2".parse()?;
/// assert_eq!(key.path(&levels), "9/d1/c1b46a28356afba7bfb22f8d73acdd19");
/// # Ok::<(), tuleap_front_http::CacheLevelsError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CacheKey {
    bytes: Vec<u8>,
}

/// An MD5: the name of a cache file. `Display` writes its 32 digits.
///
/// ```
/// use tuleap_front_http::{CacheKey, CacheLevels};
///
/// let md5 = CacheKey::from_bytes("").md5();
/// assert_eq!(md5.to_string(), "d41d8cd98f00b204e9800998ecf8427e");
/// assert_eq!(md5.as_bytes()[..2], [0xd4, 0x1d]);
/// let levels: CacheLevels = "1:2".parse()?;
/// assert_eq!(md5.path(&levels), "e/27/d41d8cd98f00b204e9800998ecf8427e");
/// # Ok::<(), tuleap_front_http::CacheLevelsError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CacheMd5([u8; 16]);

impl CacheKey {
    /// The guide's `$scheme$request_method$host$request_uri`.
    ///
    /// `host` is nginx's `$host`: in lower case, without port and without one final dot. The
    /// method is the client's, also where the backend is asked by another one.
    #[must_use]
    pub fn documented(scheme: Scheme, method: &[u8], host: &[u8], request_uri: &[u8]) -> Self {
        Self { bytes: [scheme.as_str().as_bytes(), method, host, request_uri].concat() }
    }

    /// The key that a `proxy_cache_key` of one's own gives.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into() }
    }

    /// The key itself, which stands in the cache file behind `KEY: `.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name of the file.
    #[must_use]
    pub fn md5(&self) -> CacheMd5 {
        let mut md5 = Md5Stream::default();
        md5.add(&self.bytes);
        md5.end()
    }

    /// The file, from the folder of the cache on: what to remove to purge the entry.
    #[must_use]
    pub fn path(&self, levels: &CacheLevels) -> String {
        self.md5().path(levels)
    }

    /// The name of the file of one variant, for an answer with this `Vary` to this request. Of
    /// `Vary` 128 bytes are read: nginx stores no answer with a longer one.
    ///
    /// ```
    /// use tuleap_front_http::CacheKey;
    ///
    /// let key = CacheKey::from_bytes("httpGETtuleap.example.com/c199/a.css");
    /// let variant = |value: &str| {
    ///     key.variant(b"Accept-Encoding", [("Accept-Encoding", value)].as_slice()).to_string()
    /// };
    /// assert_eq!(variant("gzip"), "ce010beae4a158d61f47a59a1314babf");
    /// assert_eq!(variant("gzip, br"), variant(" gzip,br,"));
    /// assert_ne!(variant("gzip, br"), variant("br, gzip"));
    /// ```
    pub fn variant<Q: RequestHeaders + ?Sized>(&self, vary: &[u8], request: &Q) -> CacheMd5 {
        let mut variant = Variant::new(self.md5());
        variant.add(vary.get(..VARY_MAX).unwrap_or(vary), request);
        variant.end()
    }
}

impl CacheMd5 {
    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The file with this name, from the folder of the cache on.
    #[must_use]
    pub fn path(&self, levels: &CacheLevels) -> String {
        let name = self.to_string();
        let mut path = String::with_capacity(name.len() + 9);
        let mut end = name.len();
        for digits in levels.digits() {
            let start = end.saturating_sub(usize::from(digits));
            path.push_str(name.get(start..end).unwrap_or_default());
            path.push('/');
            end = start;
        }
        path.push_str(&name);
        path
    }
}

impl fmt::Display for CacheMd5 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// An MD5 of parts. It does not touch the heap.
#[derive(Clone, Default)]
pub(super) struct Md5Stream(Md5);

impl Md5Stream {
    pub(super) fn add(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    pub(super) fn end(self) -> CacheMd5 {
        CacheMd5(self.0.finalize().into())
    }
}
