use crate::pattern::{Case, Pattern, PatternFault};

/// A parameter of `gzip_disable`.
#[derive(Clone, Debug)]
pub(super) struct Disable {
    text: String,
    /// `None`: `msie6`.
    pattern: Option<Pattern>,
}

impl Disable {
    pub(super) fn new(text: &str) -> Result<Self, PatternFault> {
        let pattern = match text {
            "msie6" => None,
            pattern => Some(Pattern::new(pattern, Case::Insensitive)?),
        };
        Ok(Self { text: text.to_owned(), pattern })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) const fn is_msie6(&self) -> bool {
        self.pattern.is_none()
    }

    /// Does the pattern match? It is searched anywhere, whatever the case.
    pub(super) fn is_match(&self, user_agent: &[u8]) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(user_agent))
    }
}

/// Is it what nginx takes for an Internet Explorer up to 6, without the service pack that mended
/// its gzip?
pub(super) fn is_msie6(user_agent: &[u8]) -> bool {
    let has = |text: &[u8], word: &[u8]| text.windows(word.len()).any(|part| part == word);
    let Some(at) = user_agent.windows(5).position(|part| part == b"MSIE ") else { return false };
    let is_old = match user_agent.get(at + 5..) {
        Some([b'4' | b'5', b'.', _, ..]) => true,
        Some([b'6', b'.', _, rest @ ..]) => !has(rest, b"SV1"),
        _ => false,
    };
    is_old && !has(user_agent, b"Opera")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_is_that_of_nginx() {
        for (user_agent, expected) in [
            ("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", true),
            ("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)", false),
            ("SV1 MSIE 6.0;", true),
            ("MSIE 5.5; SV1", true),
            ("MSIE 4.0", true),
            ("MSIE 4.", false),
            ("MSIE 3.0", false),
            ("MSIE 7.0", false),
            ("MSIE 60.", false),
            ("msie 5.0", false),
            ("Opera MSIE 6.0", false),
            ("MSIE 7.0; MSIE 6.0", false),
            ("", false),
        ] {
            assert_eq!(is_msie6(user_agent.as_bytes()), expected, "{user_agent}");
        }
    }
}
