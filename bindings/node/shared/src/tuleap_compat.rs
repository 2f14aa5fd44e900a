use serde::Serialize;
use tuleap_front::{ClientIpResolver, TuleapCompat};

use crate::client_ip::columns;
use crate::wire::{bytes, text};

/// Reads the text of `$sys_trusted_proxies` as Tuleap does.
#[must_use]
pub fn tuleap_compat(setting: &str) -> TuleapCompat {
    TuleapCompat::new(setting.as_bytes())
}

/// What Tuleap answers.
#[must_use]
pub fn compat_resolve(
    compat: &TuleapCompat,
    remote_addr: Option<&str>,
    forwarded_for: Option<&str>,
) -> String {
    let (remote_addr, forwarded_for) = (remote_addr.map(bytes), forwarded_for.map(bytes));
    text(compat.resolve(remote_addr.as_deref(), forwarded_for.as_deref()))
}

/// Both answers.
#[derive(Serialize)]
struct Comparison {
    compat: String,
    /// In columns.
    strict: String,
    differs: bool,
}

/// Both answers: JSON of [`Comparison`].
#[must_use]
pub fn compat_compare(
    compat: &TuleapCompat,
    resolver: &ClientIpResolver,
    remote_addr: Option<&str>,
    forwarded_for: Option<&str>,
) -> String {
    let (remote_addr, forwarded_for) = (remote_addr.map(bytes), forwarded_for.map(bytes));
    let both = compat.compare(resolver, remote_addr.as_deref(), forwarded_for.as_deref());
    crate::json(&Comparison {
        compat: text(both.compat()),
        strict: columns(&both.strict()),
        differs: both.differs(),
    })
}
