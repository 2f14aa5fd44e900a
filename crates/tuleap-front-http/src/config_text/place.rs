use std::borrow::Cow;
use std::fmt;

/// Where in a text of a configuration something is wrong, and what to write instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    entry: usize,
    entry_offset: usize,
    offset: usize,
    length: usize,
    line: usize,
    column: usize,
    shown: String,
    hint: Cow<'static, str>,
}

impl Place {
    /// `entry` is the line that starts at `start` of the text; `offset` is in bytes from there.
    pub(crate) fn new(
        text: &str,
        (entry, start, line): (usize, usize, &str),
        (offset, length): (usize, usize),
        hint: Cow<'static, str>,
    ) -> Self {
        let offset = start + offset;
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            entry,
            entry_offset: start + line.len() - line.trim_start().len(),
            offset,
            length,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            shown: line.trim().chars().take(64).collect(),
            hint,
        }
    }

    pub(crate) const fn entry(&self) -> usize {
        self.entry
    }

    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) const fn offset_in_entry(&self) -> usize {
        self.offset.saturating_sub(self.entry_offset)
    }

    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    pub(crate) const fn line(&self) -> usize {
        self.line
    }

    pub(crate) const fn column(&self) -> usize {
        self.column
    }

    pub(crate) fn hint(&self) -> &str {
        &self.hint
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entry, shown, line, column, .. } = self;
        write!(out, "entry {entry} {shown:?} (line {line}, column {column})")
    }
}

/// What an error with a field `place` tells about it.
macro_rules! place_getters {
    ($entry:literal) => {
        #[doc = concat!("Which ", $entry, ", from 0.")]
        #[must_use]
        pub const fn entry(&self) -> usize {
            self.place.entry()
        }

        /// Where the faulty part starts, in bytes from the start of the text.
        #[must_use]
        pub const fn offset(&self) -> usize {
            self.place.offset()
        }

        #[doc = concat!("Where the faulty part starts, in bytes from the start of its ", $entry, ".")]
        #[must_use]
        pub const fn offset_in_entry(&self) -> usize {
            self.place.offset_in_entry()
        }

        /// How many bytes the faulty part has.
        #[must_use]
        pub const fn length(&self) -> usize {
            self.place.length()
        }

        /// The line of the faulty part, from 1.
        #[must_use]
        pub const fn line(&self) -> usize {
            self.place.line()
        }

        /// The column of the faulty part, in characters from 1.
        #[must_use]
        pub const fn column(&self) -> usize {
            self.place.column()
        }

        /// What to write instead.
        #[must_use]
        pub fn hint(&self) -> &str {
            self.place.hint()
        }
    };
}
pub(crate) use place_getters;
