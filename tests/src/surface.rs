//! The surfaces: each translates a row into calls and the answer back into the row's form.

use serde_json::Value;

use crate::row::{
    CacheRow, ClientIpRow, DestinationRow, ForwardedInput, GzipRow, HttpsRedirectRow, LocationsRow,
    NginxDestinationInput, NginxLocationInput, NginxRedirectInput, ProxyChainRow, RealipInput,
    RequestHeadRow, RequestLineRow, RequestTargetRow, RoutesRow, ServersRow,
};

pub mod c;
pub mod cli;
pub mod external;
pub mod rust;

/// One way to ask the SDK. Every method answers one value per row, in order.
pub trait Surface {
    /// Its name in reports.
    fn name(&self) -> &str;

    /// `client-ip.json`
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn client_ip(&self, rows: &[ClientIpRow]) -> Result<Vec<Value>, String>;

    /// `nginx-realip.json`
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn realip(&self, rows: &[RealipInput], rules: Rules) -> Result<Vec<Value>, String>;

    /// `nginx-forwarded.json`: the three X- fields.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn forwarded(&self, rows: &[ForwardedInput]) -> Result<Vec<Value>, String>;

    /// `destination.json`: the rows about a header that the surface has a rule for. `None`: this surface does not have the
    /// noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn destination(&self, _rows: &[DestinationRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `nginx-destination.json`: the lines that are sent on. `None`: this surface does not have
    /// the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn nginx_destination(
        &self,
        _rows: &[NginxDestinationInput],
        _rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `cache.json`, and `nginx-cache.json` in its form. `None`: this surface does not have the noun
    /// yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn cache(&self, _rows: &[CacheRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `gzip.json`, and `nginx-gzip.json` in its form. `None`: this surface does not have the noun
    /// yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn gzip(&self, _rows: &[GzipRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `https-redirect.json`. `None`: this surface does not have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn https_redirect(&self, _rows: &[HttpsRedirectRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `nginx-redirect.json`: the rows about the documented rule. `None`: this surface does not
    /// have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn nginx_redirect(
        &self,
        _rows: &[NginxRedirectInput],
        _rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `proxy-chain.json`. `None`: this surface does not have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn proxy_chain(&self, _rows: &[ProxyChainRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `request-target.json`. `None`: this surface does not have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn request_target(&self, _rows: &[RequestTargetRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `request-line.json`. `None`: this surface does not have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn request_line(&self, _rows: &[RequestLineRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `request-head.json`. `None`: this surface does not have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn request_head(&self, _rows: &[RequestHeadRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `servers.json`, and all fields of `nginx-forwarded.json` in its form. `None`: this surface
    /// does not have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn servers(&self, _rows: &[ServersRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `locations.json`. `None`: this surface does not have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn locations(&self, _rows: &[LocationsRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `routes.json`. `None`: this surface does not have the noun yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn routes(&self, _rows: &[RoutesRow]) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }

    /// `nginx-location.json`. `None`: this surface does not have the nouns yet.
    ///
    /// # Errors
    ///
    /// The surface could not be asked at all.
    fn nginx_location(
        &self,
        _rows: &[NginxLocationInput],
        _rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        Ok(None)
    }
}

/// The versions of nginx that rows were recorded from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rules {
    /// 1.31.5
    Current,
    /// 1.22.1
    V1_22,
}

/// The surfaces with these names, comma-separated; `NAME=COMMAND` is an external one. `None` for a
/// name that is none.
#[must_use]
pub fn by_names(names: &str) -> Option<Vec<Box<dyn Surface>>> {
    names.split(',').map(by_name).collect()
}

fn by_name(name: &str) -> Option<Box<dyn Surface>> {
    match name {
        "c" => Some(Box::new(c::C)),
        "cli" => Some(Box::new(cli::Cli)),
        "rust" => Some(Box::new(rust::Rust)),
        _ => {
            let (name, command) = name.split_once('=')?;
            Some(Box::new(external::External::new(name, command)))
        }
    }
}
