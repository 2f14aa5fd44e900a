//! Real servers with our modules in them, for as long as a test runs: nginx and Apache in a folder
//! of their own, a backend that tells what it was sent, a client that sends any bytes.
//!
//! What is under test is named by the environment, which `cargo xtask test` sets:
//!
//! | variable | what it names |
//! |---|---|
//! | `TULEAP_FRONT_NGINX` | the program; `nginx` if it is not set |
//! | `TULEAP_FRONT_NGINX_MODULE` | the module, or `static` if it is part of the program |
//! | `TULEAP_FRONT_APACHE` | the program; `apache2` if it is not set |
//! | `TULEAP_FRONT_APACHE_MODULE` | the module |
//! | `TULEAP_FRONT_UNDER` | `valgrind`: the servers run under it; `sanitizers`: they have them |

pub mod apache;
pub mod backend;
pub mod certificate;
pub mod client;
pub mod fastcgi;
pub mod folder;
pub mod fpm;
pub mod http2;
pub mod load;
pub mod log;
pub mod message;
pub mod nginx;
pub mod places;
pub mod process;
pub mod rows;
pub mod told;
pub mod wire;

/// An error in words.
pub type Fallible<T> = Result<T, String>;

/// An I/O error in words, with what was tried.
pub fn at<E: std::fmt::Display>(what: impl std::fmt::Display) -> impl FnOnce(E) -> String {
    move |error| format!("{what}: {error}")
}
