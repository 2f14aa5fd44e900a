// The public names, of the Node and of the WASM packages alike.

export { backend, version } from './build.js'
export { CacheKey, CacheLevels } from './cache-key.js'
export {
  CacheExplanation,
  CachePolicy,
  type CacheAnswer,
  type CacheExplanationForm,
  type CacheFacts,
  type CacheLookup,
  type CachePolicyOptions,
  type CacheReason,
  type CacheStore,
} from './cache-policy.js'
export {
  CacheZone,
  type CacheStatus,
  type CacheStep,
  type UpstreamFailure,
  type UpstreamRequest,
} from './cache-zone.js'
export { ClientIp, type ClientIpKind } from './client-ip.js'
export {
  DestinationRule,
  NginxDestination,
  type DestinationFacts,
  type DestinationRuleOptions,
  type Rewrite,
} from './destination.js'
export {
  DestinationExplanation,
  IfExplanation,
  LocationExplanation,
  type DestinationExplanationForm,
  type IfExplanationForm,
  type LocationExplanationForm,
  type TagDecision,
} from './destination-explanation.js'
export { TuleapFrontError, type Warning } from './error.js'
export { Explanation, type ExplanationForm, type Step } from './explanation.js'
export {
  ForwardedHop,
  type Guide,
  type HopDirective,
  type HopField,
  type HopHeaders,
} from './forwarded-hop.js'
export {
  GzipExplanation,
  GzipPolicy,
  type EtagEffect,
  type GzipExplanationForm,
  type GzipFacts,
  type GzipPolicyOptions,
  type GzipProxied,
  type GzipStep,
  type GzipVerdict,
  type Secrets,
} from './gzip-policy.js'
export {
  NginxHost,
  RequestHead,
  ResponseHead,
  type HeaderLine,
  type HeaderNames,
  type RequestHeadOptions,
} from './head.js'
export {
  HttpsRedirect,
  RedirectExplanation,
  type HttpsRedirectOptions,
  type RedirectDecision,
  type RedirectExplanationForm,
  type RedirectFacts,
  type RedirectStatus,
} from './https-redirect.js'
export {
  Locations,
  LocationsExplanation,
  type LocationMatch,
  type LocationModifier,
  type LocationRule,
  type LocationsExplanationForm,
} from './locations.js'
export { clientIp, trustProxy, type ClientIpOptions, type IncomingRequest } from './middleware.js'
export { NginxRealip, type NginxClient, type NginxRealipOptions, type NginxRules } from './nginx-realip.js'
export {
  NginxServers,
  ServerAnswer,
  type NginxServersOptions,
  type PassedRequest,
  type ServerAnswerForm,
  type ServerFacts,
} from './nginx-servers.js'
export {
  OriginPolicy,
  type Local,
  type Origin,
  type OriginPolicyOptions,
  type OriginSource,
  type Scheme,
} from './origin.js'
export {
  ChainExplanation,
  ProxyChain,
  type ChainCause,
  type ChainExplanationForm,
  type ChainRun,
  type ChainStep,
  type ChainVerdict,
} from './proxy-chain.js'
export {
  RequestLine,
  RequestTarget,
  type RequestLineOptions,
  type RequestRefusal,
  type RequestTargetOptions,
} from './request-target.js'
export type { Peer, RequestHeaders, ResponseHeaders } from './request.js'
export { ClientIpResolver, type ClientIpResolverOptions } from './resolver.js'
export {
  RouteExplanation,
  Routes,
  type FileKind,
  type FileLookup,
  type Route,
  type RouteExplanationForm,
  type RouteOptions,
} from './routes.js'
export { SshStream } from './ssh-stream.js'
export { TrustedProxies, type TrustedProxiesOptions } from './trusted-proxies.js'
export { TuleapCompat, type TuleapComparison } from './tuleap-compat.js'
