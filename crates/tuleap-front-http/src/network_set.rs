//! A set of address ranges with one question: is this address inside?
//!
//! The ranges are sorted, disjoint and merged. A few are compared one after the other; many are
//! found through a table over the bits that follow the prefix common to all of them, so that a
//! question costs one table entry and a short search whatever the size of the list.

use std::fmt::Debug;

/// The bits of one address family.
pub(crate) trait Address: Copy + Debug + Ord {
    const BITS: u32;
    fn wrapping_add(self, other: Self) -> Self;
    fn wrapping_sub(self, other: Self) -> Self;
    fn checked_add_one(self) -> Option<Self>;
    /// Leading bits that both have in common.
    fn common_bits(self, other: Self) -> u32;
    /// `bits` bits that follow the first `skip` bits.
    fn slot(self, skip: u32, bits: u32) -> usize;
}

macro_rules! address {
    ($type:ty) => {
        impl Address for $type {
            const BITS: u32 = <$type>::BITS;

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
            fn slot(self, skip: u32, bits: u32) -> usize {
                ((self << skip) >> (<$type>::BITS - bits)) as usize
            }
        }
    };
}
address!(u32);
address!(u128);

/// Sorted, disjoint, non-adjacent ranges of one family.
#[derive(Clone, Debug)]
pub(crate) struct NetworkSet<A> {
    /// First address of each range and how many follow it.
    ranges: Box<[(A, A)]>,
    table: Option<Table<A>>,
}

/// For each slot, the number of ranges that start before it.
#[derive(Clone, Debug)]
struct Table<A> {
    starts: Box<[u32]>,
    low: A,
    span: A,
    skip: u32,
    bits: u32,
}

/// Up to so many ranges are compared in turn.
const LINEAR: usize = 8;

impl<A: Address> NetworkSet<A> {
    /// Builds the set from inclusive ranges in any order; they may overlap.
    pub(crate) fn from_ranges(mut ranges: Vec<(A, A)>) -> Self {
        ranges.sort_unstable();
        ranges.dedup_by(|next, kept| {
            let touches = kept.1.checked_add_one().is_none_or(|after| next.0 <= after);
            if touches {
                kept.1 = kept.1.max(next.1);
            }
            touches
        });
        let table = Table::build(&ranges);
        let ranges = ranges.iter().map(|(low, high)| (*low, high.wrapping_sub(*low))).collect();
        Self { ranges, table }
    }

    #[inline]
    pub(crate) fn contains(&self, address: A) -> bool {
        match &self.table {
            None => self.ranges.iter().any(|range| is_inside(range, address)),
            Some(table) => table.contains(&self.ranges, address),
        }
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

impl<A: Address> Table<A> {
    fn build(ranges: &[(A, A)]) -> Option<Self> {
        if ranges.len() <= LINEAR {
            return None;
        }
        let (low, high) = (ranges.first()?.0, ranges.last()?.1);
        let skip = low.common_bits(high);
        // Two slots to a range, so that a slot seldom holds more than one.
        let bits = (usize::BITS - ranges.len().leading_zeros() + 1).min(A::BITS - skip).min(20);
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for (start, _) in ranges {
            if let Some(count) = starts.get_mut(start.slot(skip, bits) + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for count in &mut starts {
            before += *count;
            *count = before;
        }
        Some(Self { starts: starts.into(), low, span: high.wrapping_sub(low), skip, bits })
    }

    #[inline]
    fn contains(&self, ranges: &[(A, A)], address: A) -> bool {
        // Outside of all ranges; inside, the common prefix is given.
        if address.wrapping_sub(self.low) > self.span {
            return false;
        }
        let slot = address.slot(self.skip, self.bits);
        let Some([first, last]) = self.starts.get(slot..slot + 2) else { return false };
        let (first, last) = (*first as usize, *last as usize);
        let Some(here) = ranges.get(first..last) else { return false };
        let at = first + here.partition_point(|(start, _)| *start <= address);
        // The last range that starts at or before the address, perhaps in an earlier slot.
        at.checked_sub(1)
            .and_then(|at| ranges.get(at))
            .is_some_and(|range| is_inside(range, address))
    }
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
