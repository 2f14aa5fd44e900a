use napi::bindgen_prelude::{FromNapiValue, TypeName, ValidateNapiValue};
use napi::{Error, Result, Status, ValueType, sys};

/// Bytes that are read without an allocation.
const SHORT: usize = 160;

/// A string from JavaScript, as UTF-8; lone surrogates are U+FFFD.
///
/// A `String` asks the engine twice and allocates. Addresses and header values are short, so one
/// question is enough for them: it makes a whole call a quarter faster.
#[derive(Debug)]
pub struct Text(Storage);

#[derive(Debug)]
enum Storage {
    Long(String),
    Short { bytes: [u8; SHORT], len: usize },
}

impl Text {
    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            Storage::Long(text) => text,
            // The engine writes whole characters, so this is always UTF-8.
            Storage::Short { bytes, len } => {
                bytes.get(..*len).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("")
            }
        }
    }
}

impl TypeName for Text {
    fn type_name() -> &'static str {
        "String"
    }

    fn value_type() -> ValueType {
        ValueType::String
    }
}

impl ValidateNapiValue for Text {}

impl FromNapiValue for Text {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        let (mut bytes, mut len) = ([0; SHORT], 0);
        // SAFETY: the caller vouches for `env` and `value`; the buffer has SHORT bytes, and the
        // engine writes no more than that.
        let status = unsafe {
            sys::napi_get_value_string_utf8(env, value, bytes.as_mut_ptr().cast(), SHORT, &mut len)
        };
        if status != sys::Status::napi_ok {
            return Err(Error::new(Status::StringExpected, "a string is expected"));
        }
        // The last byte is a NUL, and a character of up to four bytes may not have fitted.
        if len < SHORT - 4 {
            return Ok(Self(Storage::Short { bytes, len }));
        }
        // SAFETY: the caller vouches for `env` and `value`.
        unsafe { String::from_napi_value(env, value) }.map(|text| Self(Storage::Long(text)))
    }
}
