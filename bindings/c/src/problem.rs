use std::ffi::c_char;
use std::fmt::Display;
use std::str::FromStr;

use tuleap_front::{
    CachePolicyError, DestinationOriginError, ExpiresError, GzipPolicyError, HttpsOriginError,
    LocationsError, NginxServersError, ProxyChainError, RoutesError, TrustedProxiesError,
};

use crate::guard::{give, guard, store};
use crate::output::copy_message;
use crate::status::tuleap_front_status as Status;

/// What is wrong with a configuration text, and where. Entries count from 0, lines and columns
/// from 1, offsets and lengths in bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_problem {
    /// A tuleap_front_status.
    pub status: isize,
    /// Which entry; SIZE_MAX where none is to blame.
    pub entry: usize,
    /// Where the faulty part starts in the text.
    pub offset: usize,
    /// Where the faulty part starts in its entry.
    pub offset_in_entry: usize,
    /// How long the faulty part is.
    pub length: usize,
    /// The line; 0 where the place is not known: then the other numbers of it are 0, too.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// Where in the whole message the hint starts, which says what to write instead.
    pub hint_offset: usize,
    /// The length of the whole message.
    pub message_len: usize,
}

/// Where a function reports a problem: a struct and a buffer, each of which may be NULL.
pub(crate) struct Sink {
    pub(crate) problem: *mut tuleap_front_problem,
    pub(crate) message: *mut c_char,
    pub(crate) cap: usize,
}

impl tuleap_front_problem {
    /// A problem of which only the entry is known.
    pub(crate) fn new(status: Status, entry: usize) -> Self {
        Self {
            status: status as isize,
            entry,
            offset: 0,
            offset_in_entry: 0,
            length: 0,
            line: 0,
            column: 0,
            hint_offset: 0,
            message_len: 0,
        }
    }
}

macro_rules! located {
    ($($error:ty),*) => {
        $(impl From<&$error> for tuleap_front_problem {
            fn from(error: &$error) -> Self {
                Self {
                    offset: error.offset(),
                    offset_in_entry: error.offset_in_entry(),
                    length: error.length(),
                    line: error.line(),
                    column: error.column(),
                    hint_offset: error.to_string().len() - error.hint().len(),
                    ..Self::new(error.fault().into(), error.entry())
                }
            }
        })*
    };
}
located!(
    CachePolicyError,
    GzipPolicyError,
    LocationsError,
    NginxServersError,
    ProxyChainError,
    RoutesError,
    TrustedProxiesError
);

macro_rules! placeless {
    ($($error:ty),*) => {
        $(impl From<$error> for tuleap_front_problem {
            fn from(error: $error) -> Self {
                Self {
                    hint_offset: error.to_string().len() - error.hint().len(),
                    ..Self::new(error.into(), usize::MAX)
                }
            }
        })*
    };
}
placeless!(ExpiresError, HttpsOriginError);

impl From<&DestinationOriginError> for tuleap_front_problem {
    fn from(error: &DestinationOriginError) -> Self {
        Self {
            hint_offset: error.to_string().len() - error.hint().len(),
            ..Self::new(error.fault().into(), error.entry())
        }
    }
}

impl Sink {
    /// For the time until something better is known: what a panic would leave behind.
    pub(crate) unsafe fn begin(&self) {
        // SAFETY: as for `report`.
        unsafe { self.refuse(Status::TULEAP_FRONT_STATUS_PANIC, "a fault of the library") };
    }

    /// Writes the problem and its message, and returns its status.
    pub(crate) unsafe fn report(&self, problem: tuleap_front_problem, message: &str) -> Status {
        // SAFETY: the caller of the C function vouches for the pointer.
        unsafe {
            store(self.problem, tuleap_front_problem { message_len: message.len(), ..problem })
        };
        // SAFETY: the caller of the C function vouches for the buffer.
        unsafe { copy_message(message, self.message, self.cap) };
        // The functions that report return a handle, for which any failure is NULL.
        Status::TULEAP_FRONT_STATUS_OTHER
    }

    /// Reports what is wrong with no entry, but with the whole or with the call itself.
    pub(crate) unsafe fn refuse(&self, status: Status, message: &str) -> Status {
        // SAFETY: as for `report`.
        unsafe { self.report(tuleap_front_problem::new(status, usize::MAX), message) }
    }
}

impl Sink {
    /// Reads a configuration text, UTF-8, into a handle; what is wrong with it is reported.
    /// `not_utf8`: what is said where it is not.
    pub(crate) unsafe fn read<T, H>(
        &self,
        text: &[u8],
        not_utf8: &str,
        handle: impl FnOnce(T) -> H,
    ) -> *mut H
    where
        T: FromStr<Err: Display>,
        for<'e> tuleap_front_problem: From<&'e T::Err>,
    {
        // SAFETY: as for `report`.
        unsafe { self.begin() };
        guard(|| {
            let Ok(text) = std::str::from_utf8(text) else {
                let status = Status::TULEAP_FRONT_STATUS_NOT_UTF8;
                // SAFETY: as for `report`.
                return Err(unsafe { self.refuse(status, not_utf8) });
            };
            match text.parse() {
                Ok(value) => Ok(give(handle(value))),
                Err(error) => {
                    let problem = tuleap_front_problem::from(&error);
                    // SAFETY: as for `report`.
                    Err(unsafe { self.report(problem, &error.to_string()) })
                }
            }
        })
    }
}
