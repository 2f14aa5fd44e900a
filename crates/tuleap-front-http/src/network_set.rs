//! A set of address ranges with one question: is this address inside?
//!
//! The ranges are sorted, disjoint and merged. A table over the bits that follow the prefix
//! common to all of them leads to the few that can hold an address, and these are compared
//! without a branch: a question costs the same whatever the size of the list.

use std::fmt::Debug;

use crate::sorted::sorted;

/// The bits of one address family.
pub(crate) trait Address: Copy + Debug + Ord {
    const BITS: u32;
    const ZERO: Self;
    fn wrapping_add(self, other: Self) -> Self;
    fn wrapping_sub(self, other: Self) -> Self;
    fn checked_add_one(self) -> Option<Self>;
    /// Leading bits that both have in common.
    fn common_bits(self, other: Self) -> u32;
    /// The 32 bits that follow the first `skip` bits.
    fn head(self, skip: u32) -> u32;
}

macro_rules! address {
    ($type:ty) => {
        impl Address for $type {
            const BITS: u32 = <$type>::BITS;
            const ZERO: Self = 0;

            fn wrapping_add(self, other: Self) -> Self {
                <$type>::wrapping_add(self, other)
            }

            #[inline]
            fn wrapping_sub(self, other: Self) -> Self {
                <$type>::wrapping_sub(self, other)
            }

            fn checked_add_one(self) -> Option<Self> {
                self.checked_add(1)
            }

            fn common_bits(self, other: Self) -> u32 {
                (self ^ other).leading_zeros()
            }

            #[inline]
            fn head(self, skip: u32) -> u32 {
                ((self << skip) >> (<$type>::BITS - 32)) as u32
            }
        }
    };
}
address!(u32);
address!(u128);

/// Sorted, disjoint, non-adjacent ranges of one family.
#[derive(Clone, Debug)]
pub(crate) struct NetworkSet<A> {
    /// From the lowest address to the highest: most strangers are outside.
    hull: Range<A>,
    ranges: Box<[Range<A>]>,
    table: Option<Table>,
}

/// The first address, and how many follow it.
type Range<A> = (A, A);

/// For each slot the first of [`NEAR`] ranges that can hold its addresses.
#[derive(Clone, Debug)]
struct Table {
    slots: Box<[u32]>,
    skip: u32,
    shift: u32,
}

/// So many ranges are compared for one address.
const NEAR: usize = 4;

/// A slot with more ranges than that, beyond every list: the whole list is searched.
const CROWDED: u32 = u32::MAX >> 1;

impl<A: Address> NetworkSet<A> {
    /// Builds the set from inclusive ranges in any order; they may overlap.
    pub(crate) fn from_ranges(mut ranges: Vec<(A, A)>) -> Self {
        ranges = sorted(ranges);
        ranges.dedup_by(|next, kept| {
            let touches = kept.1.checked_add_one().is_none_or(|after| next.0 <= after);
            if touches {
                kept.1 = kept.1.max(next.1);
            }
            touches
        });
        let lowest = ranges.first().map_or(A::ZERO, |range| range.0);
        let highest = ranges.last().map_or(A::ZERO, |range| range.1);
        let table = Table::build(&ranges, lowest.common_bits(highest));
        let span = |(low, high): &(A, A)| (*low, high.wrapping_sub(*low));
        let hull = span(&(lowest, highest));
        Self { hull, ranges: ranges.into_iter().map(|range| span(&range)).collect(), table }
    }

    #[inline]
    pub(crate) fn contains(&self, address: A) -> bool {
        is_inside(&self.hull, address) && (self.ranges.len() == 1 || self.finds(address))
    }

    /// Is the address in a range? Not inlined, so that the question before it is.
    #[inline(never)]
    fn finds(&self, address: A) -> bool {
        match &self.table {
            None => is_in_one_of(&self.ranges, address),
            Some(table) => {
                let first = table.first(address);
                match self.ranges.get(first..first + NEAR) {
                    Some(near) => is_in_one_of(near, address),
                    None => self.search(address),
                }
            }
        }
    }

    #[cold]
    fn search(&self, address: A) -> bool {
        let after = self.ranges.partition_point(|(start, _)| *start <= address);
        after
            .checked_sub(1)
            .and_then(|at| self.ranges.get(at))
            .is_some_and(|range| is_inside(range, address))
    }

    /// Is every address of the family inside?
    pub(crate) fn is_everything(&self) -> bool {
        self.ranges.first().is_some_and(|(_, span)| span.checked_add_one().is_none())
    }

    /// The ranges as inclusive pairs, lowest first.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (A, A)> {
        self.ranges.iter().map(|(low, span)| (*low, low.wrapping_add(*span)))
    }
}

impl Table {
    fn build<A: Address>(ranges: &[(A, A)], skip: u32) -> Option<Self> {
        let last_window = ranges.len().checked_sub(NEAR).filter(|more| *more > 0)?;
        // Two slots to a range, so that a slot seldom holds more than one.
        let bits = (usize::BITS - ranges.len().leading_zeros() + 1).min(A::BITS - skip).min(20);
        let shift = 32 - bits;
        let mut rest =
            ranges.iter().map(|(start, _)| (start.head(skip) >> shift) as usize).peekable();
        let mut before = 0_usize;
        let slots = (0..1_usize << bits).map(|slot| {
            let mut starts = 0;
            while rest.next_if_eq(&slot).is_some() {
                starts += 1;
            }
            // The range that reaches into the slot, and those that start in it.
            let first = before.saturating_sub(1);
            before += starts;
            if before - first > NEAR { CROWDED } else { first.min(last_window) as u32 }
        });
        Some(Self { slots: slots.collect(), skip, shift })
    }

    #[inline]
    fn first<A: Address>(&self, address: A) -> usize {
        let slot = address.head(self.skip) >> self.shift;
        self.slots.get(slot as usize).map_or(CROWDED, |first| *first) as usize
    }
}

#[inline]
fn is_in_one_of<A: Address>(ranges: &[Range<A>], address: A) -> bool {
    ranges.iter().fold(false, |found, range| found | is_inside(range, address))
}

#[inline]
fn is_inside<A: Address>((low, span): &(A, A), address: A) -> bool {
    address.wrapping_sub(*low) <= *span
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every size around the switch to a table answers as a plain scan does.
    #[test]
    fn table_equals_scan() {
        let mut state = 0x9e37_79b9_u32;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        };
        for size in (0..40).chain([200, 3_000]) {
            let ranges: Vec<(u32, u32)> = (0..size)
                .map(|_| (random() >> (random() % 12), random() >> 8 >> (random() % 24)))
                .map(|(low, span)| (low, low.saturating_add(span)))
                .collect();
            let set = NetworkSet::from_ranges(ranges.clone());
            let edges = ranges
                .iter()
                .flat_map(|(low, high)| [low.wrapping_sub(1), *low, *high, high.wrapping_add(1)]);
            for address in edges.chain((0..200).map(|_| random())).chain([0, u32::MAX]) {
                let expect = ranges.iter().any(|(low, high)| (low..=high).contains(&&address));
                assert_eq!(set.contains(address), expect, "{address} of {size}");
            }
        }
    }

    #[test]
    fn the_whole_space_is_one_range() {
        let set = NetworkSet::from_ranges(vec![(0, u128::MAX), (5, 6)]);
        assert!(set.contains(0) && set.contains(u128::MAX));
        assert_eq!(set.ranges().collect::<Vec<_>>(), [(0, u128::MAX)]);
    }
}
