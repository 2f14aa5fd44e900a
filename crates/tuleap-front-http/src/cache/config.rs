//! What the directives say, as data.

use super::levels::CacheLevels;
use super::value::ValueText;
use crate::expires::Expires;
use crate::gzip::GzipPolicy;
use crate::locations::Locations;

/// The directives of one location, and what nginx has where one is missing.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) style: Style,
    pub(super) is_on: bool,
    pub(super) locations: Option<Locations>,
    pub(super) key: Option<ValueText>,
    pub(super) levels: CacheLevels,
    pub(super) inactive: i64,
    pub(super) valid: Vec<CacheValid>,
    pub(super) has_post: bool,
    pub(super) bypass: Vec<ValueText>,
    pub(super) no_cache: Vec<ValueText>,
    pub(super) ignored: Ignored,
    /// In lower case.
    pub(super) hidden: Vec<String>,
    pub(super) use_stale: UseStale,
    pub(super) revalidates: bool,
    pub(super) updates_in_background: bool,
    pub(super) converts_head: bool,
    pub(super) buffers: bool,
    pub(super) buffer_size: u64,
    pub(super) min_uses: u64,
    pub(super) max_range_offset: Option<u64>,
    pub(super) intercepts_errors: bool,
    /// A status of the backend, and the client's where it is another one.
    pub(super) error_pages: Vec<(u16, Option<u16>)>,
    pub(super) expires: Expires,
    pub(super) gzip: Option<GzipPolicy>,
}

/// Whose rules decide what is stored.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Style {
    #[default]
    Nginx,
    Recommended,
}

/// One status of `proxy_cache_valid`, and for how long its answers are valid.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct CacheValid {
    /// `None` for `any`.
    pub(super) status: Option<u16>,
    pub(super) seconds: i64,
}

/// `proxy_ignore_headers`, as far as it is about a cache.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Ignored {
    pub(super) accel_buffering: bool,
    pub(super) accel_expires: bool,
    pub(super) accel_redirect: bool,
    pub(super) cache_control: bool,
    pub(super) expires: bool,
    pub(super) set_cookie: bool,
    pub(super) vary: bool,
}

/// `proxy_cache_use_stale`
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct UseStale {
    /// Whatever else is there.
    pub(super) off: bool,
    pub(super) error: bool,
    pub(super) timeout: bool,
    pub(super) invalid_header: bool,
    pub(super) updating: bool,
    pub(super) statuses: Vec<u16>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            style: Style::Nginx,
            is_on: false,
            locations: None,
            key: None,
            levels: CacheLevels::default(),
            inactive: 600,
            valid: Vec::new(),
            has_post: false,
            bypass: Vec::new(),
            no_cache: Vec::new(),
            ignored: Ignored::default(),
            hidden: Vec::new(),
            use_stale: UseStale::default(),
            revalidates: false,
            updates_in_background: false,
            converts_head: true,
            buffers: true,
            // A page of memory.
            buffer_size: 4096,
            min_uses: 1,
            max_range_offset: None,
            intercepts_errors: false,
            error_pages: Vec::new(),
            expires: Expires::Off,
            gzip: None,
        }
    }
}

impl Config {
    /// For how long an answer with this status is valid that says nothing itself; 0 for not at
    /// all. The first entry counts.
    pub(super) fn valid_for(&self, status: u16) -> i64 {
        let is_for = |valid: &&CacheValid| valid.status.is_none_or(|known| known == status);
        self.valid.iter().find(is_for).map_or(0, |valid| valid.seconds)
    }

    /// Does the client get no line with this name? nginx never passes some.
    pub(super) fn hides(&self, name: &[u8]) -> bool {
        const ALWAYS: [&str; 8] = [
            "date",
            "server",
            "x-pad",
            "x-accel-expires",
            "x-accel-redirect",
            "x-accel-limit-rate",
            "x-accel-buffering",
            "x-accel-charset",
        ];
        let is_it = |hidden: &str| name.eq_ignore_ascii_case(hidden.as_bytes());
        ALWAYS.into_iter().any(is_it) || self.hidden.iter().any(|hidden| is_it(hidden))
    }
}
