use std::ffi::{CStr, c_char};

use tuleap_front::{
    AllowedHostsError, CacheLevelsError, CachePolicyFault, DestinationOriginFault, ExpiresError,
    ForwardingHeaderError, GzipPolicyFault, HttpsOriginError, LocationsFault, NginxRealipError,
    NginxServersFault, PeerError, ProxyChainFault, ResolverWarning, RoutesFault,
    TrustedProxiesFault, TrustedProxiesWarningKind, TuleapCompatWarning,
};

use self::tuleap_front_status as Status;

/// Why a function did not do its work. Numbers are never used again for another thing.
#[repr(C)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum tuleap_front_status {
    /// All is well.
    TULEAP_FRONT_STATUS_OK = 0,
    /// A pointer that must not be NULL is.
    TULEAP_FRONT_STATUS_NULL = -1,
    /// A fault of the library: please report it.
    TULEAP_FRONT_STATUS_PANIC = -2,
    /// A text that must be UTF-8 is not.
    TULEAP_FRONT_STATUS_NOT_UTF8 = -3,
    /// A number, a length or a flag that has no meaning here.
    TULEAP_FRONT_STATUS_ARGUMENT = -4,
    /// An error that this version of the border has no number for; the message says which.
    TULEAP_FRONT_STATUS_OTHER = -5,
    /// The host is not an allowed one, or is no host: answer 400 or 421.
    TULEAP_FRONT_STATUS_HOST_REFUSED = -10,
    /// No address is known.
    TULEAP_FRONT_STATUS_NO_ADDRESS = -11,
    /// A request line or a request target is refused.
    TULEAP_FRONT_STATUS_REQUEST_REFUSED = -12,
    /// There is no key: the cache is off, or the request target is refused.
    TULEAP_FRONT_STATUS_NO_KEY = -13,
    /// Digits and dots, but not four numbers.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_IPV4 = -100,
    /// Not an IPv6 address.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_IPV6 = -101,
    /// The prefix is not a number.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_PREFIX = -102,
    /// Nothing after the slash.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_EMPTY_PREFIX = -103,
    /// Bits are set right of the prefix.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_HOST_BITS_SET = -104,
    /// A number has a leading zero.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_LEADING_ZERO = -105,
    /// An IPv4-mapped network wider than all of IPv4.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_MAPPED_PREFIX = -106,
    /// A netmask instead of a prefix.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_NETMASK_FORM = -107,
    /// Neither an address nor a preset.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_NOT_AN_ADDRESS = -108,
    /// A number is above 255.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_OCTET_RANGE = -109,
    /// A port or brackets.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_PORT_OR_BRACKETS = -110,
    /// The prefix is too long.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_PREFIX_RANGE = -111,
    /// Everybody would be trusted, and the flag that allows it is not set.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_TRUST_ALL = -112,
    /// A zone.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_ZONE_NOT_ALLOWED = -113,
    /// Warning: nothing between two commas.
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_EMPTY_ENTRY = -120,
    /// Warning: wider than /8 (IPv4) or /16 (IPv6).
    TULEAP_FRONT_STATUS_TRUSTED_PROXIES_VERY_WIDE = -121,
    /// Warning: hops are counted from any peer.
    TULEAP_FRONT_STATUS_CLIENT_IP_HOPS_WITH_PEER_ANY = -122,
    /// Warning: several headers name the client.
    TULEAP_FRONT_STATUS_CLIENT_IP_SEVERAL_SOURCES = -123,
    /// Neither an address nor unix:.
    TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS = -124,
    /// Not a header name.
    TULEAP_FRONT_STATUS_FORWARDING_HEADER_NAME = -130,
    /// No host is allowed.
    TULEAP_FRONT_STATUS_ALLOWED_HOSTS_EMPTY = -140,
    /// An entry is not a host.
    TULEAP_FRONT_STATUS_ALLOWED_HOSTS_HOST = -141,
    /// Not an address, a network, unix: or localhost.
    TULEAP_FRONT_STATUS_NGINX_REALIP_ENTRY = -150,
    /// real_ip_header is no header name.
    TULEAP_FRONT_STATUS_NGINX_REALIP_HEADER = -151,
    /// Warning: an entry is not an IPv4 address or network of a proxy.
    TULEAP_FRONT_STATUS_TULEAP_COMPAT_NOT_AN_IPV4_NETWORK = -160,
    /// No origin is listed.
    TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_EMPTY = -170,
    /// The host of an origin is none.
    TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_HOST = -171,
    /// An origin has a path.
    TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_PATH = -172,
    /// The port of an origin is not a number from 1 to 65535.
    TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_PORT = -173,
    /// An origin does not start with http:// or https://.
    TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_SCHEME = -174,
    /// An origin has user info.
    TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_USERINFO = -175,
    /// No hop at all.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_EMPTY = -190,
    /// It is not said how a hop is reached.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_LISTENER = -191,
    /// Not a name.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_NAME = -192,
    /// Two hops of one name.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_NAME_TWICE = -193,
    /// No colon after the name of a hop.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_NO_COLON = -194,
    /// More than 32 hops.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_TOO_MANY_HOPS = -195,
    /// Trust in a hop that is not before this one.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_TRUSTS_UNKNOWN = -196,
    /// Something was said before.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_TWICE = -197,
    /// Not a word of a chain.
    TULEAP_FRONT_STATUS_PROXY_CHAIN_WORD = -198,
    /// There is no host.
    TULEAP_FRONT_STATUS_HTTPS_ORIGIN_EMPTY = -200,
    /// The host is malformed.
    TULEAP_FRONT_STATUS_HTTPS_ORIGIN_HOST = -201,
    /// A path is no part of an origin.
    TULEAP_FRONT_STATUS_HTTPS_ORIGIN_PATH = -202,
    /// The port is not a number from 1 to 65535.
    TULEAP_FRONT_STATUS_HTTPS_ORIGIN_PORT = -203,
    /// The scheme is not https.
    TULEAP_FRONT_STATUS_HTTPS_ORIGIN_SCHEME = -204,
    /// Not a server_name with one meaning.
    TULEAP_FRONT_STATUS_HTTPS_ORIGIN_SERVER_NAME = -205,
    /// User info is no part of an origin.
    TULEAP_FRONT_STATUS_HTTPS_ORIGIN_USERINFO = -206,
    /// Two locations of one pattern.
    TULEAP_FRONT_STATUS_LOCATIONS_DUPLICATE = -220,
    /// No location at all.
    TULEAP_FRONT_STATUS_LOCATIONS_EMPTY = -221,
    /// A location has no name.
    TULEAP_FRONT_STATUS_LOCATIONS_NAME = -222,
    /// A location has no pattern.
    TULEAP_FRONT_STATUS_LOCATIONS_PATTERN = -223,
    /// A pattern does not start with a slash.
    TULEAP_FRONT_STATUS_LOCATIONS_PREFIX = -224,
    /// The words of a line cannot be told apart.
    TULEAP_FRONT_STATUS_LOCATIONS_QUOTE = -225,
    /// A pattern cannot be honoured.
    TULEAP_FRONT_STATUS_LOCATIONS_UNSUPPORTED_PATTERN = -226,
    /// A word too many.
    TULEAP_FRONT_STATUS_LOCATIONS_WORD = -227,
    /// It is not said what a location does.
    TULEAP_FRONT_STATUS_ROUTES_ACTION = -240,
    /// A regular expression has an alias.
    TULEAP_FRONT_STATUS_ROUTES_ALIAS_IN_REGEX = -241,
    /// One of pattern and alias ends in a slash.
    TULEAP_FRONT_STATUS_ROUTES_ALIAS_SLASH = -242,
    /// A word lacks what belongs to it.
    TULEAP_FRONT_STATUS_ROUTES_ARGUMENT = -243,
    /// A fallback is no path.
    TULEAP_FRONT_STATUS_ROUTES_FALLBACK = -244,
    /// Not the name of an index.
    TULEAP_FRONT_STATUS_ROUTES_INDEX = -245,
    /// A location needs the root of the server.
    TULEAP_FRONT_STATUS_ROUTES_NO_ROOT = -246,
    /// Not an absolute path without two dots.
    TULEAP_FRONT_STATUS_ROUTES_PATH = -247,
    /// A setting of the server stands twice.
    TULEAP_FRONT_STATUS_ROUTES_SETTING_TWICE = -248,
    /// Words of try_files that are not supported.
    TULEAP_FRONT_STATUS_ROUTES_TRY_FILES = -249,
    /// A word too many.
    TULEAP_FRONT_STATUS_ROUTES_WORD = -250,
    /// Nothing behind the name.
    TULEAP_FRONT_STATUS_GZIP_ARGUMENT = -260,
    /// A directive that says nothing about gzip.
    TULEAP_FRONT_STATUS_GZIP_DIRECTIVE = -261,
    /// A directive of one value stands twice.
    TULEAP_FRONT_STATUS_GZIP_DUPLICATE = -262,
    /// No directive at all.
    TULEAP_FRONT_STATUS_GZIP_EMPTY = -263,
    /// Neither 1.0 nor 1.1.
    TULEAP_FRONT_STATUS_GZIP_HTTP_VERSION = -264,
    /// A number or a size that nginx does not read.
    TULEAP_FRONT_STATUS_GZIP_NUMBER = -265,
    /// A parameter of gzip_proxied that is none.
    TULEAP_FRONT_STATUS_GZIP_PROXIED = -266,
    /// Neither on nor off.
    TULEAP_FRONT_STATUS_GZIP_SWITCH = -267,
    /// What cannot be read as directives.
    TULEAP_FRONT_STATUS_GZIP_SYNTAX = -268,
    /// What is not understood, or understood in another way than PCRE does.
    TULEAP_FRONT_STATUS_GZIP_UNSUPPORTED_PATTERN = -269,
    /// Something behind the last parameter.
    TULEAP_FRONT_STATUS_GZIP_WORD = -270,
    /// Above 24 hours, or behind modified.
    TULEAP_FRONT_STATUS_EXPIRES_DAILY = -280,
    /// Nothing, or nothing behind modified.
    TULEAP_FRONT_STATUS_EXPIRES_EMPTY = -281,
    /// What nginx does not read as a time.
    TULEAP_FRONT_STATUS_EXPIRES_TIME = -282,
    /// A variable: its value is another one for each request.
    TULEAP_FRONT_STATUS_EXPIRES_VARIABLE = -283,
    /// Something behind the time.
    TULEAP_FRONT_STATUS_EXPIRES_WORD = -284,
    /// Too few parameters.
    TULEAP_FRONT_STATUS_CACHE_POLICY_ARGUMENT = -300,
    /// What is not one of the directives.
    TULEAP_FRONT_STATUS_CACHE_POLICY_DIRECTIVE = -301,
    /// A directive of one value stands twice.
    TULEAP_FRONT_STATUS_CACHE_POLICY_DUPLICATE = -302,
    /// No directive at all.
    TULEAP_FRONT_STATUS_CACHE_POLICY_EMPTY = -303,
    /// A header that proxy_ignore_headers does not know.
    TULEAP_FRONT_STATUS_CACHE_POLICY_HEADER = -304,
    /// There is a cache and no key: nginx's own has the name of the backend in it.
    TULEAP_FRONT_STATUS_CACHE_POLICY_KEY = -305,
    /// A method that nginx does not cache.
    TULEAP_FRONT_STATUS_CACHE_POLICY_METHOD = -306,
    /// A number or a size that nginx does not read.
    TULEAP_FRONT_STATUS_CACHE_POLICY_NUMBER = -307,
    /// A parameter that is none.
    TULEAP_FRONT_STATUS_CACHE_POLICY_PARAMETER = -308,
    /// A name of a header that is none.
    TULEAP_FRONT_STATUS_CACHE_POLICY_HEADER_NAME = -309,
    /// A word of proxy_cache_use_stale that is none.
    TULEAP_FRONT_STATUS_CACHE_POLICY_STALE = -310,
    /// Not a status.
    TULEAP_FRONT_STATUS_CACHE_POLICY_STATUS = -311,
    /// Neither on nor off.
    TULEAP_FRONT_STATUS_CACHE_POLICY_SWITCH = -312,
    /// What cannot be read as directives.
    TULEAP_FRONT_STATUS_CACHE_POLICY_SYNTAX = -313,
    /// What nginx does not read as a time.
    TULEAP_FRONT_STATUS_CACHE_POLICY_TIME = -314,
    /// A variable that a request alone does not decide.
    TULEAP_FRONT_STATUS_CACHE_POLICY_VARIABLE = -315,
    /// Something behind the last parameter.
    TULEAP_FRONT_STATUS_CACHE_POLICY_WORD = -316,
    /// A header that the recommended policy does not ignore.
    TULEAP_FRONT_STATUS_CACHE_POLICY_UNSAFE = -317,
    /// A fourth level.
    TULEAP_FRONT_STATUS_CACHE_LEVELS_COUNT = -330,
    /// Neither 1 nor 2.
    TULEAP_FRONT_STATUS_CACHE_LEVELS_DIGIT = -331,
    /// A directive with too few words, or with too many.
    TULEAP_FRONT_STATUS_SERVERS_ARGUMENT = -340,
    /// A directive that stands in another block, a block in a block, or a brace too many.
    TULEAP_FRONT_STATUS_SERVERS_BLOCK = -341,
    /// One that is not known here.
    TULEAP_FRONT_STATUS_SERVERS_DIRECTIVE = -342,
    /// A second one of what there can be one of.
    TULEAP_FRONT_STATUS_SERVERS_DUPLICATE = -343,
    /// No server at all.
    TULEAP_FRONT_STATUS_SERVERS_EMPTY = -344,
    /// A name of a header that is none.
    TULEAP_FRONT_STATUS_SERVERS_HEADER = -345,
    /// A name of a server that is none.
    TULEAP_FRONT_STATUS_SERVERS_NAME = -346,
    /// An expression in the name of a server that cannot be honoured.
    TULEAP_FRONT_STATUS_SERVERS_PATTERN = -347,
    /// Neither on nor off.
    TULEAP_FRONT_STATUS_SERVERS_SWITCH = -348,
    /// A quote, a semicolon or a brace that is missing.
    TULEAP_FRONT_STATUS_SERVERS_SYNTAX = -349,
    /// What is asked, if it is not an address with http or https.
    TULEAP_FRONT_STATUS_SERVERS_URL = -350,
    /// A path behind the address, in a location with an expression.
    TULEAP_FRONT_STATUS_SERVERS_URL_IN_REGEX = -351,
    /// A variable that is not known here.
    TULEAP_FRONT_STATUS_SERVERS_VARIABLE = -352,
}

/// The stable name of a status, such as "trusted-proxies/prefix-range"; NULL for a number that is
/// none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_status_code(status: isize) -> *const c_char {
    let entry = CODES.iter().find(|(known, _)| *known as isize == status);
    entry.map_or(std::ptr::null(), |(_, code)| code.as_ptr())
}

/// In words, a status that comes without a message of its own; NULL for every other. Static: not
/// to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_status_text(status: isize) -> *const c_char {
    let entry = TEXTS.iter().find(|(known, _)| *known as isize == status);
    entry.map_or(std::ptr::null(), |(_, text)| text.as_ptr())
}

const TEXTS: &[(Status, &CStr)] = &[
    (Status::TULEAP_FRONT_STATUS_NULL, c"a pointer that must not be NULL is"),
    (Status::TULEAP_FRONT_STATUS_PANIC, c"a fault of the library: please report it"),
    (Status::TULEAP_FRONT_STATUS_NOT_UTF8, c"a text that must be UTF-8 is not"),
    (Status::TULEAP_FRONT_STATUS_ARGUMENT, c"a number, a length or a flag has no meaning here"),
    (
        Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS,
        c"the peer is not an address: write an IPv4 or IPv6 address without port, or unix:",
    ),
];

/// The status with this stable name.
fn by_code(code: &str) -> Status {
    let entry = CODES.iter().find(|(_, known)| known.to_bytes() == code.as_bytes());
    entry.map_or(Status::TULEAP_FRONT_STATUS_OTHER, |(status, _)| *status)
}

const CODES: &[(Status, &CStr)] = &[
    (Status::TULEAP_FRONT_STATUS_OK, c"ok"),
    (Status::TULEAP_FRONT_STATUS_NULL, c"abi/null"),
    (Status::TULEAP_FRONT_STATUS_PANIC, c"abi/panic"),
    (Status::TULEAP_FRONT_STATUS_NOT_UTF8, c"abi/not-utf8"),
    (Status::TULEAP_FRONT_STATUS_ARGUMENT, c"abi/argument"),
    (Status::TULEAP_FRONT_STATUS_OTHER, c"abi/other"),
    (Status::TULEAP_FRONT_STATUS_HOST_REFUSED, c"origin/host-refused"),
    (Status::TULEAP_FRONT_STATUS_NO_ADDRESS, c"client-ip/no-address"),
    (Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED, c"abi/request-refused"),
    (Status::TULEAP_FRONT_STATUS_NO_KEY, c"abi/no-key"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_IPV4, c"trusted-proxies/bad-ipv4"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_IPV6, c"trusted-proxies/bad-ipv6"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_BAD_PREFIX, c"trusted-proxies/bad-prefix"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_EMPTY_PREFIX, c"trusted-proxies/empty-prefix"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_HOST_BITS_SET, c"trusted-proxies/host-bits-set"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_LEADING_ZERO, c"trusted-proxies/leading-zero"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_MAPPED_PREFIX, c"trusted-proxies/mapped-prefix"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_NETMASK_FORM, c"trusted-proxies/netmask-form"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_NOT_AN_ADDRESS, c"trusted-proxies/not-an-address"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_OCTET_RANGE, c"trusted-proxies/octet-range"),
    (
        Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_PORT_OR_BRACKETS,
        c"trusted-proxies/port-or-brackets",
    ),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_PREFIX_RANGE, c"trusted-proxies/prefix-range"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_TRUST_ALL, c"trusted-proxies/trust-all"),
    (
        Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_ZONE_NOT_ALLOWED,
        c"trusted-proxies/zone-not-allowed",
    ),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_EMPTY_ENTRY, c"trusted-proxies/empty-entry"),
    (Status::TULEAP_FRONT_STATUS_TRUSTED_PROXIES_VERY_WIDE, c"trusted-proxies/very-wide"),
    (Status::TULEAP_FRONT_STATUS_CLIENT_IP_HOPS_WITH_PEER_ANY, c"client-ip/hops-with-peer-any"),
    (Status::TULEAP_FRONT_STATUS_CLIENT_IP_SEVERAL_SOURCES, c"client-ip/several-sources"),
    (Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS, c"peer/not-an-address"),
    (Status::TULEAP_FRONT_STATUS_FORWARDING_HEADER_NAME, c"forwarding-header/name"),
    (Status::TULEAP_FRONT_STATUS_ALLOWED_HOSTS_EMPTY, c"allowed-hosts/empty"),
    (Status::TULEAP_FRONT_STATUS_ALLOWED_HOSTS_HOST, c"allowed-hosts/host"),
    (Status::TULEAP_FRONT_STATUS_NGINX_REALIP_ENTRY, c"nginx-realip/entry"),
    (Status::TULEAP_FRONT_STATUS_NGINX_REALIP_HEADER, c"nginx-realip/header"),
    (
        Status::TULEAP_FRONT_STATUS_TULEAP_COMPAT_NOT_AN_IPV4_NETWORK,
        c"tuleap-compat/not-an-ipv4-network",
    ),
    (Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_EMPTY, c"destination-origin/empty"),
    (Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_HOST, c"destination-origin/host"),
    (Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_PATH, c"destination-origin/path"),
    (Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_PORT, c"destination-origin/port"),
    (Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_SCHEME, c"destination-origin/scheme"),
    (Status::TULEAP_FRONT_STATUS_DESTINATION_ORIGIN_USERINFO, c"destination-origin/userinfo"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_EMPTY, c"proxy-chain/empty"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_LISTENER, c"proxy-chain/listener"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_NAME, c"proxy-chain/name"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_NAME_TWICE, c"proxy-chain/name-twice"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_NO_COLON, c"proxy-chain/no-colon"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_TOO_MANY_HOPS, c"proxy-chain/too-many-hops"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_TRUSTS_UNKNOWN, c"proxy-chain/trusts-unknown"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_TWICE, c"proxy-chain/twice"),
    (Status::TULEAP_FRONT_STATUS_PROXY_CHAIN_WORD, c"proxy-chain/word"),
    (Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_EMPTY, c"https-origin/empty"),
    (Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_HOST, c"https-origin/host"),
    (Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_PATH, c"https-origin/path"),
    (Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_PORT, c"https-origin/port"),
    (Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_SCHEME, c"https-origin/scheme"),
    (Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_SERVER_NAME, c"https-origin/server-name"),
    (Status::TULEAP_FRONT_STATUS_HTTPS_ORIGIN_USERINFO, c"https-origin/userinfo"),
    (Status::TULEAP_FRONT_STATUS_LOCATIONS_DUPLICATE, c"locations/duplicate"),
    (Status::TULEAP_FRONT_STATUS_LOCATIONS_EMPTY, c"locations/empty"),
    (Status::TULEAP_FRONT_STATUS_LOCATIONS_NAME, c"locations/name"),
    (Status::TULEAP_FRONT_STATUS_LOCATIONS_PATTERN, c"locations/pattern"),
    (Status::TULEAP_FRONT_STATUS_LOCATIONS_PREFIX, c"locations/prefix"),
    (Status::TULEAP_FRONT_STATUS_LOCATIONS_QUOTE, c"locations/quote"),
    (Status::TULEAP_FRONT_STATUS_LOCATIONS_UNSUPPORTED_PATTERN, c"locations/unsupported-pattern"),
    (Status::TULEAP_FRONT_STATUS_LOCATIONS_WORD, c"locations/word"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_ACTION, c"routes/action"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_ALIAS_IN_REGEX, c"routes/alias-in-regex"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_ALIAS_SLASH, c"routes/alias-slash"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_ARGUMENT, c"routes/argument"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_FALLBACK, c"routes/fallback"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_INDEX, c"routes/index"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_NO_ROOT, c"routes/no-root"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_PATH, c"routes/path"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_SETTING_TWICE, c"routes/setting-twice"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_TRY_FILES, c"routes/try-files"),
    (Status::TULEAP_FRONT_STATUS_ROUTES_WORD, c"routes/word"),
    (Status::TULEAP_FRONT_STATUS_GZIP_ARGUMENT, c"gzip/argument"),
    (Status::TULEAP_FRONT_STATUS_GZIP_DIRECTIVE, c"gzip/directive"),
    (Status::TULEAP_FRONT_STATUS_GZIP_DUPLICATE, c"gzip/duplicate"),
    (Status::TULEAP_FRONT_STATUS_GZIP_EMPTY, c"gzip/empty"),
    (Status::TULEAP_FRONT_STATUS_GZIP_HTTP_VERSION, c"gzip/http-version"),
    (Status::TULEAP_FRONT_STATUS_GZIP_NUMBER, c"gzip/number"),
    (Status::TULEAP_FRONT_STATUS_GZIP_PROXIED, c"gzip/proxied"),
    (Status::TULEAP_FRONT_STATUS_GZIP_SWITCH, c"gzip/switch"),
    (Status::TULEAP_FRONT_STATUS_GZIP_SYNTAX, c"gzip/syntax"),
    (Status::TULEAP_FRONT_STATUS_GZIP_UNSUPPORTED_PATTERN, c"gzip/unsupported-pattern"),
    (Status::TULEAP_FRONT_STATUS_GZIP_WORD, c"gzip/word"),
    (Status::TULEAP_FRONT_STATUS_EXPIRES_DAILY, c"expires/daily"),
    (Status::TULEAP_FRONT_STATUS_EXPIRES_EMPTY, c"expires/empty"),
    (Status::TULEAP_FRONT_STATUS_EXPIRES_TIME, c"expires/time"),
    (Status::TULEAP_FRONT_STATUS_EXPIRES_VARIABLE, c"expires/variable"),
    (Status::TULEAP_FRONT_STATUS_EXPIRES_WORD, c"expires/word"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_ARGUMENT, c"cache-policy/argument"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_DIRECTIVE, c"cache-policy/directive"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_DUPLICATE, c"cache-policy/duplicate"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_EMPTY, c"cache-policy/empty"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_HEADER, c"cache-policy/header"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_KEY, c"cache-policy/key"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_METHOD, c"cache-policy/method"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_NUMBER, c"cache-policy/number"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_PARAMETER, c"cache-policy/parameter"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_HEADER_NAME, c"cache-policy/header-name"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_STALE, c"cache-policy/stale"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_STATUS, c"cache-policy/status"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_SWITCH, c"cache-policy/switch"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_SYNTAX, c"cache-policy/syntax"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_TIME, c"cache-policy/time"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_VARIABLE, c"cache-policy/variable"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_WORD, c"cache-policy/word"),
    (Status::TULEAP_FRONT_STATUS_CACHE_POLICY_UNSAFE, c"cache-policy/unsafe"),
    (Status::TULEAP_FRONT_STATUS_CACHE_LEVELS_COUNT, c"cache-levels/count"),
    (Status::TULEAP_FRONT_STATUS_CACHE_LEVELS_DIGIT, c"cache-levels/digit"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_ARGUMENT, c"servers/argument"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_BLOCK, c"servers/block"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_DIRECTIVE, c"servers/directive"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_DUPLICATE, c"servers/duplicate"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_EMPTY, c"servers/empty"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_HEADER, c"servers/header"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_NAME, c"servers/name"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_PATTERN, c"servers/pattern"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_SWITCH, c"servers/switch"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_SYNTAX, c"servers/syntax"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_URL, c"servers/url"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_URL_IN_REGEX, c"servers/url-in-regex"),
    (Status::TULEAP_FRONT_STATUS_SERVERS_VARIABLE, c"servers/variable"),
];

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
    CacheLevelsError,
    CachePolicyFault,
    DestinationOriginFault,
    ExpiresError,
    ForwardingHeaderError,
    GzipPolicyFault,
    HttpsOriginError,
    LocationsFault,
    NginxRealipError,
    NginxServersFault,
    PeerError,
    ProxyChainFault,
    ResolverWarning,
    RoutesFault,
    TrustedProxiesFault,
    TrustedProxiesWarningKind,
    TuleapCompatWarning
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_for_a_peer_is_the_error_of_the_core() {
        let error = PeerError::NotAnAddress;
        // SAFETY: the texts are static and end in NUL.
        let text =
            unsafe { CStr::from_ptr(tuleap_front_status_text(Status::from(error) as isize)) };
        assert_eq!(text.to_str(), Ok(error.to_string().as_str()));
    }

    #[test]
    fn every_fault_of_an_origin_has_a_number() {
        for fault in DestinationOriginFault::ALL {
            let status = tuleap_front_status::from(*fault);
            assert_ne!(status, tuleap_front_status::TULEAP_FRONT_STATUS_OTHER, "{fault:?}");
        }
    }

    #[test]
    fn every_error_of_an_https_origin_has_a_number() {
        for error in HttpsOriginError::ALL {
            let status = tuleap_front_status::from(*error);
            assert_ne!(status, tuleap_front_status::TULEAP_FRONT_STATUS_OTHER, "{error:?}");
        }
    }

    #[test]
    fn every_fault_of_locations_and_routes_has_a_number() {
        let locations = LocationsFault::ALL.iter().map(|fault| Status::from(*fault));
        let routes = RoutesFault::OWN.iter().map(|fault| Status::from(*fault));
        for status in locations.chain(routes) {
            assert_ne!(status, Status::TULEAP_FRONT_STATUS_OTHER);
        }
    }

    #[test]
    fn every_fault_of_gzip_and_expires_has_a_number() {
        let gzip = GzipPolicyFault::OWN.iter().map(|fault| Status::from(*fault));
        let expires = ExpiresError::ALL.iter().map(|error| Status::from(*error));
        for status in gzip.chain(expires) {
            assert_ne!(status, Status::TULEAP_FRONT_STATUS_OTHER);
        }
    }

    #[test]
    fn every_fault_of_a_cache_has_a_number() {
        let policy = CachePolicyFault::OWN.iter().map(|fault| Status::from(*fault));
        let levels = CacheLevelsError::ALL.iter().map(|error| Status::from(*error));
        let others = GzipPolicyFault::OWN.iter().map(|fault| CachePolicyFault::Gzip(*fault));
        for status in policy.chain(levels).chain(others.map(Status::from)) {
            assert_ne!(status, Status::TULEAP_FRONT_STATUS_OTHER);
        }
    }

    #[test]
    fn every_fault_of_servers_has_a_number() {
        for fault in NginxServersFault::OWN {
            assert_ne!(Status::from(*fault), Status::TULEAP_FRONT_STATUS_OTHER, "{fault:?}");
        }
    }

    #[test]
    fn every_fault_of_a_chain_has_a_number() {
        for fault in ProxyChainFault::ALL {
            let status = tuleap_front_status::from(*fault);
            assert_ne!(status, tuleap_front_status::TULEAP_FRONT_STATUS_OTHER, "{fault:?}");
        }
    }

    #[test]
    fn every_fault_of_a_list_has_a_number() {
        for fault in TrustedProxiesFault::ALL {
            let status = tuleap_front_status::from(*fault);
            assert_ne!(status, tuleap_front_status::TULEAP_FRONT_STATUS_OTHER, "{fault:?}");
        }
    }
}
