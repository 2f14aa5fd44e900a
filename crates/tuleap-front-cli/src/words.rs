//! The words of options, on the command line and in JSON alike.

use clap::ValueEnum;
use serde::Deserialize;
use tuleap_front as sdk;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident => $type:ty { $($(#[$attribute:meta])* $variant:ident => $value:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ValueEnum)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum $name {
            $($(#[$attribute])* $variant,)*
        }

        impl From<$name> for $type {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$variant => $value,)*
                }
            }
        }
    };
}

words! {
    /// A configuration of the deployment guide.
    Guide => sdk::Guide {
        Distributed => sdk::Guide::Distributed,
        ReverseProxy => sdk::Guide::ReverseProxy,
    }
}

words! {
    /// Which nginx, where versions differ.
    Nginx => sdk::NginxRules {
        Current => sdk::NginxRules::Current,
        #[value(name = "1.22")]
        #[serde(rename = "1.22")]
        V122 => sdk::NginxRules::V1_22,
    }
}

words! {
    /// What a client speaks.
    Scheme => sdk::Scheme {
        Http => sdk::Scheme::Http,
        Https => sdk::Scheme::Https,
    }
}

words! {
    /// What becomes of a Destination on another server.
    Foreign => sdk::ForeignDestination {
        Pass => sdk::ForeignDestination::Pass,
        Reject => sdk::ForeignDestination::Reject,
    }
}

words! {
    /// What becomes of a path alone.
    Path => sdk::PathAbsolute {
        Keep => sdk::PathAbsolute::Keep,
        Promote => sdk::PathAbsolute::Promote,
    }
}

words! {
    /// The status of a redirect.
    RedirectStatus => sdk::RedirectStatus {
        BySafety => sdk::RedirectStatus::BySafety,
        Found => sdk::RedirectStatus::Found,
        MovedPermanently => sdk::RedirectStatus::MovedPermanently,
        PermanentRedirect => sdk::RedirectStatus::PermanentRedirect,
        SeeOther => sdk::RedirectStatus::SeeOther,
        TemporaryRedirect => sdk::RedirectStatus::TemporaryRedirect,
    }
}

words! {
    /// What becomes of a user's own pages over https.
    Secrets => sdk::Secrets {
        Compress => sdk::Secrets::Compress,
        Identity => sdk::Secrets::Identity,
    }
}

/// For people, or one JSON object.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    Json,
    Text,
}

/// Bytes of a text with one code point up to U+00FF each, as Node and recorded rows write them.
pub(crate) fn from_latin1(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?')).collect()
}

/// The text that stands for these bytes.
pub(crate) fn to_latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// A code without its noun, as recorded rows have it.
pub(crate) fn without_noun(code: &str) -> &str {
    code.rsplit('/').next().unwrap_or(code)
}

/// The answer to a configuration that is refused, with the place and what to write.
macro_rules! config_error {
    ($error:expr) => {{
        let error = $error;
        ::serde_json::json!({ "config_error": {
            "code": $crate::words::without_noun(error.code()), "entry": error.entry(), "line": error.line(),
            "column": error.column(), "offset": error.offset(), "length": error.length(),
            "hint": error.hint(), "message": error.to_string(),
        } })
    }};
}

pub(crate) use config_error;
