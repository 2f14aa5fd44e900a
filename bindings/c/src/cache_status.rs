use std::ffi::{CStr, c_char};

use tuleap_front::CacheStatus;

use self::tuleap_front_cache_status as Number;

/// What $upstream_cache_status shows about a request. Numbers are never used again for another
/// thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_cache_status {
    /// Nothing: the cache has no part in it, or another location answers.
    TULEAP_FRONT_CACHE_STATUS_NONE = 0,
    /// The cache was not asked, and the answer may be stored.
    TULEAP_FRONT_CACHE_STATUS_BYPASS = 1,
    /// The entry is too old, and the backend answered.
    TULEAP_FRONT_CACHE_STATUS_EXPIRED = 2,
    /// The entry is fresh.
    TULEAP_FRONT_CACHE_STATUS_HIT = 3,
    /// There is no entry.
    TULEAP_FRONT_CACHE_STATUS_MISS = 4,
    /// The backend says that the entry is as it was.
    TULEAP_FRONT_CACHE_STATUS_REVALIDATED = 5,
    /// The entry is too old, and stands in for a backend that failed or is asked afterwards.
    TULEAP_FRONT_CACHE_STATUS_STALE = 6,
    /// The entry is too old, and stands in while another request refreshes it.
    TULEAP_FRONT_CACHE_STATUS_UPDATING = 7,
    /// A status that this version of the border has no number for.
    TULEAP_FRONT_CACHE_STATUS_OTHER = 255,
}

/// A tuleap_front_cache_status as nginx writes it, such as "HIT"; NULL for NONE, OTHER and a number
/// that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_cache_status_name(status: u32) -> *const c_char {
    let entry = STATUSES.iter().find(|(known, ..)| *known as u32 == status);
    entry.map_or(std::ptr::null(), |(_, _, name)| name.as_ptr())
}

pub(crate) fn number(status: Option<CacheStatus>) -> Number {
    let Some(status) = status else { return Number::TULEAP_FRONT_CACHE_STATUS_NONE };
    let entry = STATUSES.iter().find(|(_, known, _)| *known == status);
    entry.map_or(Number::TULEAP_FRONT_CACHE_STATUS_OTHER, |(number, ..)| *number)
}

const STATUSES: &[(Number, CacheStatus, &CStr)] = &[
    (Number::TULEAP_FRONT_CACHE_STATUS_BYPASS, CacheStatus::Bypass, c"BYPASS"),
    (Number::TULEAP_FRONT_CACHE_STATUS_EXPIRED, CacheStatus::Expired, c"EXPIRED"),
    (Number::TULEAP_FRONT_CACHE_STATUS_HIT, CacheStatus::Hit, c"HIT"),
    (Number::TULEAP_FRONT_CACHE_STATUS_MISS, CacheStatus::Miss, c"MISS"),
    (Number::TULEAP_FRONT_CACHE_STATUS_REVALIDATED, CacheStatus::Revalidated, c"REVALIDATED"),
    (Number::TULEAP_FRONT_CACHE_STATUS_STALE, CacheStatus::Stale, c"STALE"),
    (Number::TULEAP_FRONT_CACHE_STATUS_UPDATING, CacheStatus::Updating, c"UPDATING"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_number_and_its_name() {
        for status in CacheStatus::ALL {
            let number = number(Some(*status)) as u32;
            let entry = STATUSES.iter().find(|(known, ..)| *known as u32 == number);
            assert_eq!(entry.map(|(.., name)| name.to_str()), Some(Ok(status.as_str())));
        }
        assert!(tuleap_front_cache_status_name(number(None) as u32).is_null());
    }
}
