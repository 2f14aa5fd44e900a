use std::collections::BinaryHeap;

/// The values in their order. What is sorted here belongs to a configuration.
pub(crate) fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    // A page loads the code, and that of a heap is a tenth of the fastest way's.
    if cfg!(target_family = "wasm") {
        return BinaryHeap::from(values).into_sorted_vec();
    }
    values.sort_unstable();
    values
}
