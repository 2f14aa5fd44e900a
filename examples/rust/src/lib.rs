//! A small reverse proxy on `tuleap-front`, and the demo that drives it.
//!
//! [`Front`] listens for HTTP and HTTPS, decides with the SDK who the client is and how it
//! reached the site, tells so to the backend, and keeps from it what a client wrote itself. It
//! can send to HTTPS who comes by HTTP, and maps where COPY and MOVE go. With
//! [routes](FrontConfig::with_routes) there is a backend for each part of the site, and files are
//! sent from where the routes say.
//!
//! ```
//! use std::net::{Ipv4Addr, SocketAddr};
//!
//! use tuleap_front::ClientIpResolver;
//! use tuleap_front_example::{Front, FrontConfig};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let backend = SocketAddr::from((Ipv4Addr::LOCALHOST, 8000));
//! let resolver = ClientIpResolver::new("127.0.0.1, 192.168.0.0/24".parse()?);
//! let front = Front::start(FrontConfig::new(backend, resolver)).await?;
//! println!("http://{} https://{}", front.http_addr(), front.https_addr());
//! front.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It is small on purpose. Upgrades (WebSocket) are not passed on, a connection serves one
//! request to the backend, and a slow body is bounded by the number of connections only. A file is
//! sent whole, whatever part or version of it is asked for. FastCGI is not spoken: where the routes
//! say `fastcgi`, a server that speaks HTTP stands in.
#![forbid(unsafe_code)]

mod backend;
pub mod demo;
mod exchange;
mod files;
mod front;
mod hop_by_hop;
mod reply;
mod routing;
mod server;
mod tls;
mod upstream;

pub use backend::Backend;
pub use exchange::Exchange;
pub use front::{Front, FrontConfig, StartError};
pub use server::Limits;
