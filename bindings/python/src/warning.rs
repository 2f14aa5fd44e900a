use pyo3::prelude::*;
use tuleap_front::{ResolverWarning, TrustedProxiesWarning, TuleapCompatWarning};

/// Something risky about a configuration that was accepted all the same.
#[pyclass(frozen, eq, hash, get_all, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ConfigWarning {
    /// The stable name, such as "trusted-proxies/very-wide".
    code: &'static str,
    /// What is risky, and what to do about it.
    message: String,
    /// Which entry of the list, from 0; None where it is not about one.
    entry: Option<usize>,
    /// Where the entry starts, in bytes of the text's UTF-8 form; None where it is not known.
    offset: Option<usize>,
    /// How many bytes the entry has; None where it is not known.
    length: Option<usize>,
}

#[pymethods]
impl ConfigWarning {
    fn __str__(&self) -> &str {
        &self.message
    }

    fn __repr__(&self) -> String {
        format!("<ConfigWarning {}: {}>", self.code, self.message)
    }
}

impl From<&TrustedProxiesWarning> for ConfigWarning {
    fn from(warning: &TrustedProxiesWarning) -> Self {
        Self {
            code: warning.code(),
            message: warning.to_string(),
            entry: Some(warning.entry()),
            offset: Some(warning.offset()),
            length: Some(warning.length()),
        }
    }
}

impl From<&ResolverWarning> for ConfigWarning {
    fn from(warning: &ResolverWarning) -> Self {
        let (code, message) = (warning.code(), warning.to_string());
        Self { code, message, entry: None, offset: None, length: None }
    }
}

impl From<&TuleapCompatWarning> for ConfigWarning {
    fn from(warning: &TuleapCompatWarning) -> Self {
        let entry = match warning {
            TuleapCompatWarning::NotAnIpv4Network { entry } => Some(*entry),
            _ => None,
        };
        let (code, message) = (warning.code(), warning.to_string());
        Self { code, message, entry, offset: None, length: None }
    }
}
