//! The WASM module under the npm package `tuleap-front-wasm`.
//!
//! The functions of `tuleap-front-js`, one by one, under the names that the native module of
//! `bindings/node` has: a text in, a text or a handle out. `bindings/node/shared/api` makes
//! classes of them and is what people call. A panic is a trap, which it turns into an exception.
//!
//! What is not exported is not linked, so a page that needs less builds a smaller module: the
//! features say what is in it.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

/// What is thrown: the problem as JSON.
type Thrown = String;

/// Classes of JavaScript that hold a value of ours.
macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        $($(#[$doc])*
        #[wasm_bindgen]
        #[derive(Debug)]
        pub struct $name(pub(crate) tuleap_front_js::$name);)*
    };
}
use handles;

#[cfg(feature = "cache")]
pub mod cache;
pub mod client_ip;
#[cfg(feature = "destination")]
pub mod destination;
#[cfg(feature = "explain")]
pub mod explain;
#[cfg(feature = "gzip")]
pub mod gzip;
#[cfg(feature = "heads")]
pub mod heads;
#[cfg(feature = "origin")]
pub mod origin;
#[cfg(feature = "redirect")]
pub mod redirect;
#[cfg(feature = "routes")]
pub mod routes;
#[cfg(feature = "servers")]
pub mod servers;

/// The version.
#[wasm_bindgen]
pub fn version() -> String {
    js::VERSION.to_owned()
}

/// The names that answers refer to.
#[wasm_bindgen]
pub fn names() -> String {
    js::names()
}
