//! Request lines, locations and routes.

use tuleap_front_js as js;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Thrown;

crate::handles! {
    /// Which location takes a path.
    Locations,
    /// Which server or file answers a path.
    Routes,
}

/// Reads locations.
#[wasm_bindgen]
pub fn locations(text: &str) -> Result<Locations, Thrown> {
    Ok(Locations(js::locations(text)?))
}

/// Compiles a list of locations.
#[wasm_bindgen(js_name = locationsOf)]
pub fn locations_of(list: &str) -> Result<Locations, Thrown> {
    Ok(Locations(js::locations_of(list)?))
}

/// The locations as text.
#[wasm_bindgen(js_name = locationsText)]
pub fn locations_text(locations: &Locations) -> String {
    locations.0.to_string()
}

/// The location that takes a path.
#[wasm_bindgen(js_name = locationsFind)]
pub fn locations_find(locations: &Locations, uri: &str) -> String {
    js::locations_find(&locations.0, uri)
}

/// What was compared.
#[wasm_bindgen(js_name = locationsExplain)]
pub fn locations_explain(locations: &Locations, uri: &str) -> String {
    js::locations_explain(&locations.0, uri)
}

/// Reads routes.
#[wasm_bindgen]
pub fn routes(text: &str) -> Result<Routes, Thrown> {
    Ok(Routes(js::routes(text)?))
}

/// The distributed set-up as it is right today.
#[wasm_bindgen(js_name = routesRecommended)]
pub fn routes_recommended() -> Routes {
    Routes(js::routes_recommended())
}

/// The locations of a guide.
#[wasm_bindgen(js_name = routesDocumented)]
pub fn routes_documented(guide: &str, root: &str) -> Result<Routes, Thrown> {
    Ok(Routes(js::routes_documented(guide, root)?))
}

/// The routes as text.
#[wasm_bindgen(js_name = routesText)]
pub fn routes_text(routes: &Routes) -> String {
    routes.0.to_string()
}

/// The names of the backends.
#[wasm_bindgen(js_name = routesBackends)]
pub fn routes_backends(routes: &Routes) -> String {
    js::routes_backends(&routes.0)
}

/// The way of a request.
#[wasm_bindgen(js_name = routesRoute)]
pub fn routes_route(routes: &Routes, asked: &str, merges: bool) -> Result<String, Thrown> {
    Ok(js::routes_route(&routes.0, asked, merges)?)
}

/// The explanation of the way of a request.
#[wasm_bindgen(js_name = routesExplain)]
pub fn routes_explain(routes: &Routes, asked: &str, merges: bool) -> Result<String, Thrown> {
    Ok(js::routes_explain(&routes.0, asked, merges)?)
}

/// Reads a request target.
#[wasm_bindgen(js_name = requestTarget)]
pub fn request_target(target: &str, merges: bool) -> String {
    js::request_target(target, merges)
}

/// Reads a request line.
#[wasm_bindgen(js_name = requestLine)]
pub fn request_line(line: &str, rules: &str, merges: bool) -> Result<String, Thrown> {
    Ok(js::request_line(line, rules, merges)?)
}

/// The numbers of the guide's ssh stream.
#[wasm_bindgen(js_name = sshDocumented)]
pub fn ssh_documented() -> String {
    js::ssh_documented()
}

/// The numbers of an ssh stream that are right today.
#[wasm_bindgen(js_name = sshRecommended)]
pub fn ssh_recommended() -> String {
    js::ssh_recommended()
}
