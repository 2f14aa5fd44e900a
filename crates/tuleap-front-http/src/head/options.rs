use crate::nginx::NginxRules;
use crate::request_target::MergeSlashes;

/// The directives that say how a head is read; `Default` is nginx's, of the current version.
///
/// ```
/// use tuleap_front_http::{HeadOptions, HeaderNames};
///
/// let options = HeadOptions { names: HeaderNames::Underscores, ..HeadOptions::default() };
/// assert_ne!(options, HeadOptions::default());
/// ```
#[expect(clippy::exhaustive_structs, reason = "written out with ..Default::default()")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HeadOptions {
    /// `merge_slashes`
    pub merge_slashes: MergeSlashes,
    /// `underscores_in_headers` and `ignore_invalid_headers`
    pub names: HeaderNames,
    /// Which nginx.
    pub rules: NginxRules,
}

impl Default for HeadOptions {
    fn default() -> Self {
        Self {
            merge_slashes: MergeSlashes::On,
            names: HeaderNames::Plain,
            rules: NginxRules::Current,
        }
    }
}

/// Which header lines are kept, by their names. Others are dropped without a word.
#[expect(clippy::exhaustive_enums, reason = "what two directives that are on or off can say")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum HeaderNames {
    /// `ignore_invalid_headers off`: every line.
    Any,
    /// Names of letters, digits and `-`: nginx's default.
    #[default]
    Plain,
    /// `underscores_in_headers on`: names with `_`, too.
    Underscores,
}

impl HeaderNames {
    pub(super) fn keeps(self, name: &[u8]) -> bool {
        let is_kept = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        match self {
            Self::Any => true,
            Self::Plain => name.iter().all(is_kept),
            Self::Underscores => name.iter().all(|byte| is_kept(byte) || *byte == b'_'),
        }
    }
}
