use serde::Serialize;
use tuleap_front::{
    AllowedHostsError, CacheLevelsError, CachePolicyError, DestinationOriginError, ExpiresError,
    ForwardingHeaderError, GzipPolicyError, HttpsOriginError, LocationsError, NginxRealipError,
    NginxServersError, PeerError, ProxyChainError, ResolverWarning, RoutesError,
    TrustedProxiesError, TrustedProxiesWarning, TuleapCompatWarning,
};

/// An error or a warning, as JavaScript reads it.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Problem(Box<Fields>);

/// What is not known is left out. Entries count from 0, lines and columns from 1, offsets and
/// lengths in bytes of UTF-8.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset_in_entry: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl Fields {
    fn new(code: &'static str, message: impl ToString) -> Self {
        Self { code, message: message.to_string(), ..Self::default() }
    }
}

impl From<Fields> for Problem {
    fn from(fields: Fields) -> Self {
        Self(Box::new(fields))
    }
}

impl Problem {
    /// A word that has no meaning here.
    pub(crate) fn argument(message: &str) -> Self {
        Fields::new("abi/argument", message).into()
    }

    /// The peer is neither an address nor `unix:`.
    pub(crate) fn peer() -> Self {
        PeerError::NotAnAddress.into()
    }
}

/// The JSON form: what is thrown across the border.
impl From<Problem> for String {
    fn from(problem: Problem) -> Self {
        crate::json(&problem)
    }
}

macro_rules! located {
    ($($error:ty),*) => {
        $(impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                Fields {
                    hint: Some(error.hint().to_owned()),
                    entry: Some(error.entry()),
                    offset: Some(error.offset()),
                    offset_in_entry: Some(error.offset_in_entry()),
                    length: Some(error.length()),
                    line: Some(error.line()),
                    column: Some(error.column()),
                    ..Fields::new(error.code(), error)
                }
                .into()
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

impl From<&TrustedProxiesWarning> for Problem {
    fn from(warning: &TrustedProxiesWarning) -> Self {
        Fields {
            entry: Some(warning.entry()),
            offset: Some(warning.offset()),
            length: Some(warning.length()),
            ..Fields::new(warning.code(), warning)
        }
        .into()
    }
}

impl From<&ResolverWarning> for Problem {
    fn from(warning: &ResolverWarning) -> Self {
        Fields::new(warning.code(), warning).into()
    }
}

impl From<ForwardingHeaderError> for Problem {
    fn from(error: ForwardingHeaderError) -> Self {
        Fields::new(error.code(), error).into()
    }
}

impl From<PeerError> for Problem {
    fn from(error: PeerError) -> Self {
        Fields::new(error.code(), error).into()
    }
}

impl From<AllowedHostsError> for Problem {
    fn from(error: AllowedHostsError) -> Self {
        let entry = match error {
            AllowedHostsError::Host { entry } => Some(entry),
            _ => None,
        };
        Fields { entry, ..Fields::new(error.code(), error) }.into()
    }
}

impl From<DestinationOriginError> for Problem {
    fn from(error: DestinationOriginError) -> Self {
        Fields {
            hint: Some(error.hint().to_owned()),
            entry: Some(error.entry()),
            ..Fields::new(error.code(), error)
        }
        .into()
    }
}

macro_rules! hinted {
    ($($error:ty),*) => {
        $(impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                Fields { hint: Some(error.hint().to_owned()), ..Fields::new(error.code(), error) }
                    .into()
            }
        })*
    };
}
hinted!(CacheLevelsError, ExpiresError, HttpsOriginError);

impl From<NginxRealipError> for Problem {
    fn from(error: NginxRealipError) -> Self {
        let entry = match error {
            NginxRealipError::Entry { entry } => Some(entry),
            _ => None,
        };
        Fields { entry, ..Fields::new(error.code(), error) }.into()
    }
}

impl From<&TuleapCompatWarning> for Problem {
    fn from(warning: &TuleapCompatWarning) -> Self {
        let entry = match warning {
            TuleapCompatWarning::NotAnIpv4Network { entry } => Some(*entry),
            _ => None,
        };
        Fields { entry, ..Fields::new(warning.code(), warning) }.into()
    }
}
