use std::ffi::c_char;
use std::slice;

use tuleap_front::RequestHeaders;

/// The version of this border. It changes with every change of a struct, a number or a signature.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_abi {
    /// The version this header describes.
    TULEAP_FRONT_ABI_VERSION = 1,
}

/// The version of the library's border: compare it with TULEAP_FRONT_ABI_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_abi_version() -> u32 {
    tuleap_front_abi::TULEAP_FRONT_ABI_VERSION as u32
}

/// The library's version, such as "0.1.0". Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Text that nobody copies: the caller's, for the time of the call, or what a struct says that it
/// points into.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_str {
    /// The first byte; may be NULL if len is 0.
    pub ptr: *const c_char,
    /// Bytes.
    pub len: usize,
}

/// One header line: the name as it was sent and the value without the blanks around it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_header {
    /// The field name.
    pub name: tuleap_front_str,
    /// The field value.
    pub value: tuleap_front_str,
}

/// The bytes of a text; NULL is an empty one.
pub(crate) unsafe fn bytes<'a>(ptr: *const c_char, len: usize) -> &'a [u8] {
    // SAFETY: the caller of the C function vouches for pointer and length.
    unsafe { optional_bytes(ptr, len) }.unwrap_or_default()
}

/// The bytes of a text; NULL is none.
pub(crate) unsafe fn optional_bytes<'a>(ptr: *const c_char, len: usize) -> Option<&'a [u8]> {
    if ptr.is_null() || isize::try_from(len).is_err() {
        return None;
    }
    // SAFETY: the pointer is not NULL, and the caller of the C function vouches for the length.
    Some(unsafe { slice::from_raw_parts(ptr.cast(), len) })
}

/// An array of the caller's; NULL is an empty one.
pub(crate) unsafe fn array<'a, T>(ptr: *const T, count: usize) -> &'a [T] {
    if ptr.is_null() {
        return &[];
    }
    // SAFETY: the pointer is not NULL, and the caller of the C function vouches for the count.
    unsafe { slice::from_raw_parts(ptr, count) }
}

impl tuleap_front_str {
    /// No text.
    pub(crate) const NONE: Self = Self { ptr: std::ptr::null(), len: 0 };

    pub(crate) fn get(&self) -> &[u8] {
        // SAFETY: such a value comes from the caller of a C function, who vouches for it.
        unsafe { bytes(self.ptr, self.len) }
    }
}

impl AsRef<[u8]> for tuleap_front_str {
    fn as_ref(&self) -> &[u8] {
        self.get()
    }
}

/// For the time that the bytes live.
impl From<&[u8]> for tuleap_front_str {
    fn from(bytes: &[u8]) -> Self {
        Self { ptr: bytes.as_ptr().cast(), len: bytes.len() }
    }
}

/// Header lines of the caller's.
pub(crate) struct Lines<'a>(pub(crate) &'a [tuleap_front_header]);

impl RequestHeaders for Lines<'_> {
    #[inline]
    fn values_from_last<'h>(
        &'h self,
        name: &'h tuleap_front::HeaderName,
    ) -> impl Iterator<Item = &'h [u8]> {
        let name: &[u8] = name.as_ref();
        // Most names differ in length, and then nothing is called.
        let is_named = move |line: &&tuleap_front_header| {
            line.name.len == name.len() && line.name.get().eq_ignore_ascii_case(name)
        };
        self.0.iter().rev().filter(is_named).map(|line| line.value.get())
    }

    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|line| (line.name.get(), line.value.get()))
    }
}

/// The values of the one header that is read, whatever its name.
pub(crate) struct Values<'a>(pub(crate) &'a [tuleap_front_str]);

impl RequestHeaders for Values<'_> {
    #[inline]
    fn values_from_last<'h>(
        &'h self,
        _: &'h tuleap_front::HeaderName,
    ) -> impl Iterator<Item = &'h [u8]> {
        self.0.iter().rev().map(tuleap_front_str::get)
    }

    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        std::iter::empty()
    }
}
