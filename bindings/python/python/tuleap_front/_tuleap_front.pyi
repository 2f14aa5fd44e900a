from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Final, Literal, Protocol, TypedDict, final

from typing_extensions import Self, TypeAlias

_Address: TypeAlias = str | bytes | IPv4Address | IPv6Address
_Peer: TypeAlias = _Address | None
_Text: TypeAlias = str | bytes
_Line: TypeAlias = tuple[_Text, _Text] | list[Any] | tuple[_Text, list[Any] | tuple[Any, ...]]
_Kind: TypeAlias = Literal["direct", "forwarded", "edge", "unnamed", "none"]
_Scheme: TypeAlias = Literal["http", "https"]
_Source: TypeAlias = Literal["forwarded", "listener", "scheme"]
_Values: TypeAlias = _Text | Iterable[_Text] | None
_Guide: TypeAlias = Literal["reverse-proxy", "distributed"]
_Nginx: TypeAlias = Literal["current", "1.22"]
_IfTags: TypeAlias = Literal["rewrite", "keep"]
_Action: TypeAlias = Literal["unchanged", "rewrite", "remove", "reject"]
_RedirectAction: TypeAlias = Literal["stay", "redirect", "refuse"]
_RedirectStatus: TypeAlias = Literal[
    "by-safety",
    "moved-permanently",
    "found",
    "see-other",
    "temporary-redirect",
    "permanent-redirect",
]
_Secrets: TypeAlias = Literal["identity", "compress"]
_EtagEffect: TypeAlias = Literal["keep", "none", "remove", "weaken"]
_CacheStatus: TypeAlias = Literal[
    "BYPASS", "EXPIRED", "HIT", "MISS", "REVALIDATED", "STALE", "UPDATING"
]
_Failure: TypeAlias = Literal["error", "invalid-header", "timeout"]
_HeaderNames: TypeAlias = Literal["plain", "underscores", "any"]
_Modifier: TypeAlias = Literal["=", "^~", "~", "~*", ""]
_Outcome: TypeAlias = Literal["proxy", "fastcgi", "file", "redirect", "refuse"]
_Files: TypeAlias = Callable[[str], Literal["file", "directory", "missing"]]
_Verdict: TypeAlias = Literal[
    "served", "redirected-once", "plain-http-served", "unreachable", "loop"
]

class _HasItems(Protocol):
    def items(self) -> Iterable[tuple[Any, Any]]: ...

_Headers: TypeAlias = _HasItems | Iterable[_Line]

class _ExplanationDict(TypedDict):
    client: str | None
    client_port: int | None
    kind: _Kind
    reason: str
    source: str | None
    hops: int
    steps: list[list[str]]
    notes: list[str]
    unread: int

class _DestinationExplanationDict(TypedDict):
    action: _Action
    status: int | None
    reason: str | None
    cause: str
    because: str
    lines: int
    entry: int | None
    origin: str | None
    sent: str | None
    next: str | None

class _TagDict(TypedDict):
    cause: str
    entry: int | None
    sent: str
    next: str | None

class _IfExplanationDict(TypedDict):
    action: Literal["unchanged", "rewrite"]
    cause: str
    because: str
    offset: int | None
    tags: list[_TagDict]
    more_tags: int

class _LocationExplanationDict(TypedDict):
    action: Literal["unchanged", "rewrite"]
    cause: str
    because: str
    entry: int | None
    origin: str | None
    sent: str
    next: str | None

class _RedirectExplanationDict(TypedDict):
    action: _RedirectAction
    status: int | None
    reason: str
    because: str
    asked: str
    location: str | None

class _ChainStepDict(TypedDict):
    hop: str
    reached_by: _Scheme
    proto: _Scheme | None
    believes: _Scheme
    belief: str
    redirects: bool
    sends: _Scheme | None

class _ChainCauseDict(TypedDict):
    reason: str
    hop: str
    text: str
    advice: str
    instead: str | None

class _ChainRunDict(TypedDict):
    verdict: _Verdict
    text: str
    tls_ends_at: str | None
    steps: list[_ChainStepDict]
    causes: list[_ChainCauseDict]

class _ChainExplanationDict(TypedDict):
    https: _ChainRunDict
    http: _ChainRunDict
    notes: list[_ChainCauseDict]
    is_sound: bool
    corrected: str | None

class _LocationsExplanationDict(TypedDict):
    location: str | None
    rule: str | None
    index: int | None
    reason: str
    because: str
    prefix: str | None
    regexes: list[str]

class _RouteExplanationDict(TypedDict):
    outcome: _Outcome
    backend: str | None
    uri: str
    args: str
    file: str | None
    status: int | None
    location: str | None
    reason: str | None
    rule: str | None
    action: str | None
    internal_redirects: int
    because: str
    steps: list[dict[str, str | None]]

class _GzipStepDict(TypedDict):
    check: str
    seen: str | None
    decides: bool

class _GzipExplanationDict(TypedDict):
    compresses: bool
    reason: str
    because: str
    varies: bool
    etag: _EtagEffect
    removes: list[str]
    steps: list[_GzipStepDict]

class _CacheExplanationDict(TypedDict):
    verdict: Literal["bypassed", "looked up", "skipped", "stored", "not stored"]
    reason: str
    because: str
    asked: str
    look_up: bool
    look_up_reason: str
    key: str | None
    md5: str | None
    path: str | None
    status: int | None
    stored: bool | None
    lines: list[list[str]] | None
    lifetime: int | None
    valid_until: int | None
    kept_for: int | None
    stale_while_revalidate: int | None
    stale_if_error: int | None
    variant_md5: str | None
    client: list[list[str]] | None
    hidden: list[str] | None

class _UpstreamRequestDict(TypedDict):
    method: str
    target: str
    headers: list[list[str]]

class _CacheStepDict(TypedDict):
    ticket: int | None
    in_location: bool
    status: int | None
    cache_status: _CacheStatus | None
    shown_status: _CacheStatus | None
    headers: list[list[str]]
    upstream: _UpstreamRequestDict | None
    reason: str
    because: str
    key: str | None
    key_md5: str | None
    file_md5: str | None
    path: str | None
    stores: bool
    stored: bool
    lifetime: int | None
    valid_until: int | None
    stale_while_revalidate: int | None
    stale_if_error: int | None
    vary: str | None
    variant_md5: str | None

class _ServerAnswerDict(TypedDict):
    server: int
    server_name: str
    reason: str
    because: str
    host: str
    http_host: str | None
    method: str
    request_uri: str
    uri: str
    args: str
    location: str | None
    backend: str | None
    target: str | None
    lines: list[list[str]] | None
    redirect: str | None

__all__ = [
    "CacheAnswer",
    "CacheExplanation",
    "CacheFacts",
    "CacheKey",
    "CacheLevels",
    "CacheLookup",
    "CacheMd5",
    "CachePolicy",
    "CacheStep",
    "CacheStore",
    "CacheZone",
    "ChainCause",
    "ChainExplanation",
    "ChainRun",
    "ChainStep",
    "ClientIp",
    "ClientIpResolver",
    "ConfigWarning",
    "DestinationExplanation",
    "DestinationRule",
    "EntryRef",
    "Explanation",
    "ForwardedHop",
    "GzipExplanation",
    "GzipFacts",
    "GzipPolicy",
    "GzipStep",
    "GzipVerdict",
    "HttpsRedirect",
    "IfExplanation",
    "LocationExplanation",
    "LocationMatch",
    "LocationRule",
    "Locations",
    "LocationsExplanation",
    "Middleware",
    "NginxClient",
    "NginxDestination",
    "NginxHost",
    "NginxRealip",
    "NginxServers",
    "Origin",
    "OriginPolicy",
    "PassedRequest",
    "ProxyChain",
    "RedirectDecision",
    "RedirectExplanation",
    "RequestHead",
    "RequestLine",
    "RequestRefusal",
    "RequestTarget",
    "ResponseHead",
    "Rewrite",
    "Route",
    "RouteExplanation",
    "Routes",
    "ServerAnswer",
    "SshStream",
    "Step",
    "TagDecision",
    "TrustedProxies",
    "TuleapComparison",
    "TuleapCompat",
    "UpstreamRequest",
    "__version__",
    "run_program",
]

__version__: Final[str]

@final
class TrustedProxies:
    """The proxies whose forwarding headers count: Tuleap's `$sys_trusted_proxies`, compiled.

    Entries are addresses, networks (`10.0.0.0/8`), the names `loopback`, `linklocal`,
    `uniquelocal`, `private_ranges` and `cgnat`, and `unix:` for local sockets. Commas, white
    space and line ends separate them; `#` starts a comment. An empty list trusts nobody.

    `allow_trust_all`: may the list hold everybody? `commas_only`: do commas alone separate?

    Raises TuleapFrontError for a list that is not right, with its place and what to write
    instead. Immutable; any thread.
    """
    def __new__(
        cls, text: str, *, allow_trust_all: bool = False, commas_only: bool = False
    ) -> Self: ...
    @staticmethod
    def from_networks(networks: Iterable[IPv4Network | IPv6Network]) -> TrustedProxies:
        """A list of IPv4Network and IPv6Network objects of `ipaddress`.

        Raises TuleapFrontError for a whole address family.
        """
    def contains(self, address: _Address) -> bool:
        """Is this one of our proxies? `address` is an address, or `unix:` for a local socket. Also
        written `address in proxies`.

        Raises TuleapFrontError (`peer/not-an-address`) for text that is neither.
        """
    def __contains__(self, address: _Address, /) -> bool: ...
    def matching_entry(self, address: _Address) -> EntryRef | None:
        """The first entry that covers an address, or None; it searches the whole list.

        Raises TuleapFrontError (`peer/not-an-address`) for text that is neither an address nor
        `unix:`.
        """
    @property
    def trusts_unix_socket(self) -> bool:
        """Are peers on a local socket trusted?"""
    @property
    def is_empty(self) -> bool:
        """Is nobody trusted?"""
    @property
    def text(self) -> str:
        """The merged list, in the syntax of the setting; also `str(proxies)`."""
    @property
    def networks(self) -> list[str]:
        """The trusted networks as text: as few as possible, IPv4 first, lowest first."""
    @property
    def warnings(self) -> tuple[ConfigWarning, ...]:
        """What is risky about this list."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class EntryRef:
    """An entry of a list, as it was written."""
    @property
    def index(self) -> int:
        """Which entry, from 0."""
    @property
    def text(self) -> str:
        """The entry's text."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class ConfigWarning:
    """Something risky about a configuration that was accepted all the same."""
    @property
    def code(self) -> str:
        """The stable name, such as "trusted-proxies/very-wide"."""
    @property
    def message(self) -> str:
        """What is risky, and what to do about it."""
    @property
    def entry(self) -> int | None:
        """Which entry of the list, from 0; None where it is not about one."""
    @property
    def offset(self) -> int | None:
        """Where the entry starts, in bytes of the text's UTF-8 form; None where it is not known."""
    @property
    def length(self) -> int | None:
        """How many bytes the entry has; None where it is not known."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class ClientIpResolver:
    """Who is the client? Made once from configuration, asked for every request.

    trusted: TrustedProxies, or the text of a list. headers: the names of the headers that name
    the client, tried in this order; X-Forwarded-For unless told, and more than one is risky.
    hops: take the n-th entry from the right (1 to 255) instead of testing each against the list;
    the peer must be in the list all the same. max_hops: entries of our own walked at most (1 to
    255), 32 unless told. danger_any_peer: count hops whatever the peer, so that whoever reaches
    the server directly names its own address.

    Raises TuleapFrontError for what is not right. Immutable; any thread.
    """
    def __new__(
        cls,
        trusted: TrustedProxies | str,
        *,
        headers: str | Iterable[str] | None = None,
        hops: int | None = None,
        max_hops: int | None = None,
        danger_any_peer: bool = False,
    ) -> Self: ...
    def resolve(self, peer: _Peer, headers: _Headers) -> ClientIp:
        """Answers for a request.

        peer: the socket's other end, an address without port or `unix:`; None, or text that is
        neither, is an unknown peer. headers: every line of the request, as pairs of name and
        value in wire order or as a mapping (a value that is a list holds one line per item).
        """
    def resolve_values(self, peer: _Peer, values: _Text | Iterable[_Text] | None) -> ClientIp:
        """Answers from the values of the first configured header: one `str` or `bytes` per line of
        it, in wire order; a single one may stand alone, and None is an absent header.
        """
    def explain(self, peer: _Peer, headers: _Headers) -> Explanation:
        """The same answer as `resolve`, with the steps that lead to it. Not for every request."""
    def trusts(self, peer: _Address) -> bool:
        """May this peer's headers be read?

        Raises TuleapFrontError (`peer/not-an-address`) for a peer that is neither an address nor
        `unix:`.
        """
    @property
    def trusted(self) -> TrustedProxies:
        """The list of trusted proxies."""
    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the headers that are read, lower case, in order."""
    @property
    def warnings(self) -> tuple[ConfigWarning, ...]:
        """What is risky about this configuration, the list aside."""
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class ClientIp:
    """The answer: who the client is, how sure that is, and why. Immutable.

    `addr` is the short name because it is the safe one: it is None unless the address is certain.
    """
    @property
    def addr(self) -> IPv4Address | IPv6Address | None:
        """The client's address, if it is certain (kinds "direct" and "forwarded"): for access rules,
        rate limits, sessions. An IPv4Address or IPv6Address, or None.
        """
    @property
    def addr_text(self) -> str | None:
        """`addr` as text, which is cheaper than an object of `ipaddress`; None where `addr` is None."""
    @property
    def addr_for_log(self) -> IPv4Address | IPv6Address | None:
        """The nearest address known to stand before the request, whatever the kind: for logs only."""
    @property
    def port(self) -> int | None:
        """The client's port, where the hop that named it wrote one."""
    @property
    def kind(self) -> _Kind:
        """How the address came about: "direct" (the peer itself, which is no proxy of ours),
        "forwarded" (named by a hop we trust), "edge" (made by one of our own hosts), "unnamed"
        (somebody who was not validly named) or "none" (no address).
        """
    @property
    def is_certain(self) -> bool:
        """May an access rule use the address? True for the kinds "direct" and "forwarded"."""
    @property
    def reason(self) -> str:
        """The name of the rule that decided, such as "first-untrusted"."""
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "client-ip/first-untrusted"."""
    @property
    def hops(self) -> int:
        """Header entries accepted on the way to the answer, the answer's own included."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class Explanation:
    """The steps that led to an answer; `str(explanation)` writes it for people."""
    @property
    def client(self) -> ClientIp:
        """The answer that is explained."""
    @property
    def source(self) -> str | None:
        """The header the answer was read from, lower case; None where no header was read."""
    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, the peer first and then each entry from the right."""
    @property
    def notes(self) -> tuple[str, ...]:
        """Names of side remarks, such as "other-source-ignored"."""
    @property
    def unread(self) -> int:
        """Bytes of the source header left of the last entry that was read."""
    def to_json(self) -> str:
        """The explanation as one JSON object: client, client_port, kind, reason, source, hops,
        steps, notes, unread.
        """
    def to_dict(self) -> _ExplanationDict:
        """`to_json`, read back."""

@final
class Step:
    """One step of an explanation."""
    @property
    def place(self) -> str:
        """Where it looked: "peer", "x-forwarded-for[-1]", "x-real-ip"."""
    @property
    def text(self) -> str:
        """The first 64 bytes of what was found there."""
    @property
    def verdict(self) -> str:
        """What it was taken for: "client", "trusted", "not-trusted", "counted", "not-an-address", or
        the name of a fault.
        """
    @property
    def matched(self) -> EntryRef | None:
        """The entry of the trust list that covers it, or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class Origin:
    """Scheme, host and port by which the client reached the site.

    scheme: "http" or "https" ("ws" and "wss" stand for them). host: the request's Host, with its
    port if it has one; None, or text that is no host, is no host. port: the listener's; None is
    the scheme's own.

    Raises TuleapFrontError for a scheme that is none. Immutable.
    """
    def __new__(cls, scheme: str, host: str | None = None, port: int | None = None) -> Self: ...
    @property
    def scheme(self) -> _Scheme:
        """"http" or "https"."""
    @property
    def host(self) -> str | None:
        """The host, lower case, without port; None if it is not an allowed one: answer 400 or 421."""
    @property
    def port(self) -> int:
        """The port."""
    @property
    def scheme_source(self) -> _Source:
        """Where the scheme came from: "forwarded" (a header of a trusted peer) or "listener"."""
    @property
    def host_source(self) -> _Source:
        """Where the host came from, or would have if it were allowed: "forwarded" or "listener"."""
    @property
    def port_source(self) -> _Source:
        """Where the port came from: "forwarded", "listener" or "scheme"."""
    @property
    def notes(self) -> tuple[str, ...]:
        """Names of what was remarkable, such as "proto-invalid"."""
    @property
    def host_header(self) -> str | None:
        """The value of a Host header for this origin, with the port where it is not the scheme's
        own; None where there is no host.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class OriginPolicy:
    """Which facts about the origin may come from a trusted peer's headers.

    forwarded_scheme: read X-Forwarded-Proto, or proto= of Forwarded. proto_hops: its n-th value
    from the right (1 to 255). allowed_hosts: the hosts a request may be for, one str or several;
    `.example.org` is a domain and all below it. forwarded_host: read X-Forwarded-Host, or host=
    of Forwarded; needs allowed_hosts. forwarded_port: read X-Forwarded-Port.

    Raises TuleapFrontError for what is not right. Immutable; any thread.
    """
    def __new__(
        cls,
        *,
        forwarded_scheme: bool = True,
        proto_hops: int | None = None,
        allowed_hosts: str | Iterable[str] | None = None,
        forwarded_host: bool = False,
        forwarded_port: bool = False,
    ) -> Self: ...
    def origin(
        self, resolver: ClientIpResolver, peer: _Peer, headers: _Headers, local: Origin
    ) -> Origin:
        """The origin of a request: `local`, with what a peer that the resolver trusts says about it.
        peer and headers as in ClientIpResolver.resolve.
        """
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class ForwardedHop:
    """What the next server is told about the client, and what of the client's own words it never
    sees. Made by `recommended()` or `documented()`. Immutable; any thread.
    """
    @staticmethod
    def recommended() -> ForwardedHop:
        """One certain address, scheme and host; every other forwarding header is stripped."""
    @staticmethod
    def documented(
        guide: Literal["reverse-proxy", "distributed"] = "reverse-proxy",
    ) -> ForwardedHop:
        """The four `proxy_set_header` lines of the deployment guide. guide: "reverse-proxy" or
        "distributed".

        Raises TuleapFrontError for another word.
        """
    def with_field(self, field: str, directive: Literal["write", "keep", "remove"]) -> Self:
        """The same hop that does something else with one header. field: "X-Real-IP",
        "X-Forwarded-For", "X-Forwarded-Proto" or "Host". directive: "write", "keep" (let the
        client's lines pass) or "remove".

        Raises TuleapFrontError for another word. (`with` itself is a keyword.)
        """
    def for_resolver(self, resolver: ClientIpResolver) -> Self:
        """The same hop that strips the headers which this resolver reads, too: the next server may
        read the same.
        """
    def headers(
        self,
        resolver: ClientIpResolver,
        policy: OriginPolicy,
        peer: _Peer,
        headers: _Headers,
        local: Origin,
    ) -> dict[str, str | None]:
        """What to do with the headers of a request that is passed on: a name's value is to be set,
        None is to be removed, and a name that is absent passes as it is. Values are `str` of
        Latin-1 characters, as `http.client` takes them. The client's own lines of every header
        for which `strips` answers True go first.

        peer, headers and local as in OriginPolicy.origin.
        """
    def strips(self, name: _Text) -> bool:
        """Is a client's header with this name (`str` or `bytes`) kept from the next server?"""
    def strip_reason(self, name: _Text) -> str | None:
        """Why a client's header with this name is kept from the next server: "forwarded-hop/alias",
        "forwarded-hop/claim" or "forwarded-hop/replaced"; None if it passes.
        """
    def __eq__(self, other: object, /) -> bool: ...

@final
class DestinationRule:
    """Maps the Destination of COPY and MOVE from the origin that clients know to the one that the
    next server takes for its own; the tags of If, which name places too; and Location on the way
    back. Made once from configuration, asked for every request.

    public: the origins by which clients reach the site, "https://tuleap.example.com" say, one str
    or several; "auto" is http and https with the client's Host. backend: what the next server
    takes for its own: an origin, or "http" or "https" with the Host that is forwarded. foreign:
    what becomes of a Destination on another server: "reject" (502), or "pass"; a server that does
    not look at the host takes it for its own then. path_absolute: what becomes of a path without
    scheme and host: "keep", or "promote" (the backend's origin is put before it). if_tags: whether
    host programs map the tags of If, "rewrite" or "keep"; None is "rewrite" where the backend is an
    origin.

    In every method, method is as it was sent; host is the client's Host, for the public origins
    "auto", and None or empty where there is none; forwarded_host is the Host that the next server
    is sent, for the backend "http" or "https", and None is the client's. Each is `str` or `bytes`.
    Texts are `str` of Latin-1 characters, as `http.client` takes them.

    Raises TuleapFrontError for what is not right. Immutable; any thread.
    """
    def __new__(
        cls,
        public: str | Iterable[str],
        backend: str,
        *,
        foreign: Literal["reject", "pass"] = "reject",
        path_absolute: Literal["keep", "promote"] = "keep",
        if_tags: _IfTags | None = None,
    ) -> Self: ...
    @staticmethod
    def recommended() -> DestinationRule:
        """The rule for a server that ends TLS: from the client's Host, by http and https, to http
        with the Host that is forwarded.
        """
    @staticmethod
    def documented(guide: _Guide = "reverse-proxy", nginx: _Nginx = "current") -> DestinationRule:
        """What the guide's nginx lines say, for moving away from them: no origin is looked at. guide:
        "reverse-proxy" or "distributed". nginx: "current" joins several lines, "1.22" reads the
        first alone.

        Raises TuleapFrontError for another word.
        """
    def rewrite(
        self,
        method: _Text,
        headers: _Headers,
        *,
        host: _Text | None = None,
        forwarded_host: _Text | None = None,
    ) -> Rewrite:
        """Decides about every Destination line of a request.

        headers: as in ClientIpResolver.resolve.
        """
    def rewrite_lines(
        self,
        method: _Text,
        lines: _Values,
        *,
        host: _Text | None = None,
        forwarded_host: _Text | None = None,
    ) -> Rewrite:
        """The same for the values of the Destination lines, in wire order: one `str` or `bytes` per
        line; a single one may stand alone, and None is an absent header.
        """
    def rewrite_value(
        self,
        method: _Text,
        value: _Text,
        *,
        host: _Text | None = None,
        forwarded_host: _Text | None = None,
    ) -> Rewrite:
        """The same for one value. The documented rule leaves an empty value as it is here, and
        removes the line of such a value elsewhere.
        """
    def explain(
        self,
        method: _Text,
        headers: _Headers,
        *,
        host: _Text | None = None,
        forwarded_host: _Text | None = None,
    ) -> DestinationExplanation:
        """The same answer as `rewrite`, with what led to it. Not for every request."""
    @property
    def if_tags(self) -> _IfTags:
        """Whether host programs map the tags of If: "rewrite" or "keep"."""
    def rewrite_if(
        self,
        value: _Text,
        *,
        host: _Text | None = None,
        forwarded_host: _Text | None = None,
    ) -> str | None:
        """The value that replaces one If line, whose tags name places too (RFC 4918 section 10.4);
        None where the line is left as it is. Lists in parentheses, tags on another server and
        malformed lines are.
        """
    def explain_if(
        self,
        value: _Text,
        *,
        host: _Text | None = None,
        forwarded_host: _Text | None = None,
    ) -> IfExplanation:
        """The same with what led to it, tag by tag. Not for every request."""
    def rewrite_location(
        self,
        value: _Text,
        *,
        host: _Text | None = None,
        forwarded_host: _Text | None = None,
        scheme: _Scheme = "https",
    ) -> str | None:
        """The value that replaces a Location or Content-Location of the next server's answer, which
        names its own origin; None where it is left as it is. It is never refused. scheme: what the
        client speaks to the site, "https" or "http", for the public origins "auto".

        Raises TuleapFrontError for another scheme.
        """
    def explain_location(
        self,
        value: _Text,
        *,
        host: _Text | None = None,
        forwarded_host: _Text | None = None,
        scheme: _Scheme = "https",
    ) -> LocationExplanation:
        """The same with what led to it. Not for every request."""
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class Rewrite:
    """What becomes of a header that names a place on this site."""
    @property
    def action(self) -> _Action:
        """"unchanged" (the header is sent on as it is; that may be not at all), "rewrite" (one line
        with the value replaces every line), "remove" (no such header is sent on) or "reject" (the
        request is answered at once and no other server sees it).
        """
    @property
    def value(self) -> str | None:
        """The value of the one line that replaces every line, as `str` of Latin-1 characters, which
        `http.client` takes; None where none does.
        """
    @property
    def status(self) -> Literal[400, 502] | None:
        """What to answer a request that is rejected: 400 or 502; None for any other."""
    @property
    def reason(self) -> str | None:
        """The name of the reason for a rejection, such as "foreign-origin"; None for any other."""
    @property
    def code(self) -> str | None:
        """The stable id of the reason, such as "destination/foreign-origin"."""
    @property
    def text(self) -> str | None:
        """The reason in words, for the body of the answer. It holds nothing of the client's."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class DestinationExplanation:
    """What was decided about a Destination, and by which rule; `str(explanation)` writes it for
    people, without user info.
    """
    @property
    def rewrite(self) -> Rewrite:
        """The answer that is explained."""
    @property
    def cause(self) -> str:
        """The name of the rule that decided, such as "public-origin"; of a rejection, its reason."""
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "destination/public-origin"."""
    @property
    def reason(self) -> str | None:
        """The reason for a rejection, or for one that there would be if the method had a Destination
        (the cause is "other-method" then); None where there is none.
        """
    @property
    def entry(self) -> int | None:
        """Which of the listed public origins it named, from 0; None where it named none."""
    @property
    def origin(self) -> str | None:
        """The listed public origin that it named, as it was written."""
    @property
    def sent(self) -> str | None:
        """The first line as it was sent, as `str` of Latin-1 characters: whole, with its user info."""
    @property
    def lines(self) -> int:
        """How many lines there were."""
    def to_json(self) -> str:
        """The explanation as one JSON object: action, status, reason, cause, because, lines, entry,
        origin, sent, next. The last two without user info, and cut.
        """
    def to_dict(self) -> _DestinationExplanationDict:
        """`to_json`, read back."""

@final
class IfExplanation:
    """What was decided about an If line, tag by tag; `str(explanation)` writes it for people, without
    user info.
    """
    @property
    def value(self) -> str | None:
        """The answer that is explained: the line that replaces it, or None."""
    @property
    def cause(self) -> str:
        """The name of the rule that decided: "rewritten", "kept", "documented-kept", or what is
        malformed.
        """
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "if/rewritten"."""
    @property
    def offset(self) -> int | None:
        """Where what is malformed stands, in bytes; None where nothing is."""
    @property
    def sent(self) -> str:
        """The line as it was sent: whole, with user info."""
    @property
    def tags(self) -> tuple[TagDecision, ...]:
        """The tags, in order; none of a malformed line."""
    def to_json(self) -> str:
        """The explanation as one JSON object: action, cause, because, offset, tags (the first ones,
        without user info and cut), more_tags.
        """
    def to_dict(self) -> _IfExplanationDict:
        """`to_json`, read back."""

@final
class TagDecision:
    """One tag of an If line, and what was decided about it."""
    @property
    def value(self) -> str | None:
        """What stands in its place; None where it is left as it is."""
    @property
    def cause(self) -> str:
        """The name of the rule that decided, as in DestinationExplanation."""
    @property
    def code(self) -> str:
        """The stable id of that rule."""
    @property
    def entry(self) -> int | None:
        """Which of the listed public origins it named, from 0; None where it named none."""
    @property
    def sent(self) -> str:
        """The tag as it was sent: whole, with its user info."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class LocationExplanation:
    """What was decided about a Location or a Content-Location, and by which rule; `str(explanation)`
    writes it for people, without user info.
    """
    @property
    def value(self) -> str | None:
        """The answer that is explained: the value that replaces it, or None."""
    @property
    def cause(self) -> str:
        """The name of the rule that decided, such as "backend-origin"."""
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "location/backend-origin"."""
    @property
    def entry(self) -> int | None:
        """Which of the listed public origins it got, from 0; None where it got none."""
    @property
    def origin(self) -> str | None:
        """The listed public origin that it got, as it was written."""
    @property
    def sent(self) -> str:
        """The value as the next server sent it: whole, with its user info."""
    def to_json(self) -> str:
        """The explanation as one JSON object: action, cause, because, entry, origin, sent, next. The
        last two without user info, and cut.
        """
    def to_dict(self) -> _LocationExplanationDict:
        """`to_json`, read back."""

@final
class NginxDestination:
    """The Destination that nginx itself sends with the guide's lines, for running beside it: use
    DestinationRule for requests.

    guide: "reverse-proxy" or "distributed". nginx: "current" joins several lines, "1.22" reads the
    first alone.

    Raises TuleapFrontError for another word. Immutable; any thread.
    """
    def __new__(cls, guide: _Guide = "reverse-proxy", nginx: _Nginx = "current") -> Self: ...
    def sent(self, target: _Text, lines: _Values) -> str | None:
        """The value that is sent, as `str` of Latin-1 characters; None where no such header is.

        target: the request target, `str` or `bytes`. lines: as in DestinationRule.rewrite_lines.
        """

@final
class HttpsRedirect:
    """Sends requests over plain http to https: to the configured host, never to one that the request
    names, with the request's own target behind it, byte for byte.

    origin: a host, "host:port", or "https://" and one of them. status: of every redirect,
    "by-safety" (301 for the methods that a client may repeat as a GET, GET and HEAD among them,
    and 308 for all others), "moved-permanently", "found", "see-other", "temporary-redirect" or
    "permanent-redirect"; None is "by-safety". nginx: which nginx refusals equal, "current" or
    "1.22".

    Raises TuleapFrontError for what is not right. Immutable; any thread.
    """
    def __new__(
        cls, origin: str, *, status: _RedirectStatus | None = None, nginx: _Nginx = "current"
    ) -> Self: ...
    @staticmethod
    def documented(
        guide: _Guide,
        server_name: str,
        *,
        status: _RedirectStatus | None = None,
        nginx: _Nginx = "current",
    ) -> HttpsRedirect:
        """What the guide's nginx lines answer. guide: "reverse-proxy", with `:443` after the host, or
        "distributed", without. server_name: the parameters of that directive, of which the first
        counts. status: None is "moved-permanently".

        Raises TuleapFrontError for a name with which nginx does not start.
        """
    @property
    def origin(self) -> str:
        """What each Location starts with."""
    def decide(self, scheme: _Scheme, method: _Text, target: _Text) -> RedirectDecision:
        """Decides about a request. scheme: what the client speaks to the site, "http" or "https":
        OriginPolicy.origin says so behind a load balancer. method and target: as they were sent,
        `str` or `bytes`.

        Raises TuleapFrontError for another scheme.
        """
    def explain(self, scheme: _Scheme, method: _Text, target: _Text) -> RedirectExplanation:
        """The same with what led to it. Not for every request."""
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class RedirectDecision:
    """What is answered to a request over plain http."""
    @property
    def action(self) -> _RedirectAction:
        """"stay" (the request goes on), "redirect" (it is answered with the status and the location)
        or "refuse" (with the status).
        """
    @property
    def status(self) -> int | None:
        """What to answer; None for "stay"."""
    @property
    def location(self) -> str | None:
        """The value of Location for "redirect", as `str` of Latin-1 characters, and None otherwise."""
    @property
    def reason(self) -> str:
        """The name of the rule that decided, such as "keeps-method"."""
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "https-redirect/keeps-method"."""
    @property
    def text(self) -> str:
        """The rule in words, for the body of a refusal. It holds nothing of the client's."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class RedirectExplanation:
    """What was decided about a request, and by which rule; `str(explanation)` writes it for people."""
    @property
    def decision(self) -> RedirectDecision:
        """The answer that is explained."""
    def to_json(self) -> str:
        """The explanation as one JSON object: action, status, reason, because, asked, location. The
        last two are cut.
        """
    def to_dict(self) -> _RedirectExplanationDict:
        """`to_json`, read back."""

@final
class ProxyChain:
    """The hops between a client and the application, and whether their redirects to https come to an
    end: who ends TLS, who believes what and why.

    text: one hop per line, or with `;` between them, the client's end first; `#` starts a comment.
    A hop is `name: http`, `https` or `http and https`, and after commas `trusts NAME and NAME`,
    `trusts everyone` or `trusts nobody`; `writes proto`, `writes believed proto`, `writes https`,
    `writes http`, `passes proto` or `removes proto`; `redirects`, `redirects on scheme` or
    `redirects on header`.

    Raises TuleapFrontError for a text that is not right, with its place and what to write instead.
    Immutable; any thread.
    """
    def __new__(cls, text: str) -> Self: ...
    def verdict(self, scheme: _Scheme) -> _Verdict:
        """How a request ends that a client sends by this scheme, "https" or "http": "served",
        "redirected-once", "plain-http-served", "unreachable" or "loop".

        Raises TuleapFrontError for another scheme.
        """
    def explain(self) -> ChainExplanation:
        """Both verdicts, and what led to them."""
    def corrected(self) -> Self:
        """The chain with everything changed that is wrong; one that is equal where nothing is."""
    @property
    def hops(self) -> tuple[str, ...]:
        """The hops, from the client on, each as it is written."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class ChainExplanation:
    """What becomes of a request over https and of one over http, and why; `str(explanation)` writes
    it for people.
    """
    @property
    def https(self) -> ChainRun:
        """A request over https."""
    @property
    def http(self) -> ChainRun:
        """A request over http, and where it leads."""
    @property
    def notes(self) -> tuple[ChainCause, ...]:
        """What is risky though it works: that a client can decide."""
    @property
    def is_sound(self) -> bool:
        """Is nothing wrong?"""
    @property
    def corrected(self) -> ProxyChain | None:
        """The chain as it should be; None where nothing is wrong."""
    def to_json(self) -> str:
        """The explanation as one JSON object: https, http, notes, is_sound, corrected."""
    def to_dict(self) -> _ChainExplanationDict:
        """`to_json`, read back."""

@final
class ChainRun:
    """What becomes of a request over one scheme."""
    @property
    def verdict(self) -> _Verdict:
        """How it ends: "served", "redirected-once", "plain-http-served", "unreachable" or "loop"."""
    @property
    def code(self) -> str:
        """The stable id of that, such as "redirect-loop/loop"."""
    @property
    def text(self) -> str:
        """The whole in one sentence."""
    @property
    def tls_ends_at(self) -> str | None:
        """The hop that ends TLS, or None."""
    @property
    def steps(self) -> tuple[ChainStep, ...]:
        """What each hop sees, from the client on."""
    @property
    def causes(self) -> tuple[ChainCause, ...]:
        """Who is to blame for what is wrong."""

@final
class ChainStep:
    """What one hop sees of a request."""
    @property
    def hop(self) -> str:
        """Its name."""
    @property
    def reached_by(self) -> _Scheme:
        """What the hop before it, or the client, speaks to it: "https" or "http"."""
    @property
    def proto(self) -> _Scheme | None:
        """The X-Forwarded-Proto that it gets, or None."""
    @property
    def believes(self) -> _Scheme:
        """The scheme that it takes for the client's."""
    @property
    def belief(self) -> str:
        """Why it does, by name."""
    @property
    def redirects(self) -> bool:
        """Does it redirect to https?"""
    @property
    def sends(self) -> _Scheme | None:
        """The X-Forwarded-Proto that it sends on, or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class ChainCause:
    """Who is to blame for what is wrong, and what to write instead."""
    @property
    def reason(self) -> str:
        """The name of what is wrong, such as "not-trusted"."""
    @property
    def code(self) -> str:
        """The stable id of that, such as "redirect-loop/not-trusted"."""
    @property
    def hop(self) -> str:
        """The hop."""
    @property
    def text(self) -> str:
        """What is wrong, in words."""
    @property
    def advice(self) -> str:
        """What to do about it, in words."""
    @property
    def instead(self) -> str | None:
        """The hop as it should be written, where that is known, or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class RequestTarget:
    """A request target as nginx reads it. Made by `parse`."""
    @staticmethod
    def parse(target: _Text, *, merge_slashes: bool = True) -> RequestTarget | RequestRefusal:
        """Reads a target, `str` or `bytes`, or says what nginx answers. merge_slashes: the directive.
        The parts are `str` of Latin-1 characters.
        """
    @property
    def request_uri(self) -> str:
        """`$request_uri`: the target from the path on, as it was sent."""
    @property
    def uri(self) -> str:
        """`$uri`: the decoded, normalized path. It may hold any byte but NUL: never put it into a
        header.
        """
    @property
    def args(self) -> str:
        """`$args`: the query, as it was sent."""
    @property
    def host(self) -> str | None:
        """The host of an absolute URI, or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class RequestLine:
    """A request line as nginx reads it. Made by `parse`."""
    @staticmethod
    def parse(
        line: _Text, *, merge_slashes: bool = True, nginx: _Nginx = "current"
    ) -> RequestLine | RequestRefusal:
        """Reads the line that a text starts with, `str` or `bytes`, or says what nginx answers.
        merge_slashes: the directive. nginx: "current" or "1.22", for CONNECT.

        Raises TuleapFrontError for another nginx.
        """
    @property
    def method(self) -> str:
        """The method, as it was sent."""
    @property
    def target(self) -> RequestTarget:
        """The target."""
    @property
    def version(self) -> str:
        """"HTTP/1.1"; "HTTP/0.9" where there is none."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class RequestRefusal:
    """What nginx answers to a request that it refuses."""
    @property
    def status(self) -> Literal[400, 405, 501, 502, 505]:
        """400, 405, 501 or 505; 502 for the head of a response."""
    @property
    def reason(self) -> str:
        """The name of the reason, such as "above-root"."""
    @property
    def code(self) -> str:
        """The stable id of the reason, such as "request-target/above-root"."""
    @property
    def text(self) -> str:
        """The reason in words, for the body of the answer. It holds nothing of the client's."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class RequestHead:
    """The head of a request, line by line as nginx reads it. Made by `parse`. What there is not is None;
    texts are `str` of Latin-1 characters.
    """
    @staticmethod
    def parse(
        head: _Text,
        *,
        merge_slashes: bool = True,
        names: _HeaderNames = "plain",
        rules: _Nginx = "current",
    ) -> RequestHead | RequestRefusal:
        """Reads the head that a text starts with, `str` or `bytes`, or says what nginx answers.
        merge_slashes: the directive. names: which lines are kept, by their names; others are dropped
        without a word: "plain" are letters, digits and `-`, "underscores" is
        `underscores_in_headers on`, "any" is `ignore_invalid_headers off`. rules: "current" or "1.22".
        How long lines may be is not looked at.

        Raises TuleapFrontError for other names or rules.
        """
    @property
    def method(self) -> str:
        """The method, as it was sent."""
    @property
    def target(self) -> RequestTarget:
        """The target."""
    @property
    def version(self) -> str:
        """"HTTP/1.1"; "HTTP/0.9" where there is none."""
    @property
    def host(self) -> str | None:
        """`$host`: that of an absolute target, or else of Host. Where the client names none it is the name
        of the server.
        """
    @property
    def http_host(self) -> str | None:
        """`$http_host`: the value of Host, as it was sent."""
    @property
    def lines(self) -> list[tuple[str, str]]:
        """The header lines that are kept, without the spaces around their values."""
    @property
    def rest(self) -> bytes:
        """What follows the head."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class ResponseHead:
    """The head of a response, as nginx reads it from the server that it asks. Made by `parse`."""
    @staticmethod
    def parse(head: _Text) -> ResponseHead | RequestRefusal:
        """Reads the head that a text starts with, `str` or `bytes`, or says what nginx answers instead."""
    @property
    def status(self) -> int:
        """The status."""
    @property
    def lines(self) -> list[tuple[str, str]]:
        """The header lines, as `str` of Latin-1 characters."""
    @property
    def rest(self) -> bytes:
        """What follows the head."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class NginxHost:
    """What `$host` becomes of a Host, or of the host of an absolute target: lower case, without port and
    without one final dot. Made by `parse`. `str(host)` is it as Latin-1 characters, `bytes(host)` as
    bytes.
    """
    @staticmethod
    def parse(value: _Text, *, rules: _Nginx = "current") -> NginxHost | RequestRefusal:
        """Reads a value, `str` or `bytes`, or says why nginx answers 400. rules: "current" or "1.22",
        which takes almost everything for a host.

        Raises TuleapFrontError for other rules.
        """
    def __bytes__(self) -> bytes: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class NginxServers:
    """The servers of one listening address, as nginx has them: which one a request is for, which location
    takes it, and what the next server is sent.

    text: blocks `server`, the default one first, with `server_name`, `underscores_in_headers`,
    `ignore_invalid_headers`, `merge_slashes`, `proxy_set_header` and `location`, which has
    `proxy_set_header` and `proxy_pass`. rules: "current" or "1.22".

    Not looked at: nested locations, `if`, `rewrite`, and bodies. `str(servers)` is the text. Raises
    TuleapFrontError for what is not right, with its place. Immutable; any thread.
    """
    def __new__(cls, text: str, *, rules: _Nginx = "current") -> Self: ...
    def answer(
        self, head: _Text, remote_addr: _Address, scheme: _Scheme
    ) -> ServerAnswer | RequestRefusal:
        """What becomes of the request whose head a text starts with, `str` or `bytes`, or what nginx
        answers instead. remote_addr: `$remote_addr`, an address or `unix:`: the other end, or
        NginxRealip.resolve. scheme: "http" or "https".

        Raises TuleapFrontError for another scheme, and (`peer/not-an-address`) for text that is
        neither an address nor `unix:`.
        """
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class ServerAnswer:
    """What becomes of a request; `str(answer)` writes it for people. Where there is neither upstream nor
    redirect, the server answers itself. What there is not is None; texts are `str` of Latin-1
    characters.
    """
    @property
    def head(self) -> RequestHead:
        """The head."""
    @property
    def host(self) -> str:
        """`$host`; the name of the server where the client names none."""
    @property
    def server(self) -> int:
        """Which server, from 0."""
    @property
    def server_name(self) -> str:
        """`$server_name`: the first name of the server, whatever the client asked for."""
    @property
    def reason(self) -> str:
        """Why this server: "exact", "longest-wildcard", "longest-wildcard-end", "first-regex" or
        "default".
        """
    @property
    def code(self) -> str:
        """The stable id of the reason, such as "servers/exact"."""
    @property
    def text(self) -> str:
        """The reason in words."""
    @property
    def location(self) -> LocationRule | None:
        """The location; its name is the server that is asked."""
    @property
    def upstream(self) -> PassedRequest | None:
        """What the next server is sent, where one is asked."""
    @property
    def redirect(self) -> str | None:
        """Where the client is sent to instead, by 301: path and query of a location that ends in a slash,
        asked for without it.
        """
    def to_json(self) -> str:
        """The answer as one JSON object: server, server_name, reason, because, host, http_host, method,
        request_uri, uri, args, location, backend, target, lines (what is sent on), redirect. Texts are
        cut.
        """
    def to_dict(self) -> _ServerAnswerDict:
        """`to_json`, read back."""

@final
class PassedRequest:
    """What the next server is sent. Texts are `str` of Latin-1 characters."""
    @property
    def backend(self) -> str:
        """Scheme, host and port, as `proxy_pass` has them."""
    @property
    def target(self) -> str:
        """The request target."""
    @property
    def lines(self) -> list[tuple[str, str]]:
        """The header lines in wire order: those of the location, those that are always written, and those
        of the client that are passed.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class Locations:
    """Which `location` of an nginx server takes a path, which is RequestTarget.uri.

    locations: a text with one location per line (modifier, pattern, name; `#` starts a comment), or
    LocationRule objects. Regular expressions are those of nginx; what cannot be honoured, such as
    look-around, is refused.

    Raises TuleapFrontError for what is not right, with its place. Immutable; any thread.
    """
    def __new__(cls, locations: str | Iterable[LocationRule]) -> Self: ...
    def find(self, uri: _Text) -> LocationMatch | None:
        """The location that takes this path, `str` or `bytes`; None where none does."""
    def explain(self, uri: _Text) -> LocationsExplanation:
        """The same with what was compared. Not for every request."""
    @property
    def rules(self) -> tuple[LocationRule, ...]:
        """The locations, in order."""
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class LocationRule:
    """One `location`.

    modifier: "=", "^~", "~", "~*", or "" for a plain prefix. pattern: what it compares with. name:
    what the caller calls it.

    Raises TuleapFrontError for another modifier. Immutable.
    """
    def __new__(cls, modifier: _Modifier, pattern: str, name: str) -> Self: ...
    @property
    def modifier(self) -> _Modifier:
        """"=", "^~", "~", "~*", or "" for a plain prefix."""
    @property
    def pattern(self) -> str:
        """What it compares with."""
    @property
    def name(self) -> str:
        """What the caller calls it; of Routes: what it does."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class LocationMatch:
    """The location that takes a path."""
    @property
    def rule(self) -> LocationRule:
        """The location."""
    @property
    def name(self) -> str:
        """Its name."""
    @property
    def index(self) -> int:
        """Which one, from 0."""
    @property
    def reason(self) -> str:
        """Why this one: "exact", "stopping-prefix", "first-regex" or "longest-prefix"."""
    @property
    def code(self) -> str:
        """The stable id of the reason, such as "locations/exact"."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class LocationsExplanation:
    """Which location takes a path, and what was compared before; `str(explanation)` writes it for
    people.
    """
    @property
    def found(self) -> LocationMatch | None:
        """The answer that is explained."""
    @property
    def reason(self) -> str:
        """Why this location, or "no-location"."""
    @property
    def code(self) -> str:
        """The stable id of the reason."""
    @property
    def prefix(self) -> LocationRule | None:
        """The longest prefix that the path starts with, unless a location is the path itself."""
    @property
    def regexes(self) -> tuple[LocationRule, ...]:
        """The regular expressions that were asked, in order; only the last one may have matched."""
    def to_json(self) -> str:
        """The explanation as one JSON object: location, rule, index, reason, because, prefix, regexes."""
    def to_dict(self) -> _LocationsExplanationDict:
        """`to_json`, read back."""

@final
class Routes:
    """Which server or which file answers a request: the locations of an nginx server, and what each
    does, with internal redirects and the files that are looked for.

    text: one location per line: modifier, pattern, and what it does, `#` starts a comment.
    `root PATH`, `index NAME`, `PATTERN proxy BACKEND`, `PATTERN fastcgi BACKEND INDEX`,
    `PATTERN static`, `PATTERN root PATH`, `PATTERN alias PATH`, after either of these
    `fallback URI` and `hide .SUFFIX`, and `PATTERN try_files $uri $uri/ LAST`. A backend is a name.

    In `route` and `explain`, target is the request target as it was sent, `str` or `bytes`. files is
    a function that is asked what a path is and answers "file", "directory" or "missing"; paths are
    `str` as `os.fsdecode` makes them, below the configured ones, and links are not looked at. What
    it raises is raised. merge_slashes is the directive. What nginx refuses before it looks for a
    location is a RequestRefusal.

    Raises TuleapFrontError for a text that is not right, with its place. Immutable; any thread.
    """
    def __new__(cls, text: str) -> Self: ...
    @staticmethod
    def recommended() -> Routes:
        """The distributed set-up as it is right today; its backends are "web", "svn" and "php"."""
    @staticmethod
    def documented(guide: _Guide, root: Literal["proxy", "try-files"] = "proxy") -> Routes:
        """The locations of the deployment guide. guide: "reverse-proxy" or "distributed". root: which
        of the two locations `/` of the distributed one, of which nginx takes one alone: "proxy" asks
        the web backend, "try-files" looks for files.

        Raises TuleapFrontError for another word, and for "try-files" of the reverse proxy.
        """
    @property
    def backends(self) -> tuple[str, ...]:
        """The names of the backends, each once, in the order of the text."""
    @property
    def locations(self) -> Locations:
        """The locations; the name of each is what it does."""
    def route(
        self,
        target: _Text,
        files: _Files,
        *,
        method: _Text | None = None,
        merge_slashes: bool = True,
    ) -> Route | RequestRefusal:
        """The way of a request. method: as it was sent, `str` or `bytes`, for Route.is_allowed; None is
        GET.
        """
    def explain(
        self,
        target: _Text,
        files: _Files,
        *,
        method: _Text | None = None,
        merge_slashes: bool = True,
    ) -> RouteExplanation | RequestRefusal:
        """The same with every step. Not for every request."""
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class Route:
    """Where a request goes. What there is not is None; texts are `str` of Latin-1 characters."""
    @property
    def outcome(self) -> _Outcome:
        """"proxy" or "fastcgi" (a backend answers), "file" (a file is sent), "redirect" or "refuse"."""
    @property
    def backend(self) -> str | None:
        """The name of the server that answers, by HTTP or by FastCGI."""
    @property
    def backend_target(self) -> str | None:
        """What the server is asked for by HTTP, for "proxy": the target as it was sent; after an internal
        redirect uri, percent-encoded, and args.
        """
    @property
    def uri(self) -> str:
        """`$uri` at the end."""
    @property
    def args(self) -> str:
        """`$args` at the end."""
    @property
    def file(self) -> str | None:
        """The file that is sent, or the script that is run (`SCRIPT_FILENAME`), as `os.fsdecode` makes
        it.
        """
    @property
    def document_root(self) -> str | None:
        """`DOCUMENT_ROOT`, for FastCGI."""
    @property
    def script_name(self) -> str | None:
        """`SCRIPT_NAME`, for FastCGI."""
    @property
    def status(self) -> int | None:
        """The status of a redirect or a refusal."""
    @property
    def location(self) -> str | None:
        """Path and query of a redirect: put the site's origin before it."""
    @property
    def reason(self) -> str | None:
        """The name of the reason for a refusal, such as "not-found"."""
    @property
    def code(self) -> str | None:
        """The stable id of the reason, such as "routes/not-found"."""
    @property
    def text(self) -> str | None:
        """The reason in words, for the body of the answer. It holds nothing of the client's."""
    @property
    def rule(self) -> LocationMatch | None:
        """The location that answers, whose name is what it does; None where it is the server itself."""
    @property
    def internal_redirects(self) -> int:
        """How often it was redirected internally."""
    @property
    def is_allowed(self) -> bool:
        """May the request have its method? Where not, answer 405 instead."""

@final
class RouteExplanation:
    """The way of a request, step by step; `str(explanation)` writes it for people."""
    @property
    def route(self) -> Route:
        """The answer that is explained."""
    def to_json(self) -> str:
        """The explanation as one JSON object: outcome, backend, uri, args, file, status, location,
        reason, rule, action, internal_redirects, because, steps. A step is a location, a file or
        internal (a redirect). Texts are cut.
        """
    def to_dict(self) -> _RouteExplanationDict:
        """`to_json`, read back."""

@final
class GzipPolicy:
    """Which answers are compressed, and what becomes of their header. `GzipPolicy()` is ours; nginx's
    are made by `documented()`, `tuleap()` and `parse()`.

    Ours compresses text of 256 bytes or more for clients that accept it, and no part of an answer.
    secrets: whether what may be made for one user (the request has Cookie or Authorization, or the
    answer Set-Cookie), and is no script, style, font or image, is compressed over https:
    "identity" leaves it as it is, since its length would tell what is in it (BREACH); "compress" is
    for pages that mask their tokens.

    expires: the parameters of nginx's directive in the same place, "1h" say, or "off". rules: which
    nginx is equalled, "current" or "1.22".

    `str(policy)` is nginx's directives, for ours those that come nearest. Raises TuleapFrontError
    for what is not right. Immutable; any thread.
    """
    def __new__(
        cls, *, secrets: _Secrets = "identity", expires: str | None = None, rules: _Nginx = "current"
    ) -> Self: ...
    @staticmethod
    def documented(
        guide: _Guide, *, expires: str | None = None, rules: _Nginx = "current"
    ) -> GzipPolicy:
        """The lines of the deployment guide. guide: "reverse-proxy" or "distributed"."""
    @staticmethod
    def tuleap(*, expires: str | None = None, rules: _Nginx = "current") -> GzipPolicy:
        """The configuration that Tuleap comes with today: JSON and scripts are listed, too."""
    @staticmethod
    def parse(
        directives: str, *, expires: str | None = None, rules: _Nginx = "current"
    ) -> GzipPolicy:
        """nginx's directives: gzip, gzip_vary, gzip_proxied, gzip_types, gzip_disable,
        gzip_min_length, gzip_http_version, expires and `proxy_pass_header Date`. gzip_comp_level,
        gzip_buffers and proxy_http_version may stand there. What does not is as nginx has it.
        expires: None is that of the text.

        Raises TuleapFrontError for what is not right, with its place.
        """
    def decide(self, facts: GzipFacts) -> GzipVerdict:
        """Decides about an answer."""
    def explain(self, facts: GzipFacts) -> GzipExplanation:
        """The same with what was looked at. Not for every answer."""
    def response_lines(self, facts: GzipFacts) -> list[tuple[str, str]]:
        """The lines that the client gets in the place of all lines of these names: Content-Type,
        Content-Length, Vary, ETag, Accept-Ranges, Cache-Control, Expires and Content-Encoding, as
        pairs of `str` of Latin-1 characters, in the order in which nginx writes them.
        """
    @property
    def is_on(self) -> bool:
        """`gzip`"""
    @property
    def has_vary(self) -> bool:
        """`gzip_vary`"""
    @property
    def proxied(self) -> tuple[str, ...]:
        """`gzip_proxied`, in nginx's order; ("off",) where nothing is set."""
    @property
    def types(self) -> tuple[str, ...]:
        """`gzip_types`, without text/html and `*`. Empty for ours, whose types are more than a list."""
    @property
    def has_all_types(self) -> bool:
        """`gzip_types *`: is every type listed?"""
    @property
    def disable(self) -> tuple[str, ...]:
        """`gzip_disable`: regular expressions, and "msie6"."""
    @property
    def min_length(self) -> int:
        """`gzip_min_length`"""
    @property
    def http_version(self) -> Literal["HTTP/1.0", "HTTP/1.1"]:
        """`gzip_http_version`: "HTTP/1.0" or "HTTP/1.1"."""
    @property
    def expires(self) -> str:
        """`expires`, as nginx reads it; "off" where there is none."""
    @property
    def passes_date(self) -> bool:
        """`proxy_pass_header Date`: is Expires held against the backend's clock?"""
    @property
    def rules(self) -> _Nginx:
        """Which nginx is equalled: "current" or "1.22"."""
    @property
    def secrets(self) -> _Secrets:
        """"identity" or "compress"; it matters to ours alone."""
    @property
    def is_recommended(self) -> bool:
        """Is it ours, and not nginx?"""
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class GzipFacts:
    """What is known about a request and the answer to it.

    scheme: what the client speaks to the site, "http" or "https": OriginPolicy.origin says so
    behind a load balancer. request: the header of the request, as in ClientIpResolver.resolve.
    status: that of the answer. response: its header, as the backend sent it. now: Unix seconds.
    method: as it was sent, `str` or `bytes`; None is GET. version: of the request, as
    SERVER_PROTOCOL has it. length: bytes of the content before it is compressed; None is as
    Content-Length says, unless Transfer-Encoding says chunked; "unknown" is not known.

    Raises TuleapFrontError for another scheme or version, and numbers that are none of these.
    Immutable; any thread.
    """
    def __new__(
        cls,
        scheme: _Scheme,
        request: _Headers,
        status: int,
        response: _Headers,
        *,
        now: int,
        method: _Text | None = None,
        version: str = "HTTP/1.1",
        length: int | Literal["unknown"] | None = None,
    ) -> Self: ...

@final
class GzipVerdict:
    """What becomes of an answer, and of its header."""
    @property
    def compresses(self) -> bool:
        """Is it compressed? Then it gets `Content-Encoding: gzip`."""
    @property
    def reason(self) -> str:
        """The name of the rule that decided, such as "not-accepted"."""
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "gzip/not-accepted"."""
    @property
    def text(self) -> str:
        """The rule in words. It holds nothing of the client's."""
    @property
    def varies(self) -> bool:
        """Is a `Vary: Accept-Encoding` due, compressed or not?"""
    @property
    def etag(self) -> _EtagEffect:
        """What becomes of the ETag: "keep", "none" (there is none), "remove" or "weaken" (it gets `W/`
        before it).
        """
    @property
    def removes(self) -> tuple[str, ...]:
        """The lines that go, names in lower case."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class GzipExplanation:
    """What was decided about an answer, and what was looked at; `str(explanation)` writes it for
    people. Values are cut, and those of Cookie, Set-Cookie and Authorization are not shown.
    """
    @property
    def verdict(self) -> GzipVerdict:
        """The verdict that is explained."""
    @property
    def steps(self) -> tuple[GzipStep, ...]:
        """What was looked at, in order."""
    def to_json(self) -> str:
        """The explanation as one JSON object: compresses, reason, because, varies, etag, removes,
        steps. A step has check, seen and decides.
        """
    def to_dict(self) -> _GzipExplanationDict:
        """`to_json`, read back."""

@final
class GzipStep:
    """Something that was looked at."""
    @property
    def check(self) -> str:
        """What: "accept-encoding", "via", …"""
    @property
    def seen(self) -> str | None:
        """What was there, as it may be shown; None for nothing."""
    @property
    def decides(self) -> bool:
        """Did it decide? Only the last one can; where nothing is in the way, none does."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class CachePolicy:
    """What a location of nginx keeps in its cache, for how long, and what the client gets.
    `CachePolicy()` is ours; nginx's are made by `documented()` and `parse()`.

    Ours keeps today's static files and nothing that belongs to a user. Not looked up: paths that
    servers read in more than one way, methods but GET and HEAD, requests with Authorization. Not
    stored: statuses but 200, Set-Cookie, no-store, no-cache and private, a Vary with `*`, Cookie or
    Authorization, other content types, and to requests with cookies what is not public. HEAD and GET
    share an entry.

    rules: which nginx it decides as, "current" or "1.22". In every method now is Unix seconds.

    `str(policy)` is nginx's directives. Raises TuleapFrontError for what is not right. Immutable;
    any thread.
    """
    def __new__(cls, *, rules: _Nginx = "current") -> Self: ...
    @staticmethod
    def documented(guide: _Guide, *, rules: _Nginx = "current") -> CachePolicy:
        """What the guide's lines say. guide: "reverse-proxy" or "distributed". It stores what belongs to
        a user, and redirects to the login page: use it to see what a server with these lines does.
        """
    @staticmethod
    def parse(directives: str, *, rules: _Nginx = "current") -> CachePolicy:
        """nginx's directives, and `location MODIFIER PATTERN;` for the paths that they are for. With
        `tuleap_cache recommended;` those that are not there are ours, and so is what is stored.

        Raises TuleapFrontError for what is not right, with its place.
        """
    def look_up(self, facts: CacheFacts) -> CacheLookup:
        """Is the cache asked for a request?"""
    def store(self, facts: CacheFacts, answer: CacheAnswer, *, now: int) -> CacheStore:
        """Is an answer stored, and for how long? As if no entry were there; what comes of those is known
        to a CacheZone.
        """
    def response_lines(
        self, facts: CacheFacts, answer: CacheAnswer, *, now: int
    ) -> list[tuple[str, str]]:
        """The lines that the client gets of an answer that comes from the backend, as pairs of `str` of
        Latin-1 characters.
        """
    def explain(self, facts: CacheFacts, answer: CacheAnswer, *, now: int) -> CacheExplanation:
        """What becomes of a request and of its answer. Not for every request."""
    def explain_look_up(self, facts: CacheFacts) -> CacheExplanation:
        """What becomes of a request, before there is an answer. Not for every request."""
    def key(self, facts: CacheFacts) -> CacheKey | None:
        """The key of a request; None where the cache is off or the target is refused."""
    def key_md5(self, facts: CacheFacts) -> CacheMd5 | None:
        """The MD5 of the key, without making the key."""
    @property
    def directives(self) -> tuple[tuple[str, ...], ...]:
        """Every directive: its name and its parameters."""
    @property
    def locations(self) -> Locations | None:
        """The paths that it is about; None for all of them."""
    @property
    def levels(self) -> CacheLevels:
        """`levels=` of `proxy_cache_path`."""
    @property
    def inactive(self) -> int:
        """`inactive=` of `proxy_cache_path`, in seconds: after so long without a request an entry is
        removed, fresh or not.
        """
    @property
    def key_text(self) -> str | None:
        """`proxy_cache_key`; None where the cache is off."""
    @property
    def expires(self) -> str:
        """`expires`, as nginx reads it; "off" where there is none."""
    @property
    def gzip(self) -> GzipPolicy | None:
        """What the gzip directives among the others say; None where there is none."""
    @property
    def rules(self) -> _Nginx:
        """Which nginx it decides as: "current" or "1.22"."""
    @property
    def is_recommended(self) -> bool:
        """Is it ours, perhaps with other values?"""
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self: ...

@final
class CacheFacts:
    """What is known about a request.

    scheme: how the connection reached this server, nginx's `$scheme`: "http" or "https". method: as
    it was sent. host: `$host`, which is in lower case, without port and without one final dot.
    target: the request target, as it was sent. Each of these is `str` or `bytes`. headers: as in
    ClientIpResolver.resolve. version: of the request, as SERVER_PROTOCOL has it.

    Raises TuleapFrontError for another scheme or version. Immutable; any thread.
    """
    def __new__(
        cls,
        scheme: _Scheme,
        method: _Text,
        host: _Text,
        target: _Text,
        headers: _Headers,
        *,
        version: str = "HTTP/1.1",
    ) -> Self: ...

@final
class CacheAnswer:
    """What the backend answered.

    headers: as in ClientIpResolver.resolve, in wire order, which counts in some nginx. body: "whole",
    or "cut" where it is shorter than Content-Length or a chunked one has no end.

    Raises TuleapFrontError for another word. Immutable; any thread.
    """
    def __new__(
        cls, status: int, headers: _Headers, *, body: Literal["whole", "cut"] = "whole"
    ) -> Self: ...

@final
class CacheKey:
    """What an entry of nginx's cache is found by, byte for byte: `/a.css`, `/%61.css` and `/a.css?` are
    three entries. key: `str` or `bytes`; `bytes(key)` gives it back, and `str(key)` as Latin-1
    characters. Immutable.
    """
    def __new__(cls, key: _Text) -> Self: ...
    @staticmethod
    def documented(scheme: _Scheme, method: _Text, host: _Text, request_uri: _Text) -> CacheKey:
        """The guide's `$scheme$request_method$host$request_uri`. scheme: "http" or "https". host:
        `$host`, which is in lower case, without port and without one final dot. Each but the first
        is `str` or `bytes`.

        Raises TuleapFrontError for another scheme.
        """
    def md5(self) -> CacheMd5:
        """The name of the file."""
    def path(self, levels: CacheLevels | str) -> str:
        """The file, from the folder of the cache on: what to remove to purge the entry. levels: as in
        `proxy_cache_path`, "1:2" say.

        Raises TuleapFrontError for levels that are none.
        """
    def variant(self, vary: _Text, headers: _Headers) -> CacheMd5:
        """The name of the file of one variant: for an answer with this Vary, `str` or `bytes`, to a
        request with these headers.
        """
    def __bytes__(self) -> bytes: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class CacheMd5:
    """An MD5, the name of a cache file: `str(md5)` is its 32 digits, and `bytes(md5)` its 16 bytes.
    Immutable.
    """
    def path(self, levels: CacheLevels | str) -> str:
        """The file with this name, from the folder of the cache on. levels: as in CacheKey.path."""
    def __bytes__(self) -> bytes: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class CacheLevels:
    """nginx's `levels=`: the folders above a cache file. text: one to three numbers, each 1 or 2, with
    colons between them; empty for no folders.

    Raises TuleapFrontError for what is not right. Immutable.
    """
    def __new__(cls, text: str) -> Self: ...
    @property
    def digits(self) -> tuple[int, ...]:
        """How many digits name each folder, the outermost first."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class CacheLookup:
    """Is the cache asked for a request?"""
    @property
    def action(self) -> Literal["look-up", "bypass", "skip"]:
        """"look-up" (the cache is asked), "bypass" (the backend is asked, and its answer may be stored)
        or "skip" (the cache has no part in it).
        """
    @property
    def reason(self) -> str:
        """The name of the rule that decided, such as "method"."""
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "cache/method"."""
    @property
    def text(self) -> str:
        """The rule in words. It holds nothing of the client's."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class CacheStore:
    """Whether an answer is stored, and for how long. What there is not is None."""
    @property
    def is_stored(self) -> bool:
        """Is it stored?"""
    @property
    def reason(self) -> str:
        """The name of the rule that decided: why not, or what gives the lifetime."""
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "cache/set-cookie"."""
    @property
    def text(self) -> str:
        """The rule in words. It holds nothing of the client's."""
    @property
    def valid_until(self) -> int | None:
        """Until when it is fresh, in Unix seconds. It may be over already: then it is stored for what old
        entries are good for.
        """
    @property
    def lifetime(self) -> int | None:
        """For how many seconds it is fresh."""
    @property
    def kept_for(self) -> int | None:
        """For how many seconds it is served where nobody asks for it meanwhile: the lifetime, or
        CachePolicy.inactive where that is less.
        """
    @property
    def stale_while_revalidate(self) -> int:
        """For how many seconds more it may be served while it is refreshed."""
    @property
    def stale_if_error(self) -> int:
        """For how many seconds more it may be served where the backend cannot be reached."""
    @property
    def variant(self) -> CacheMd5 | None:
        """The variant that it is stored as, where the answer has a Vary."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class CacheExplanation:
    """What becomes of a request and of its answer, and why; `str(explanation)` writes it for people.
    Values are cut.
    """
    @property
    def look_up(self) -> CacheLookup:
        """Was the cache asked?"""
    @property
    def store(self) -> CacheStore | None:
        """Was the answer stored? None where none was asked about."""
    @property
    def reason(self) -> str:
        """The name of the rule that decided."""
    @property
    def code(self) -> str:
        """The stable id of that rule."""
    @property
    def key(self) -> CacheKey | None:
        """The key; None where the cache has no part in it."""
    @property
    def path(self) -> str | None:
        """The file, from the folder of the cache on."""
    def to_json(self) -> str:
        """The explanation as one JSON object: verdict, reason, because, asked, look_up, look_up_reason,
        key, md5, path, and of the answer: status, stored, lines, lifetime, valid_until, kept_for,
        stale_while_revalidate, stale_if_error, variant_md5, client, hidden.
        """
    def to_dict(self) -> _CacheExplanationDict:
        """`to_json`, read back."""

@final
class CacheZone:
    """A cache that holds what a policy stores, without bodies, files and clocks: what
    `$upstream_cache_status` shows over many requests, and why.

    `request` asks about a request and calls you for the backend's answer. `ask` leaves the answer to
    a later `answer` or `fail`: where its step has a ticket, the backend is to be asked, and others
    that ask meanwhile see UPDATING, as in nginx. Tickets that are never answered are kept.

    In every method now is Unix seconds. It changes: a second thread, or a backend that asks the zone,
    gets a RuntimeError while it is asked.
    """
    def __new__(cls, policy: CachePolicy) -> Self: ...
    @property
    def policy(self) -> CachePolicy:
        """Whose rules it keeps."""
    def request(
        self,
        facts: CacheFacts,
        backend: Callable[[UpstreamRequest], CacheAnswer | _Failure],
        *,
        now: int,
    ) -> CacheStep:
        """A request, and the step at the end. backend: a function that is asked where nginx asks the
        backend; it gets an UpstreamRequest and answers a CacheAnswer, or how it failed: "error",
        "invalid-header" or "timeout". What it raises is raised, and the backend has failed.
        """
    def ask(self, facts: CacheFacts, *, now: int) -> CacheStep:
        """A request: the client's answer, or what the backend is to be asked, or both."""
    def answer(self, ticket: int, answer: CacheAnswer, *, now: int) -> CacheStep | None:
        """What the backend answered; None where the ticket is not known."""
    def fail(self, ticket: int, failure: _Failure, *, now: int) -> CacheStep | None:
        """The backend did not answer; None where the ticket is not known. failure: "error",
        "invalid-header" or "timeout".

        Raises TuleapFrontError for another word.
        """

@final
class UpstreamRequest:
    """What the backend is asked. Its Host is `$host`, as the guide's lines have it; who the client is
    says a ForwardedHop. Texts are `str` of Latin-1 characters.
    """
    @property
    def method(self) -> str:
        """The method."""
    @property
    def target(self) -> str:
        """The target."""
    @property
    def lines(self) -> list[tuple[str, str]]:
        """The header lines: without conditions and ranges where the answer may be stored, and with those
        of a revalidation.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class CacheStep:
    """What became of a request, or what the backend is to be asked first. What there is not is None;
    texts are `str` of Latin-1 characters.
    """
    @property
    def ticket(self) -> int | None:
        """The backend is to be asked, and `CacheZone.answer` or `fail` to be told what came of it. Where
        there is a status as well, the client has its answer already.
        """
    @property
    def upstream(self) -> UpstreamRequest | None:
        """What the backend is asked, or was."""
    @property
    def is_in_location(self) -> bool:
        """Is the path one of the policy's location?"""
    @property
    def status(self) -> int | None:
        """The status that the client gets."""
    @property
    def cache_status(self) -> _CacheStatus | None:
        """`$upstream_cache_status`: "MISS", "BYPASS", "EXPIRED", "STALE", "UPDATING", "REVALIDATED" or
        "HIT"; None where the cache has no part in it, or another location answers.
        """
    @property
    def shown_status(self) -> _CacheStatus | None:
        """What the guide's `add_header X-Cache-Status` writes, which is for some statuses of the answer
        only.
        """
    @property
    def is_from_cache(self) -> bool:
        """Does the client get an entry of the cache?"""
    @property
    def lines(self) -> list[tuple[str, str]]:
        """The header lines that the client gets, as far as they come from the backend, from `expires` and
        from ranges.
        """
    @property
    def reason(self) -> str:
        """The name of the rule: why the answer was stored or not, or what let the cache answer."""
    @property
    def code(self) -> str:
        """The stable id of that rule, such as "cache/fresh"."""
    @property
    def text(self) -> str:
        """The rule in words. It holds nothing of the client's."""
    @property
    def key(self) -> CacheKey | None:
        """The key, where the cache has a part in it."""
    @property
    def file(self) -> CacheMd5 | None:
        """The name of the file: the MD5 of the key, or of a variant."""
    @property
    def path(self) -> str | None:
        """The file, from the folder of the cache on."""
    @property
    def stores(self) -> bool:
        """Was the backend's answer stored?"""
    @property
    def has_entry(self) -> bool:
        """Is there an entry now, of this answer or of an older one?"""
    @property
    def lifetime(self) -> int | None:
        """For how many seconds the entry is fresh, from when it was stored."""
    @property
    def valid_until(self) -> int | None:
        """Until when the entry is fresh, in Unix seconds."""
    @property
    def stale_while_revalidate(self) -> int | None:
        """For how many seconds more the entry may be served while it is refreshed."""
    @property
    def stale_if_error(self) -> int | None:
        """For how many seconds more the entry may be served where the backend cannot be reached."""
    @property
    def vary(self) -> str | None:
        """The Vary that the entry is kept with."""
    @property
    def variant(self) -> CacheMd5 | None:
        """The variant that the entry is."""
    def to_json(self) -> str:
        """The step as one JSON object: ticket, in_location, status, cache_status, shown_status, headers,
        upstream (method, target, headers), reason, because, key, key_md5, file_md5, path, stores (this
        answer), stored (an entry is there), lifetime, valid_until, stale_while_revalidate,
        stale_if_error, vary, variant_md5.
        """
    def to_dict(self) -> _CacheStepDict:
        """`to_json`, read back."""

@final
class SshStream:
    """The numbers of the proxy for ssh, which is nginx's `stream` and no HTTP; `str(stream)` writes
    them as its directives. Made by `documented()` or `recommended()`. Immutable.
    """
    @staticmethod
    def documented() -> SshStream:
        """The numbers of the deployment guide. Its timeout of three seconds ends every transfer in
        which a server thinks longer than that.
        """
    @staticmethod
    def recommended() -> SshStream:
        """The guide's numbers with an hour of silence."""
    @property
    def listen(self) -> int:
        """The port of the front. An sshd of the same machine needs another one."""
    @property
    def max_fails(self) -> int:
        """`max_fails`: so many failed attempts, and the server is left alone."""
    @property
    def fail_timeout(self) -> float:
        """`fail_timeout` in seconds: within this time, and for so long."""
    @property
    def connect_timeout(self) -> float:
        """`proxy_connect_timeout` in seconds."""
    @property
    def timeout(self) -> float:
        """`proxy_timeout` in seconds: a connection on which nothing was sent for so long, either way,
        is closed.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class NginxRealip:
    """What nginx's realip module answers, for running beside it: use ClientIpResolver for decisions.

    trusted: the values of `set_real_ip_from`, one str or several. header: `real_ip_header`,
    spelled as in the configuration. recursive: `real_ip_recursive`. rules: "current", or "1.22"
    for nginx up to 1.27.2.

    Raises TuleapFrontError for what is not right. Immutable; any thread.
    """
    def __new__(
        cls,
        trusted: str | Iterable[str],
        *,
        header: str = "X-Real-IP",
        recursive: bool = False,
        rules: Literal["current", "1.22"] = "current",
    ) -> Self: ...
    def resolve(self, peer: _Address, headers: _Headers) -> NginxClient:
        """The address that `$remote_addr` has afterwards. peer: an address or `unix:`; headers as in
        ClientIpResolver.resolve.

        Raises TuleapFrontError (`peer/not-an-address`) for a peer that is neither.
        """

@final
class NginxClient:
    """What realip made of a request."""
    @property
    def addr(self) -> str:
        """`$remote_addr`, as nginx writes it."""
    @property
    def port(self) -> int | None:
        """`$remote_port`, where the entry had one; None otherwise."""
    @property
    def is_rewritten(self) -> bool:
        """Was the peer's address replaced?"""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class TuleapCompat:
    """What Tuleap's own address extractor answers, text in, text out: for shadow running only.

    setting: the text of `$sys_trusted_proxies`, which is read as Tuleap does. Immutable; any
    thread.
    """
    def __new__(cls, setting: _Text) -> Self: ...
    def resolve(self, remote_addr: _Text | None, forwarded_for: _Text | None) -> str:
        """What Tuleap answers for REMOTE_ADDR and HTTP_X_FORWARDED_FOR; None is one that is not set."""
    def compare(
        self, resolver: ClientIpResolver, remote_addr: _Text | None, forwarded_for: _Text | None
    ) -> TuleapComparison:
        """Tuleap's answer beside the strict one."""
    @property
    def warnings(self) -> tuple[ConfigWarning, ...]:
        """The entries that the strict list reads differently or refuses."""

@final
class TuleapComparison:
    """Tuleap's answer beside the strict one."""
    @property
    def compat(self) -> str:
        """What Tuleap answers."""
    @property
    def strict(self) -> ClientIp:
        """What the resolver answers."""
    @property
    def differs(self) -> bool:
        """Is Tuleap's text another address than the resolver's, or none?"""
    def __eq__(self, other: object, /) -> bool: ...

@final
class Middleware:
    """The part that the ASGI and the WSGI middleware share; not for others.

    unknown_peer: who is meant where the server gives no address. writes_host: rewrite the host
    for trusted peers. checks_host: refuse a request without an allowed host. refuse_uncertain:
    refuse a request without a certain client.
    """
    def __new__(
        cls,
        resolver: ClientIpResolver,
        policy: OriginPolicy,
        *,
        unknown_peer: _Peer = None,
        writes_host: bool = False,
        checks_host: bool = False,
        refuse_uncertain: bool = False,
    ) -> Self: ...
    def asgi(self, scope: dict[str, Any]) -> Literal[403, 421] | None:
        """Rewrites an ASGI scope of type http or websocket; answers the status with which the request
        is to be refused, or None.
        """
    def wsgi(self, environ: dict[str, Any]) -> Literal[403, 421] | None:
        """Rewrites a WSGI environment; answers the status with which the request is to be refused,
        or None.
        """

def run_program(words: list[str]) -> int:
    """Runs the program `tuleap-front` with these words, of which the first is its name; answers its
    exit status. It reads and writes the standard streams of the process, not `sys.stdout`.
    """
