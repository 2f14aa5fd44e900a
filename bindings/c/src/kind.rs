use std::ffi::{CStr, c_char};

use tuleap_front::ClientIpKind;

use self::tuleap_front_kind as Number;

/// How sure an address is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_kind {
    /// No address at all.
    TULEAP_FRONT_KIND_NONE = 0,
    /// The socket's peer, which is not one of our proxies: certain.
    TULEAP_FRONT_KIND_DIRECT = 1,
    /// Named by a hop we trust: certain.
    TULEAP_FRONT_KIND_FORWARDED = 2,
    /// Made by one of our own hosts.
    TULEAP_FRONT_KIND_EDGE = 3,
    /// Somebody behind this hop of ours, who was not validly named: for logs only.
    TULEAP_FRONT_KIND_UNNAMED = 4,
}

/// The name of a tuleap_front_kind: "direct", "forwarded", "edge", "unnamed", "none"; NULL for a
/// number that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_kind_name(kind: u32) -> *const c_char {
    let entry = KINDS.iter().find(|(known, _, _)| *known as u32 == kind);
    entry.map_or(std::ptr::null(), |(_, _, name)| name.as_ptr())
}

pub(crate) fn number(kind: ClientIpKind) -> tuleap_front_kind {
    match kind {
        ClientIpKind::Direct => Number::TULEAP_FRONT_KIND_DIRECT,
        ClientIpKind::Edge => Number::TULEAP_FRONT_KIND_EDGE,
        ClientIpKind::Forwarded => Number::TULEAP_FRONT_KIND_FORWARDED,
        ClientIpKind::None => Number::TULEAP_FRONT_KIND_NONE,
        ClientIpKind::Unnamed => Number::TULEAP_FRONT_KIND_UNNAMED,
    }
}

/// The kind with this number.
pub(crate) fn by_number(number: u32) -> Option<ClientIpKind> {
    KINDS.iter().find(|(known, _, _)| *known as u32 == number).map(|(_, kind, _)| *kind)
}

const KINDS: [(Number, ClientIpKind, &CStr); 5] = [
    (Number::TULEAP_FRONT_KIND_NONE, ClientIpKind::None, c"none"),
    (Number::TULEAP_FRONT_KIND_DIRECT, ClientIpKind::Direct, c"direct"),
    (Number::TULEAP_FRONT_KIND_FORWARDED, ClientIpKind::Forwarded, c"forwarded"),
    (Number::TULEAP_FRONT_KIND_EDGE, ClientIpKind::Edge, c"edge"),
    (Number::TULEAP_FRONT_KIND_UNNAMED, ClientIpKind::Unnamed, c"unnamed"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_number_and_its_name() {
        for (known, kind, name) in KINDS {
            assert_eq!(number(kind) as u32, known as u32);
            assert_eq!(by_number(known as u32), Some(kind));
            assert_eq!(name.to_str(), Ok(kind.as_str()));
        }
        assert_eq!(by_number(5), None);
        assert!(tuleap_front_kind_name(5).is_null());
    }
}
