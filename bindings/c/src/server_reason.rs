use std::ffi::{CStr, c_char};

use tuleap_front::ServerReason;

use self::tuleap_front_server_reason as Number;
use crate::guard::guard;
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// Why a server is chosen. Numbers are never used again for another
/// thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_server_reason {
    /// No name is the host.
    TULEAP_FRONT_SERVER_REASON_DEFAULT = 0,
    /// The name itself.
    TULEAP_FRONT_SERVER_REASON_EXACT = 1,
    /// ~
    TULEAP_FRONT_SERVER_REASON_FIRST_REGEX = 2,
    /// *.example.org, .example.org
    TULEAP_FRONT_SERVER_REASON_LONGEST_WILDCARD = 3,
    /// www.example.*
    TULEAP_FRONT_SERVER_REASON_LONGEST_WILDCARD_END = 4,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_SERVER_REASON_OTHER = 255,
}

/// The stable name of a tuleap_front_server_reason, such as "servers/exact"; NULL for a number that
/// is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_server_reason_code(reason: u32) -> *const c_char {
    let entry = REASONS.iter().find(|(known, ..)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, _, code)| code.as_ptr())
}

/// Writes a tuleap_front_server_reason in words. >= 0 the length, < 0 a status, ARGUMENT for a number
/// that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_server_reason_text(
    reason: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        let entry = REASONS.iter().find(|(known, ..)| *known as u32 == reason);
        let (_, reason, _) = entry.ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(reason.text().as_bytes(), out, cap) })
    })
}

/// The number of a reason.
pub(crate) fn number(reason: ServerReason) -> Number {
    let entry = REASONS.iter().find(|(_, known, _)| *known == reason);
    entry.map_or(Number::TULEAP_FRONT_SERVER_REASON_OTHER, |(number, ..)| *number)
}

const REASONS: &[(Number, ServerReason, &CStr)] = &[
    (Number::TULEAP_FRONT_SERVER_REASON_DEFAULT, ServerReason::Default, c"servers/default"),
    (Number::TULEAP_FRONT_SERVER_REASON_EXACT, ServerReason::Exact, c"servers/exact"),
    (
        Number::TULEAP_FRONT_SERVER_REASON_FIRST_REGEX,
        ServerReason::FirstRegex,
        c"servers/first-regex",
    ),
    (
        Number::TULEAP_FRONT_SERVER_REASON_LONGEST_WILDCARD,
        ServerReason::LongestWildcard,
        c"servers/longest-wildcard",
    ),
    (
        Number::TULEAP_FRONT_SERVER_REASON_LONGEST_WILDCARD_END,
        ServerReason::LongestWildcardEnd,
        c"servers/longest-wildcard-end",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_number_and_its_code() {
        for reason in ServerReason::ALL {
            let entry = REASONS.iter().find(|(known, ..)| *known as u32 == number(*reason) as u32);
            assert_eq!(entry.map(|(.., code)| code.to_str()), Some(Ok(reason.code())));
        }
    }
}
