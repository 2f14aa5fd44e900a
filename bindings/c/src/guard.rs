//! The one place where a panic is met.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::status::tuleap_front_status as Status;

/// What a C function returns when it cannot do its work.
pub(crate) trait Failed {
    fn failed(status: Status) -> Self;
}

impl Failed for isize {
    fn failed(status: Status) -> Self {
        status as Self
    }
}

impl Failed for i32 {
    fn failed(status: Status) -> Self {
        status as Self
    }
}

impl<T> Failed for *mut T {
    fn failed(_: Status) -> Self {
        std::ptr::null_mut()
    }
}

impl Failed for () {
    fn failed(_: Status) -> Self {}
}

/// Runs the body of a C function: a panic becomes a status, and so does an early end.
#[inline]
pub(crate) fn guard<R: Failed>(body: impl FnOnce() -> Result<R, Status>) -> R {
    let body = || {
        #[cfg(feature = "panic-test")]
        panic_on_demand();
        body()
    };
    catch_unwind(AssertUnwindSafe(body))
        .unwrap_or(Err(Status::TULEAP_FRONT_STATUS_PANIC))
        .unwrap_or_else(R::failed)
}

/// For tests of bindings: every function panics while the environment holds the name.
#[cfg(feature = "panic-test")]
#[expect(clippy::panic, reason = "that is what is tested")]
fn panic_on_demand() {
    if std::env::var_os("TULEAP_FRONT_PANIC_TEST").is_some() {
        panic!("on purpose");
    }
}

/// A handle of the caller's.
pub(crate) unsafe fn handle<'a, T>(handle: *const T) -> Result<&'a T, Status> {
    // SAFETY: a handle is NULL or came from this library and was not freed: the header says so.
    unsafe { handle.as_ref() }.ok_or(Status::TULEAP_FRONT_STATUS_NULL)
}

/// Writes through an out-pointer of the caller's; NULL is one that was not wanted.
pub(crate) unsafe fn store<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: the pointer is not NULL, and the caller vouches that it may be written.
        unsafe { out.write(value) };
    }
}

/// Gives a handle away.
pub(crate) fn give<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Takes a handle back.
pub(crate) unsafe fn take<T>(handle: *mut T) {
    guard(|| {
        if !handle.is_null() {
            // SAFETY: the handle came from `give` and is freed once: the header says so.
            drop(unsafe { Box::from_raw(handle) });
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status() {
        let status: isize = guard(|| panic!("on purpose"));
        assert_eq!(status, Status::TULEAP_FRONT_STATUS_PANIC as isize);
        let handle: *mut u8 = guard(|| panic!("on purpose"));
        assert!(handle.is_null());
    }
}
