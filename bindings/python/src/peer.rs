//! An address as Python has it: `str`, `bytes` or an object of `ipaddress`.

use std::net::IpAddr;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyType};
use tuleap_front::{NginxAddr, Peer, PeerError};

use crate::error::Refusal;
use crate::text::{Text, wrong_type};

/// The socket's other end.
#[derive(Debug)]
pub(crate) enum PeerArgument<'py> {
    Address(IpAddr),
    Text(Text<'py>),
    /// `None`: the host program does not know it.
    Unknown,
}

impl PeerArgument<'_> {
    /// What is known of the peer; text that is no address is an unknown one.
    #[inline]
    pub(crate) fn peer(&self) -> Option<Peer> {
        match self {
            Self::Address(address) => Some(Peer::from(*address)),
            Self::Text(text) => Peer::parse(text.as_bytes()),
            Self::Unknown => None,
        }
    }

    /// The peer, which must be one.
    pub(crate) fn known(&self) -> PyResult<Peer> {
        Ok(self.peer().ok_or(PeerError::NotAnAddress).map_err(Refusal::from)?)
    }

    /// The address as nginx keeps it.
    pub(crate) fn nginx(&self) -> Option<NginxAddr> {
        match self {
            Self::Address(address) => Some(NginxAddr::from(*address)),
            Self::Text(text) => NginxAddr::parse(text.as_bytes()),
            Self::Unknown => None,
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for PeerArgument<'py> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() {
            return Ok(Self::Unknown);
        }
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Self::Text(Text::from_str(&text)));
        }
        if object.is_instance_of::<PyBytes>() {
            return Ok(Self::Text(Text::new(&object, "an address")?));
        }
        match address(&object)? {
            Some(address) => Ok(Self::Address(address)),
            None => Err(wrong_type(&object, "an address", "str, bytes, an ipaddress or None")),
        }
    }
}

/// The address of an object of `ipaddress`; a zone is not part of it.
fn address(object: &Bound<'_, PyAny>) -> PyResult<Option<IpAddr>> {
    static IPV4: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static IPV6: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = object.py();
    let is_address = object.is_instance(IPV4.import(py, "ipaddress", "IPv4Address")?)?
        || object.is_instance(IPV6.import(py, "ipaddress", "IPv6Address")?)?;
    if !is_address {
        return Ok(None);
    }
    let packed = object.getattr(intern!(py, "packed"))?.cast_into::<PyBytes>()?;
    let bytes = packed.as_bytes();
    let ipv4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    Ok(ipv4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok())
}
