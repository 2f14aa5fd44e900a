"""Rules of a Tuleap front end: client IP, forwarded headers, Destination, redirects to https.

Construct, then ask: what can fail fails when configuration is read, and asking about a request
does not. `tuleap_front.asgi` and `tuleap_front.wsgi` hold middleware. Not affiliated with Enalean.

>>> from tuleap_front import ClientIpResolver
>>> resolver = ClientIpResolver("127.0.0.1, 192.168.0.0/24")
>>> client = resolver.resolve_values("127.0.0.1", "6.6.6.6, 203.0.113.9")
>>> client.addr
IPv4Address('203.0.113.9')
>>> client.kind, client.reason
('forwarded', 'first-untrusted')

What a copy or move names, as the server behind one that ends TLS takes it:

>>> from tuleap_front import DestinationRule
>>> rule = DestinationRule("https://tuleap.example.com", "http")
>>> headers = {"Destination": "https://tuleap.example.com/svn/a%20b"}
>>> rule.rewrite("COPY", headers, forwarded_host="tuleap.example.com").value
'http://tuleap.example.com/svn/a%20b'

Free-threaded Python: every object but CacheZone is immutable and the module says that it needs no global lock,
but it has not been tested there.
"""

from ._errors import PanicError, TuleapFrontError
from ._tuleap_front import (
    CacheAnswer,
    CacheExplanation,
    CacheFacts,
    CacheKey,
    CacheLevels,
    CacheLookup,
    CacheMd5,
    CachePolicy,
    CacheStep,
    CacheStore,
    CacheZone,
    ChainCause,
    ChainExplanation,
    ChainRun,
    ChainStep,
    ClientIp,
    ClientIpResolver,
    ConfigWarning,
    DestinationExplanation,
    DestinationRule,
    EntryRef,
    Explanation,
    ForwardedHop,
    GzipExplanation,
    GzipFacts,
    GzipPolicy,
    GzipStep,
    GzipVerdict,
    HttpsRedirect,
    IfExplanation,
    LocationExplanation,
    LocationMatch,
    LocationRule,
    Locations,
    LocationsExplanation,
    NginxClient,
    NginxDestination,
    NginxRealip,
    Origin,
    OriginPolicy,
    ProxyChain,
    RedirectDecision,
    RedirectExplanation,
    RequestLine,
    RequestRefusal,
    RequestTarget,
    Rewrite,
    Route,
    RouteExplanation,
    Routes,
    SshStream,
    Step,
    TagDecision,
    TrustedProxies,
    TuleapComparison,
    TuleapCompat,
    UpstreamRequest,
    __version__,
)

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
    "NginxClient",
    "NginxDestination",
    "NginxRealip",
    "Origin",
    "OriginPolicy",
    "PanicError",
    "ProxyChain",
    "RedirectDecision",
    "RedirectExplanation",
    "RequestLine",
    "RequestRefusal",
    "RequestTarget",
    "Rewrite",
    "Route",
    "RouteExplanation",
    "Routes",
    "SshStream",
    "Step",
    "TagDecision",
    "TrustedProxies",
    "TuleapComparison",
    "TuleapCompat",
    "TuleapFrontError",
    "UpstreamRequest",
    "__version__",
]
