use std::ffi::{CStr, c_char};

use tuleap_front::DestinationReason;

use self::tuleap_front_destination_reason as Number;
use crate::guard::guard;
use crate::output::copy_out;
use crate::status::tuleap_front_status as Status;

/// Why a Destination is refused. Numbers are never used again for another thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_destination_reason {
    /// It is not refused.
    TULEAP_FRONT_DESTINATION_REASON_NONE = 0,
    /// https:///path
    TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_EMPTY_HOST = 1,
    /// A byte that no host has: a blank, a backslash, raw UTF-8.
    TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_HOST = 2,
    /// Brackets around what is no IPv6 address.
    TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_IPV6 = 3,
    /// A port that is not digits, or above 65535.
    TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_PORT = 4,
    /// An open bracket.
    TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_UNCLOSED = 5,
    /// A byte that no user info has, or a second @.
    TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_USERINFO = 6,
    /// A byte below 0x20, or 0x7f.
    TULEAP_FRONT_DESTINATION_REASON_CONTROL_BYTE = 7,
    /// Nothing, or blanks.
    TULEAP_FRONT_DESTINATION_REASON_EMPTY = 8,
    /// Another scheme, host or port than the site's.
    TULEAP_FRONT_DESTINATION_REASON_FOREIGN_ORIGIN = 9,
    /// Two field lines.
    TULEAP_FRONT_DESTINATION_REASON_MORE_THAN_ONE_FIELD_LINE = 10,
    /// //host/path
    TULEAP_FRONT_DESTINATION_REASON_NETWORK_PATH_REFERENCE = 11,
    /// https:path
    TULEAP_FRONT_DESTINATION_REASON_NO_AUTHORITY = 12,
    /// https://host
    TULEAP_FRONT_DESTINATION_REASON_NO_PATH = 13,
    /// Neither a URI nor a path that starts with a slash.
    TULEAP_FRONT_DESTINATION_REASON_RELATIVE_REFERENCE = 14,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_DESTINATION_REASON_OTHER = 255,
}

/// The stable name of a tuleap_front_destination_reason, such as "destination/foreign-origin"; NULL
/// for a number that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_destination_reason_code(reason: u32) -> *const c_char {
    let entry = CODES.iter().find(|(known, _)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, code)| code.as_ptr())
}

/// Writes a tuleap_front_destination_reason in words, for the body of the answer; it holds nothing
/// of the client's. >= 0 the length, < 0 a status, ARGUMENT for a number that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_destination_reason_text(
    reason: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        let mut all = DestinationReason::ALL.iter();
        let known = all.find(|known| number(**known) as u32 == reason);
        let text = known.ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?.text();
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(text.as_bytes(), out, cap) })
    })
}

pub(crate) fn number(reason: DestinationReason) -> tuleap_front_destination_reason {
    match reason {
        DestinationReason::AuthorityEmptyHost => {
            Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_EMPTY_HOST
        }
        DestinationReason::AuthorityHost => Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_HOST,
        DestinationReason::AuthorityIpv6 => Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_IPV6,
        DestinationReason::AuthorityPort => Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_PORT,
        DestinationReason::AuthorityUnclosed => {
            Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_UNCLOSED
        }
        DestinationReason::AuthorityUserinfo => {
            Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_USERINFO
        }
        DestinationReason::ControlByte => Number::TULEAP_FRONT_DESTINATION_REASON_CONTROL_BYTE,
        DestinationReason::Empty => Number::TULEAP_FRONT_DESTINATION_REASON_EMPTY,
        DestinationReason::ForeignOrigin => Number::TULEAP_FRONT_DESTINATION_REASON_FOREIGN_ORIGIN,
        DestinationReason::MoreThanOneFieldLine => {
            Number::TULEAP_FRONT_DESTINATION_REASON_MORE_THAN_ONE_FIELD_LINE
        }
        DestinationReason::NetworkPathReference => {
            Number::TULEAP_FRONT_DESTINATION_REASON_NETWORK_PATH_REFERENCE
        }
        DestinationReason::NoAuthority => Number::TULEAP_FRONT_DESTINATION_REASON_NO_AUTHORITY,
        DestinationReason::NoPath => Number::TULEAP_FRONT_DESTINATION_REASON_NO_PATH,
        DestinationReason::RelativeReference => {
            Number::TULEAP_FRONT_DESTINATION_REASON_RELATIVE_REFERENCE
        }
        _ => Number::TULEAP_FRONT_DESTINATION_REASON_OTHER,
    }
}

const CODES: &[(Number, &CStr)] = &[
    (
        Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_EMPTY_HOST,
        c"destination/authority-empty-host",
    ),
    (Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_HOST, c"destination/authority-host"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_IPV6, c"destination/authority-ipv6"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_PORT, c"destination/authority-port"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_UNCLOSED, c"destination/authority-unclosed"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_AUTHORITY_USERINFO, c"destination/authority-userinfo"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_CONTROL_BYTE, c"destination/control-byte"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_EMPTY, c"destination/empty"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_FOREIGN_ORIGIN, c"destination/foreign-origin"),
    (
        Number::TULEAP_FRONT_DESTINATION_REASON_MORE_THAN_ONE_FIELD_LINE,
        c"destination/more-than-one-field-line",
    ),
    (
        Number::TULEAP_FRONT_DESTINATION_REASON_NETWORK_PATH_REFERENCE,
        c"destination/network-path-reference",
    ),
    (Number::TULEAP_FRONT_DESTINATION_REASON_NO_AUTHORITY, c"destination/no-authority"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_NO_PATH, c"destination/no-path"),
    (Number::TULEAP_FRONT_DESTINATION_REASON_RELATIVE_REFERENCE, c"destination/relative-reference"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_number_and_its_name() {
        for reason in DestinationReason::ALL {
            let number = number(*reason) as u32;
            let code = CODES.iter().find(|(known, _)| *known as u32 == number);
            assert_eq!(code.unwrap().1.to_str(), Ok(reason.code()));
        }
    }
}
