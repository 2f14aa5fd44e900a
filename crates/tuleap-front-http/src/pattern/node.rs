use super::byte_set::ByteSet;

/// A part of a pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Node {
    Alternation(Vec<Node>),
    Concat(Vec<Node>),
    /// `$`: at the end, or before a newline at the end.
    End,
    Repeat {
        node: Box<Node>,
        min: u32,
        /// `None`: without limit.
        max: Option<u32>,
    },
    Set(ByteSet),
    /// `^`: at the start.
    Start,
    /// `\z`: at the end alone.
    VeryEnd,
    /// `\b`, or `\B` where it is not.
    WordBoundary {
        is_boundary: bool,
    },
}

impl Node {
    /// May it be repeated? PCRE repeats assertions in ways of its own.
    pub(super) const fn is_repeatable(&self) -> bool {
        matches!(self, Self::Alternation(_) | Self::Concat(_) | Self::Repeat { .. } | Self::Set(_))
    }
}
