use std::ffi::{CStr, c_char};

use tuleap_front::Reason;

use self::tuleap_front_reason as Number;

/// The rule that decided. Numbers are never used again for another thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_reason {
    /// A rule that this version of the border has no number for.
    TULEAP_FRONT_REASON_OTHER = 0,
    /// Every entry is one of our own; the client is the farthest.
    TULEAP_FRONT_REASON_ALL_TRUSTED = 1,
    /// A port that is none: empty, above 65535, not digits.
    TULEAP_FRONT_REASON_ENTRY_BAD_PORT = 2,
    /// A parameter stands twice in one `Forwarded` element.
    TULEAP_FRONT_REASON_ENTRY_DUPLICATE_PARAM = 3,
    /// Nothing between two commas.
    TULEAP_FRONT_REASON_ENTRY_EMPTY = 4,
    /// An obfuscated identifier, `_name` (RFC 7239 §6.3).
    TULEAP_FRONT_REASON_ENTRY_HIDDEN = 5,
    /// An IPv4 number that starts with a zero.
    TULEAP_FRONT_REASON_ENTRY_LEADING_ZERO = 6,
    /// Not a node: a name, shorthand, a stray byte.
    TULEAP_FRONT_REASON_ENTRY_MALFORMED = 7,
    /// A `Forwarded` element without `for`.
    TULEAP_FRONT_REASON_ENTRY_NO_FOR = 8,
    /// An address no host can have: unspecified, broadcast, multicast.
    TULEAP_FRONT_REASON_ENTRY_NOT_HOST = 9,
    /// More than 64 bytes.
    TULEAP_FRONT_REASON_ENTRY_TOO_LONG = 10,
    /// A local socket that is not in the list.
    TULEAP_FRONT_REASON_ENTRY_UNIX = 11,
    /// `unknown` (RFC 7239 §6.2).
    TULEAP_FRONT_REASON_ENTRY_UNKNOWN = 12,
    /// The nearest entry that is not one of our own.
    TULEAP_FRONT_REASON_FIRST_UNTRUSTED = 13,
    /// The entry that the configured number of hops points at.
    TULEAP_FRONT_REASON_HOP_COUNT = 14,
    /// More trusted entries than `max_hops`.
    TULEAP_FRONT_REASON_HOP_LIMIT = 15,
    /// A trusted peer sent no such header.
    TULEAP_FRONT_REASON_NO_HEADER = 16,
    /// The host program does not know the peer.
    TULEAP_FRONT_REASON_PEER_UNKNOWN = 17,
    /// The peer is not one of our proxies: its headers count for nothing.
    TULEAP_FRONT_REASON_PEER_UNTRUSTED = 18,
    /// A single-value header stands twice.
    TULEAP_FRONT_REASON_SINGLE_DUPLICATE = 19,
    /// Fewer entries than the configured number of hops.
    TULEAP_FRONT_REASON_TOO_FEW_HOPS = 20,
}

/// The stable name of a tuleap_front_reason, such as "client-ip/first-untrusted"; NULL for a
/// number that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_reason_code(reason: u32) -> *const c_char {
    let entry = REASON_CODES.iter().find(|(known, _)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, code)| code.as_ptr())
}

pub(crate) fn number(reason: Reason) -> tuleap_front_reason {
    match reason {
        Reason::AllTrusted => Number::TULEAP_FRONT_REASON_ALL_TRUSTED,
        Reason::EntryBadPort => Number::TULEAP_FRONT_REASON_ENTRY_BAD_PORT,
        Reason::EntryDuplicateParam => Number::TULEAP_FRONT_REASON_ENTRY_DUPLICATE_PARAM,
        Reason::EntryEmpty => Number::TULEAP_FRONT_REASON_ENTRY_EMPTY,
        Reason::EntryHidden => Number::TULEAP_FRONT_REASON_ENTRY_HIDDEN,
        Reason::EntryLeadingZero => Number::TULEAP_FRONT_REASON_ENTRY_LEADING_ZERO,
        Reason::EntryMalformed => Number::TULEAP_FRONT_REASON_ENTRY_MALFORMED,
        Reason::EntryNoFor => Number::TULEAP_FRONT_REASON_ENTRY_NO_FOR,
        Reason::EntryNotHost => Number::TULEAP_FRONT_REASON_ENTRY_NOT_HOST,
        Reason::EntryTooLong => Number::TULEAP_FRONT_REASON_ENTRY_TOO_LONG,
        Reason::EntryUnix => Number::TULEAP_FRONT_REASON_ENTRY_UNIX,
        Reason::EntryUnknown => Number::TULEAP_FRONT_REASON_ENTRY_UNKNOWN,
        Reason::FirstUntrusted => Number::TULEAP_FRONT_REASON_FIRST_UNTRUSTED,
        Reason::HopCount => Number::TULEAP_FRONT_REASON_HOP_COUNT,
        Reason::HopLimit => Number::TULEAP_FRONT_REASON_HOP_LIMIT,
        Reason::NoHeader => Number::TULEAP_FRONT_REASON_NO_HEADER,
        Reason::PeerUnknown => Number::TULEAP_FRONT_REASON_PEER_UNKNOWN,
        Reason::PeerUntrusted => Number::TULEAP_FRONT_REASON_PEER_UNTRUSTED,
        Reason::SingleDuplicate => Number::TULEAP_FRONT_REASON_SINGLE_DUPLICATE,
        Reason::TooFewHops => Number::TULEAP_FRONT_REASON_TOO_FEW_HOPS,
        _ => Number::TULEAP_FRONT_REASON_OTHER,
    }
}

/// The reason with this number.
pub(crate) fn by_number(number: u32) -> Option<Reason> {
    Reason::ALL.iter().find(|reason| self::number(**reason) as u32 == number).copied()
}

const REASON_CODES: &[(Number, &CStr)] = &[
    (Number::TULEAP_FRONT_REASON_ALL_TRUSTED, c"client-ip/all-trusted"),
    (Number::TULEAP_FRONT_REASON_ENTRY_BAD_PORT, c"client-ip/entry-bad-port"),
    (Number::TULEAP_FRONT_REASON_ENTRY_DUPLICATE_PARAM, c"client-ip/entry-duplicate-param"),
    (Number::TULEAP_FRONT_REASON_ENTRY_EMPTY, c"client-ip/entry-empty"),
    (Number::TULEAP_FRONT_REASON_ENTRY_HIDDEN, c"client-ip/entry-hidden"),
    (Number::TULEAP_FRONT_REASON_ENTRY_LEADING_ZERO, c"client-ip/entry-leading-zero"),
    (Number::TULEAP_FRONT_REASON_ENTRY_MALFORMED, c"client-ip/entry-malformed"),
    (Number::TULEAP_FRONT_REASON_ENTRY_NO_FOR, c"client-ip/entry-no-for"),
    (Number::TULEAP_FRONT_REASON_ENTRY_NOT_HOST, c"client-ip/entry-not-host"),
    (Number::TULEAP_FRONT_REASON_ENTRY_TOO_LONG, c"client-ip/entry-too-long"),
    (Number::TULEAP_FRONT_REASON_ENTRY_UNIX, c"client-ip/entry-unix"),
    (Number::TULEAP_FRONT_REASON_ENTRY_UNKNOWN, c"client-ip/entry-unknown"),
    (Number::TULEAP_FRONT_REASON_FIRST_UNTRUSTED, c"client-ip/first-untrusted"),
    (Number::TULEAP_FRONT_REASON_HOP_COUNT, c"client-ip/hop-count"),
    (Number::TULEAP_FRONT_REASON_HOP_LIMIT, c"client-ip/hop-limit"),
    (Number::TULEAP_FRONT_REASON_NO_HEADER, c"client-ip/no-header"),
    (Number::TULEAP_FRONT_REASON_PEER_UNKNOWN, c"client-ip/peer-unknown"),
    (Number::TULEAP_FRONT_REASON_PEER_UNTRUSTED, c"client-ip/peer-untrusted"),
    (Number::TULEAP_FRONT_REASON_SINGLE_DUPLICATE, c"client-ip/single-duplicate"),
    (Number::TULEAP_FRONT_REASON_TOO_FEW_HOPS, c"client-ip/too-few-hops"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_number_and_its_name() {
        for reason in Reason::ALL {
            let number = number(*reason) as u32;
            assert_eq!(by_number(number), Some(*reason));
            let code = REASON_CODES.iter().find(|(known, _)| *known as u32 == number);
            assert_eq!(code.unwrap().1.to_str(), Ok(reason.code()));
        }
    }
}
