use std::ffi::{CStr, c_char};

use tuleap_front::EtagEffect;

use self::tuleap_front_etag_effect as Number;

/// What becomes of an ETag.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_etag_effect {
    /// There is none.
    TULEAP_FRONT_ETAG_EFFECT_NONE = 0,
    /// It stays.
    TULEAP_FRONT_ETAG_EFFECT_KEEP = 1,
    /// It gets W/ before it.
    TULEAP_FRONT_ETAG_EFFECT_WEAKEN = 2,
    /// It goes.
    TULEAP_FRONT_ETAG_EFFECT_REMOVE = 3,
}

/// The name of a tuleap_front_etag_effect: "none", "keep", "weaken", "remove"; NULL for a number
/// that is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_etag_effect_name(effect: u32) -> *const c_char {
    let entry = EFFECTS.iter().find(|(known, ..)| *known as u32 == effect);
    entry.map_or(std::ptr::null(), |(_, _, name)| name.as_ptr())
}

pub(crate) fn number(effect: EtagEffect) -> Number {
    let entry = EFFECTS.iter().find(|(_, known, _)| *known == effect);
    entry.map_or(Number::TULEAP_FRONT_ETAG_EFFECT_KEEP, |(number, ..)| *number)
}

const EFFECTS: &[(Number, EtagEffect, &CStr)] = &[
    (Number::TULEAP_FRONT_ETAG_EFFECT_NONE, EtagEffect::None, c"none"),
    (Number::TULEAP_FRONT_ETAG_EFFECT_KEEP, EtagEffect::Keep, c"keep"),
    (Number::TULEAP_FRONT_ETAG_EFFECT_WEAKEN, EtagEffect::Weaken, c"weaken"),
    (Number::TULEAP_FRONT_ETAG_EFFECT_REMOVE, EtagEffect::Remove, c"remove"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_has_its_number_and_its_name() {
        for (known, effect, name) in EFFECTS {
            assert_eq!(number(*effect) as u32, *known as u32);
            assert_eq!(name.to_str(), Ok(effect.as_str()));
        }
        assert!(tuleap_front_etag_effect_name(4).is_null());
    }
}
