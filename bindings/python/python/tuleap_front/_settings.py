"""What the middleware's constructors share: words become a resolver and a policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional, Union

from ._errors import TuleapFrontError
from ._tuleap_front import ClientIpResolver, Middleware, OriginPolicy, TrustedProxies

Trusted = Union[TrustedProxies, str, Iterable[str]]
Names = Union[str, Iterable[str]]


def build(
    trusted: Optional[Trusted],
    *,
    headers: Names,
    hops: Optional[int],
    max_hops: int,
    forwarded_scheme: bool,
    proto_hops: int,
    allowed_hosts: Optional[Names],
    forwarded_host: bool,
    forwarded_port: bool,
    unix_socket: bool,
    refuse_uncertain: bool,
) -> tuple[ClientIpResolver, OriginPolicy, Middleware]:
    """A resolver, a policy, and what applies their answers to requests."""
    resolver = ClientIpResolver(
        trusted_proxies(trusted), headers=headers, hops=hops, max_hops=max_hops
    )
    policy = OriginPolicy(
        forwarded_scheme=forwarded_scheme,
        proto_hops=proto_hops,
        allowed_hosts=allowed_hosts,
        forwarded_host=forwarded_host,
        forwarded_port=forwarded_port,
    )
    middleware = Middleware(
        resolver,
        policy,
        unknown_peer="unix:" if unix_socket else None,
        writes_host=forwarded_host or forwarded_port,
        checks_host=allowed_hosts is not None,
        refuse_uncertain=refuse_uncertain,
    )
    return resolver, policy, middleware


def trusted_proxies(trusted: Optional[Trusted]) -> TrustedProxies:
    """A list in any form. Raises TypeError where there is none: nobody is trusted by default."""
    if trusted is None:
        raise TypeError("trusted is missing: the proxies whose headers count, '127.0.0.1' say")
    if isinstance(trusted, TrustedProxies):
        return trusted
    if isinstance(trusted, str):
        return TrustedProxies(trusted)
    if isinstance(trusted, (bytes, int)):
        raise TypeError(
            f"trusted must be TrustedProxies, str or strings, not {type(trusted).__name__}"
        )
    return TrustedProxies(",".join(trusted), commas_only=True)


def refused(message: str) -> TuleapFrontError:
    """An argument that can mean nothing safe here; the message says what to write instead."""
    return TuleapFrontError(message, code="abi/argument")


REFUSALS = {
    403: ("403 Forbidden", b"your address is not known for certain\n"),
    421: ("421 Misdirected Request", b"this host is not served here\n"),
}
