use super::MergeSlashes;
use super::reason::RequestTargetReason;
use crate::scan::{find, has, has_pair};

/// Would [`normalize`] do?
pub(super) fn check(path: &[u8], merge: MergeSlashes) -> Result<(), RequestTargetReason> {
    // Without a dot segment, escapes alone can be wrong.
    if has_pair(path, |one, other| (one == b'/') & (other == b'.')) {
        return normalize(path, merge, &mut Depth::default());
    }
    let mut rest = path;
    while let Some(at) = find(rest, |byte| byte == b'%') {
        rest = rest.get(at + 1..).unwrap_or_default();
        if matches!(escaped(&mut rest)?, b'.' | b'/') {
            return normalize(path, merge, &mut Depth::default());
        }
    }
    Ok(())
}

/// Is the path what it would be after decoding, merging and resolving?
pub(super) fn is_normal(path: &[u8], merge: MergeSlashes) -> bool {
    // Of most paths a look says so.
    let is_special = |one, other| (one == b'/') & ((other == b'/') | (other == b'.'));
    if !has(path, |byte| byte == b'%') && !has_pair(path, is_special) {
        return true;
    }
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        let is_special = match byte {
            b'%' => true,
            b'/' => match after {
                [b'/', ..] => merge == MergeSlashes::On,
                [b'.', after @ ..] => is_dot_segment(after),
                _ => false,
            },
            _ => false,
        };
        if is_special {
            return false;
        }
        rest = after;
    }
    true
}

/// Is what starts with a dot the segment `.` or `..`, or may it become one?
fn is_dot_segment(after_dot: &[u8]) -> bool {
    matches!(after_dot, [] | [b'/' | b'%', ..] | [b'.'] | [b'.', b'/' | b'%', ..])
}

/// Decodes a path that starts with `/`, merges its slashes and resolves its dot segments.
pub(super) fn normalize(
    path: &[u8],
    merge: MergeSlashes,
    out: &mut impl Output,
) -> Result<(), RequestTargetReason> {
    let mut segment = Segment::Other;
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        if segment == Segment::Other {
            // Segments are short: no block is looked for.
            let ends = |byte: &u8| matches!(byte, b'/' | b'%');
            let end = rest.iter().position(ends).unwrap_or(rest.len());
            if let (ordinary @ [_, ..], after) = rest.split_at(end) {
                out.push_ordinary(ordinary);
                rest = after;
                continue;
            }
        }
        rest = after;
        let byte = match byte {
            b'%' => escaped(&mut rest)?,
            byte => *byte,
        };
        segment = match (byte, segment) {
            (b'/', Segment::Empty) if merge == MergeSlashes::On => Segment::Empty,
            (b'/', Segment::Empty | Segment::Other) => {
                out.push(b'/');
                Segment::Empty
            }
            (b'/', Segment::Dot | Segment::DotDot) => {
                segment.resolve(out)?;
                Segment::Empty
            }
            (b'.', Segment::Empty) => Segment::Dot,
            (b'.', Segment::Dot) => Segment::DotDot,
            (byte, segment) => {
                segment.write_dots(out);
                out.push(byte);
                Segment::Other
            }
        };
    }
    segment.resolve(out)
}

/// The byte whose `%` was read.
fn escaped(rest: &mut &[u8]) -> Result<u8, RequestTargetReason> {
    let [high, low, after @ ..] = *rest else { return Err(RequestTargetReason::Escape) };
    let digit =
        |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
        return Err(RequestTargetReason::Escape);
    };
    *rest = after;
    match high << 4 | low {
        0 => Err(RequestTargetReason::Nul),
        byte => Ok(byte),
    }
}

/// What was read of a segment. Dots are written once it is known that they are ordinary.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Segment {
    Empty,
    Dot,
    DotDot,
    Other,
}

impl Segment {
    /// Ends a segment that stands behind a slash.
    fn resolve(self, out: &mut impl Output) -> Result<(), RequestTargetReason> {
        match self {
            Self::DotDot => out.drop_segment().ok_or(RequestTargetReason::AboveRoot),
            Self::Empty | Self::Dot | Self::Other => Ok(()),
        }
    }

    fn write_dots(self, out: &mut impl Output) {
        let dots = match self {
            Self::Empty | Self::Other => 0,
            Self::Dot => 1,
            Self::DotDot => 2,
        };
        (0..dots).for_each(|_| out.push(b'.'));
    }
}

/// Where a normalized path goes.
pub(super) trait Output {
    fn push(&mut self, byte: u8);

    /// Bytes without a slash.
    fn push_ordinary(&mut self, bytes: &[u8]);

    /// Of a path that ends in a slash, drops what is behind the slash before it.
    fn drop_segment(&mut self) -> Option<()>;
}

impl Output for Vec<u8> {
    #[inline]
    fn push(&mut self, byte: u8) {
        Self::push(self, byte);
    }

    #[inline]
    fn push_ordinary(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn drop_segment(&mut self) -> Option<()> {
        let (_, head) = self.split_last()?;
        let end = head.iter().rposition(|byte| *byte == b'/')? + 1;
        self.truncate(end);
        Some(())
    }
}

/// How many slashes the path would hold: enough to know whether `..` goes above the root.
#[derive(Debug, Default)]
struct Depth(usize);

impl Output for Depth {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.0 += usize::from(byte == b'/');
    }

    #[inline]
    fn push_ordinary(&mut self, _: &[u8]) {}

    fn drop_segment(&mut self) -> Option<()> {
        self.0 = self.0.checked_sub(1).filter(|slashes| *slashes > 0)?;
        Some(())
    }
}
