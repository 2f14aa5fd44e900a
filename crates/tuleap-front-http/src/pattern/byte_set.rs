/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(super) fn of(bytes: impl IntoIterator<Item = u8>) -> Self {
        let mut set = Self::default();
        bytes.into_iter().for_each(|byte| set.insert(byte));
        set
    }

    /// The bytes that this holds for.
    pub(super) fn where_true(holds: impl Fn(u8) -> bool) -> Self {
        Self::of((0..=u8::MAX).filter(|byte| holds(*byte)))
    }

    pub(super) fn insert(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    pub(super) fn contains(self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self::where_true(|byte| self.contains(byte) || other.contains(byte))
    }

    pub(super) fn negated(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    /// With both cases of each ASCII letter that is in it.
    pub(super) fn folded(self) -> Self {
        Self::where_true(|byte| {
            [byte, byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]
                .into_iter()
                .any(|case| self.contains(case))
        })
    }

    /// The one byte of this set.
    pub(super) fn single(self) -> Option<u8> {
        let mut bytes = self.bytes();
        bytes.next().filter(|_| bytes.next().is_none())
    }

    /// The lower case of the one byte of this set, or of the two cases of one letter.
    pub(super) fn single_folded(self) -> Option<u8> {
        let lower = self.bytes().last()?;
        (self == Self::of([lower]).folded()).then_some(lower)
    }

    fn bytes(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |byte| self.contains(*byte))
    }

    /// Ranges in order, both ends included.
    pub(super) fn ranges(self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for byte in self.bytes() {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(byte) => *last = byte,
                _ => ranges.push((byte, byte)),
            }
        }
        ranges
    }
}
