from collections.abc import Iterable
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

__all__ = [
    "ClientIp",
    "ClientIpResolver",
    "ConfigWarning",
    "EntryRef",
    "Explanation",
    "ForwardedHop",
    "Middleware",
    "NginxClient",
    "NginxRealip",
    "Origin",
    "OriginPolicy",
    "Step",
    "TrustedProxies",
    "TuleapComparison",
    "TuleapCompat",
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
