"""Rules of a Tuleap front end: trusted proxies, client IP, forwarded headers.

Construct, then ask: what can fail fails when configuration is read, and asking about a request
does not. `tuleap_front.asgi` and `tuleap_front.wsgi` hold middleware. Not affiliated with Enalean.

>>> from tuleap_front import ClientIpResolver
>>> resolver = ClientIpResolver("127.0.0.1, 192.168.0.0/24")
>>> client = resolver.resolve_values("127.0.0.1", "6.6.6.6, 203.0.113.9")
>>> client.addr
IPv4Address('203.0.113.9')
>>> client.kind, client.reason
('forwarded', 'first-untrusted')

Free-threaded Python: every object is immutable and the module says that it needs no global lock,
but it has not been tested there.
"""

from ._errors import PanicError, TuleapFrontError
from ._tuleap_front import (
    ClientIp,
    ClientIpResolver,
    ConfigWarning,
    EntryRef,
    Explanation,
    ForwardedHop,
    NginxClient,
    NginxRealip,
    Origin,
    OriginPolicy,
    Step,
    TrustedProxies,
    TuleapComparison,
    TuleapCompat,
    __version__,
)

__all__ = [
    "ClientIp",
    "ClientIpResolver",
    "ConfigWarning",
    "EntryRef",
    "Explanation",
    "ForwardedHop",
    "NginxClient",
    "NginxRealip",
    "Origin",
    "OriginPolicy",
    "PanicError",
    "Step",
    "TrustedProxies",
    "TuleapComparison",
    "TuleapCompat",
    "TuleapFrontError",
    "__version__",
]
