use std::ffi::{CStr, c_char};

use tuleap_front::{LocationMatch, Locations, LocationsReason};

use self::tuleap_front_locations_reason as Number;
use crate::abi::{bytes, tuleap_front_str};
use crate::guard::{guard, handle, store, take};
use crate::output::{copy_out, write_explanation};
use crate::problem::{Sink, tuleap_front_problem};

/// Which location of an nginx server takes a path.
/// Immutable; any thread; freed by tuleap_front_locations_free.
#[derive(Debug)]
pub struct tuleap_front_locations(Locations);

/// Why a location takes a path. Numbers are never used again for another thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_locations_reason {
    /// No location takes the path.
    TULEAP_FRONT_LOCATIONS_NO_LOCATION = 0,
    /// It is the path itself.
    TULEAP_FRONT_LOCATIONS_EXACT = 1,
    /// It is the first regular expression that matches.
    TULEAP_FRONT_LOCATIONS_FIRST_REGEX = 2,
    /// It is the longest prefix, and no regular expression matches.
    TULEAP_FRONT_LOCATIONS_LONGEST_PREFIX = 3,
    /// It is the longest prefix, and has ^~.
    TULEAP_FRONT_LOCATIONS_STOPPING_PREFIX = 4,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_LOCATIONS_OTHER = 255,
}

/// The location that takes a path. The name points into the locations.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_location_match {
    /// Which one, from 0; SIZE_MAX where there is none.
    pub index: usize,
    /// A tuleap_front_locations_reason.
    pub reason: u32,
    /// Its name.
    pub name: tuleap_front_str,
}

/// Reads locations, one a line: modifier, pattern, name. UTF-8. NULL if they are refused: then
/// problem and message (each may be NULL) say what is wrong, where, and what to write instead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_locations_parse(
    text: *const c_char,
    text_len: usize,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_locations {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for pointer and length.
    let text = unsafe { bytes(text, text_len) };
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.read(text, "the locations are not UTF-8", tuleap_front_locations) }
}

/// Frees locations; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_locations_free(locations: *mut tuleap_front_locations) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(locations) }
}

/// Finds the location that takes a path, which is $uri: 1 found, 0 none, < 0 a status. *found (may
/// be NULL) says which, and why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_locations_find(
    locations: *const tuleap_front_locations,
    uri: *const c_char,
    uri_len: usize,
    found: *mut tuleap_front_location_match,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(found, tuleap_front_location_match::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let locations = unsafe { handle(locations) }?;
        // SAFETY: the caller vouches for pointer and length.
        let Some(location) = locations.0.find(unsafe { bytes(uri, uri_len) }) else {
            return Ok(0);
        };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(found, location.into()) };
        Ok(1)
    })
}

/// The stable name of a tuleap_front_locations_reason, such as "locations/exact"; NULL for a number
/// that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_locations_reason_code(reason: u32) -> *const c_char {
    let entry = CODES.iter().find(|(known, _)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, code)| code.as_ptr())
}

/// Writes which location takes a path, and what was compared. format: a tuleap_front_format. >= 0
/// the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_locations_explain(
    locations: *const tuleap_front_locations,
    uri: *const c_char,
    uri_len: usize,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let locations = unsafe { handle(locations) }?;
        // SAFETY: the caller vouches for pointer and length.
        let explanation = locations.0.explain(unsafe { bytes(uri, uri_len) });
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&explanation, format, out, cap) }
    })
}

/// Writes the locations as they are read: >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_locations_text(
    locations: *const tuleap_front_locations,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let locations = unsafe { handle(locations) }?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(locations.0.to_string().as_bytes(), out, cap) })
    })
}

impl tuleap_front_location_match {
    pub(crate) const NONE: Self = Self {
        index: usize::MAX,
        reason: Number::TULEAP_FRONT_LOCATIONS_NO_LOCATION as u32,
        name: tuleap_front_str::NONE,
    };
}

impl From<LocationMatch<'_>> for tuleap_front_location_match {
    fn from(location: LocationMatch<'_>) -> Self {
        Self {
            index: location.index(),
            reason: number(location.reason()) as u32,
            name: location.rule().name().as_bytes().into(),
        }
    }
}

const fn number(reason: LocationsReason) -> tuleap_front_locations_reason {
    match reason {
        LocationsReason::Exact => Number::TULEAP_FRONT_LOCATIONS_EXACT,
        LocationsReason::FirstRegex => Number::TULEAP_FRONT_LOCATIONS_FIRST_REGEX,
        LocationsReason::LongestPrefix => Number::TULEAP_FRONT_LOCATIONS_LONGEST_PREFIX,
        LocationsReason::NoLocation => Number::TULEAP_FRONT_LOCATIONS_NO_LOCATION,
        LocationsReason::StoppingPrefix => Number::TULEAP_FRONT_LOCATIONS_STOPPING_PREFIX,
        _ => Number::TULEAP_FRONT_LOCATIONS_OTHER,
    }
}

const CODES: &[(Number, &CStr)] = &[
    (Number::TULEAP_FRONT_LOCATIONS_EXACT, c"locations/exact"),
    (Number::TULEAP_FRONT_LOCATIONS_FIRST_REGEX, c"locations/first-regex"),
    (Number::TULEAP_FRONT_LOCATIONS_LONGEST_PREFIX, c"locations/longest-prefix"),
    (Number::TULEAP_FRONT_LOCATIONS_NO_LOCATION, c"locations/no-location"),
    (Number::TULEAP_FRONT_LOCATIONS_STOPPING_PREFIX, c"locations/stopping-prefix"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_number_and_its_name() {
        for reason in LocationsReason::ALL {
            let number = number(*reason) as u32;
            let code = CODES.iter().find(|(known, _)| *known as u32 == number);
            assert_eq!(code.unwrap().1.to_str(), Ok(reason.code()));
        }
    }
}
