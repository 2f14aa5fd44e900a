use std::ffi::c_char;

use tuleap_front::{
    AllowedHostsError, ForwardingHeaderError, NginxRealipError, TrustedProxiesFault,
    TrustedProxiesWarningKind, TuleapCompatWarning,
};

macro_rules! statuses {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $code:literal;)*) => {
        /// Why a function did not do its work. Numbers are never used again for another thing.
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum tuleap_front_status {
            $($(#[$doc])* $variant = $number,)*
        }

        /// The stable name of a status, such as "trusted-proxies/prefix-range"; NULL for a number
        /// that is none. Static: not to be freed.
        #[unsafe(no_mangle)]
        pub extern "C" fn tuleap_front_status_code(status: isize) -> *const c_char {
            match status {
                $($number => concat!($code, "\0").as_ptr().cast(),)*
                _ => std::ptr::null(),
            }
        }

        /// The status with this stable name.
        pub(crate) fn by_code(code: &str) -> tuleap_front_status {
            match code {
                $($code => tuleap_front_status::$variant,)*
                _ => tuleap_front_status::TULEAP_FRONT_STATUS_OTHER,
            }
        }
    };
}

statuses! {
    /// All is well.
    TULEAP_FRONT_STATUS_OK = 0, "ok";
    /// A pointer that must not be NULL is.
    TULEAP_FRONT_STATUS_NULL = -1, "abi/null";
    /// A fault of the library: please report it.
    TULEAP_FRONT_STATUS_PANIC = -2, "abi/panic";
    /// A text that must be UTF-8 is not.
    TULEAP_FRONT_STATUS_NOT_UTF8 = -3, "abi/not-utf8";
    /// A number, a length or a flag that has no meaning here.
    TULEAP_FRONT_STATUS_ARGUMENT = -4, "abi/argument";
    /// An error that this version of the border has no number for; the message says which.
    TULEAP_FRONT_STATUS_OTHER = -5, "abi/other";
    /// The host is not an allowed one, or is no host: answer 400 or 421.
    TULEAP_FRONT_STATUS_HOST_REFUSED = -10, "origin/host-refused";
    /// No address is known.
    TULEAP_FRONT_STATUS_NO_ADDRESS = -11, "client-ip/no-address";
    /// Digits and dots, but not four numbers.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_IPV4 = -100, "trusted-proxies/bad-ipv4";
    /// Not an IPv6 address.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_IPV6 = -101, "trusted-proxies/bad-ipv6";
    /// The prefix is not a number.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_PREFIX = -102, "trusted-proxies/bad-prefix";
    /// Nothing after the slash.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_EMPTY_PREFIX = -103, "trusted-proxies/empty-prefix";
    /// Bits are set right of the prefix.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_HOST_BITS_SET = -104, "trusted-proxies/host-bits-set";
    /// A number has a leading zero.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_LEADING_ZERO = -105, "trusted-proxies/leading-zero";
    /// An IPv4-mapped network wider than all of IPv4.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_MAPPED_PREFIX = -106, "trusted-proxies/mapped-prefix";
    /// A netmask instead of a prefix.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_NETMASK_FORM = -107, "trusted-proxies/netmask-form";
    /// Neither an address nor a preset.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_NOT_AN_ADDRESS = -108, "trusted-proxies/not-an-address";
    /// A number is above 255.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_OCTET_RANGE = -109, "trusted-proxies/octet-range";
    /// A port or brackets.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_PORT_OR_BRACKETS = -110, "trusted-proxies/port-or-brackets";
    /// The prefix is too long.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_PREFIX_RANGE = -111, "trusted-proxies/prefix-range";
    /// Everybody would be trusted, and the flag that allows it is not set.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_TRUST_ALL = -112, "trusted-proxies/trust-all";
    /// A zone.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_ZONE_NOT_ALLOWED = -113, "trusted-proxies/zone-not-allowed";
    /// Warning: nothing between two commas.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_EMPTY_ENTRY = -120, "trusted-proxies/empty-entry";
    /// Warning: wider than /8 (IPv4) or /16 (IPv6).
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_VERY_WIDE = -121, "trusted-proxies/very-wide";
    /// Not a header name.
    TULEAP_FRONT_STATUS_FORWARDING_HEADER_NAME = -130, "forwarding-header/name";
    /// No host is allowed.
    TULEAP_FRONT_STATUS_ALLOWED_HOSTS_EMPTY = -140, "allowed-hosts/empty";
    /// An entry is not a host.
    TULEAP_FRONT_STATUS_ALLOWED_HOSTS_HOST = -141, "allowed-hosts/host";
    /// Not an address, a network, unix: or localhost.
    TULEAP_FRONT_STATUS_NGINX_REALIP_ENTRY = -150, "nginx-realip/entry";
    /// real_ip_header is no header name.
    TULEAP_FRONT_STATUS_NGINX_REALIP_HEADER = -151, "nginx-realip/header";
    /// Warning: Tuleap and the strict list read an entry differently.
    TULEAP_FRONT_STATUS_TULEAP_COMPAT_NOT_AN_IPV4_NETWORK = -160,
        "tuleap-compat/not-an-ipv4-network";
}

macro_rules! from_code {
    ($($error:ty),*) => {
        $(impl From<$error> for tuleap_front_status {
            fn from(error: $error) -> Self {
                by_code(error.code())
            }
        })*
    };
}
from_code!(
    AllowedHostsError,
    ForwardingHeaderError,
    NginxRealipError,
    TrustedProxiesFault,
    TrustedProxiesWarningKind,
    TuleapCompatWarning
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_list_has_a_number() {
        for fault in TrustedProxiesFault::ALL {
            let status = tuleap_front_status::from(*fault);
            assert_ne!(status, tuleap_front_status::TULEAP_FRONT_STATUS_OTHER, "{fault:?}");
        }
    }
}
