// The border to Rust: what bindings/node/src and bindings/wasm/src both offer, and the one place
// where what they throw is met. `shared/src` is the other side.

import { setBuild } from './build.js'
import { TuleapFrontError, type Problem } from './error.js'

/** A value that lives in Rust; the garbage collector frees it. */
export type Handle = object

/** What a constructor takes that makes nothing: what was made already. */
export class Made {
  constructor(readonly handle: Handle) {}
}

/** The functions, in the order of `bindings/node/src/lib.rs`. */
export interface Core {
  version(): string
  names(): string
  trustedProxies(text: string, allowTrustAll: boolean, commasOnly: boolean): Handle
  proxiesContain(proxies: Handle, address: string): boolean
  proxiesCover(proxies: Handle, address: string): boolean
  proxiesTrustUnixSocket(proxies: Handle): boolean
  proxiesAreEmpty(proxies: Handle): boolean
  proxiesText(proxies: Handle): string
  proxiesNetworks(proxies: Handle): string
  proxiesWarnings(proxies: Handle): string
  resolver(
    trusted: Handle,
    headers: string,
    hops: number,
    maxHops: number,
    dangerAnyPeer: boolean,
  ): Handle
  resolverSources(resolver: Handle): string
  resolverTrusts(resolver: Handle, peer: string): boolean
  resolverWarnings(resolver: Handle): string
  resolve(resolver: Handle, peer: string, headers: string): string
  resolveValues(resolver: Handle, peer: string, values: string): string
  explain(resolver: Handle, peer: string, headers: string): string
  originPolicy(
    forwardedScheme: boolean,
    protoHops: number,
    allowedHosts: string | null | undefined,
    forwardedHost: boolean,
    forwardedPort: boolean,
  ): Handle
  origin(policy: Handle, resolver: Handle, peer: string, headers: string, local: string): string
  hopRecommended(): Handle
  hopDocumented(guide: string): Handle
  hopWith(hop: Handle, field: string, directive: string): Handle
  hopForResolver(hop: Handle, resolver: Handle): Handle
  hopStripReason(hop: Handle, name: string): string | null | undefined
  hopHeaders(
    hop: Handle,
    policy: Handle,
    resolver: Handle,
    peer: string,
    headers: string,
    local: string,
  ): string
  destinationRule(
    publicOrigins: string,
    backend: string,
    foreign: string,
    paths: string,
    tags: string,
  ): Handle
  destinationRecommended(): Handle
  destinationDocumented(guide: string, rules: string): Handle
  destinationRewrite(rule: Handle, facts: string, headers: string): string
  destinationRewriteLines(rule: Handle, facts: string, values: string): string
  destinationRewriteValue(rule: Handle, facts: string, value: string): string
  destinationExplain(rule: Handle, facts: string, headers: string): string
  destinationRewriteIf(rule: Handle, facts: string, value: string): string | null | undefined
  destinationExplainIf(rule: Handle, facts: string, value: string): string
  destinationRewriteLocation(rule: Handle, facts: string, value: string): string | null | undefined
  destinationExplainLocation(rule: Handle, facts: string, value: string): string
  destinationMapsIf(rule: Handle): boolean
  nginxDestination(guide: string, rules: string): Handle
  nginxDestinationSent(nginx: Handle, target: string, values: string): string | null | undefined
  requestHead(head: string, options: string, merges: boolean): string
  responseHead(head: string): string
  nginxHost(value: string, rules: string): string
  nginxServers(text: string, rules: string): Handle
  serversText(servers: Handle): string
  serversAnswer(servers: Handle, head: string, facts: string): string
  httpsRedirect(origin: string, status: string, rules: string): Handle
  httpsRedirectDocumented(guide: string, serverName: string, status: string, rules: string): Handle
  redirectDecide(redirect: Handle, facts: string): string
  redirectExplain(redirect: Handle, facts: string): string
  cachePolicy(directives: string, rules: string): Handle
  cacheRecommended(rules: string): Handle
  cacheDocumented(guide: string, rules: string): Handle
  cacheText(policy: Handle): string
  cacheFields(policy: Handle): string
  cacheGzip(policy: Handle): Handle | null | undefined
  cacheLocations(policy: Handle): Handle | null | undefined
  cacheLookUp(policy: Handle, facts: string, headers: string): string
  cacheKey(policy: Handle, facts: string, headers: string): string | null | undefined
  cacheExplainLookUp(policy: Handle, facts: string, headers: string): string
  cacheStore(
    policy: Handle,
    facts: string,
    headers: string,
    answer: string,
    answerHeaders: string,
  ): string
  cacheResponseLines(
    policy: Handle,
    facts: string,
    headers: string,
    answer: string,
    answerHeaders: string,
  ): string
  cacheExplain(
    policy: Handle,
    facts: string,
    headers: string,
    answer: string,
    answerHeaders: string,
  ): string
  cacheKeyDocumented(parts: string): string
  cacheKeyMd5(key: string): string
  cacheKeyPath(key: string, levels: string): string
  cacheKeyVariant(key: string, vary: string, headers: string): string
  cacheLevels(levels: string): string
  cacheZone(policy: Handle): Handle
  zoneIsEmpty(zone: Handle): boolean
  zoneAsk(zone: Handle, facts: string, headers: string, now: string): string
  zoneAnswer(zone: Handle, ticket: string, answer: string, headers: string): string
  zoneFail(zone: Handle, failed: string): string
  gzipPolicy(directives: string, options: string): Handle
  gzipRecommended(options: string): Handle
  gzipTuleap(options: string): Handle
  gzipDocumented(guide: string, options: string): Handle
  gzipText(policy: Handle): string
  gzipFields(policy: Handle): string
  gzipDecide(policy: Handle, facts: string, request: string, response: string): string
  gzipExplain(policy: Handle, facts: string, request: string, response: string): string
  gzipResponseLines(policy: Handle, facts: string, request: string, response: string): string
  locations(text: string): Handle
  locationsOf(list: string): Handle
  locationsText(locations: Handle): string
  locationsFind(locations: Handle, uri: string): string
  locationsExplain(locations: Handle, uri: string): string
  routes(text: string): Handle
  routesRecommended(): Handle
  routesDocumented(guide: string, root: string): Handle
  routesText(routes: Handle): string
  routesBackends(routes: Handle): string
  routesRoute(routes: Handle, asked: string, merges: boolean): string
  routesExplain(routes: Handle, asked: string, merges: boolean): string
  sshDocumented(): string
  sshRecommended(): string
  nginxRealip(trusted: string, header: string, recursive: boolean, rules: string): Handle
  realipResolve(realip: Handle, peer: string, headers: string): string
  proxyChain(text: string): Handle
  chainVerdict(chain: Handle, scheme: string): string
  chainExplain(chain: Handle): string
  chainText(chain: Handle): string
  chainCorrected(chain: Handle): string
  requestTarget(target: string, merges: boolean): string
  requestLine(line: string, rules: string, merges: boolean): string
  tuleapCompat(setting: string): Handle
  compatResolve(
    compat: Handle,
    remoteAddr: string | null | undefined,
    forwardedFor: string | null | undefined,
  ): string
  compatCompare(
    compat: Handle,
    resolver: Handle,
    remoteAddr: string | null | undefined,
    forwardedFor: string | null | undefined,
  ): string
  compatWarnings(compat: Handle): string
}

/** The names that answers refer to by their place. */
interface Names {
  readonly kinds: readonly string[]
  readonly reasons: readonly string[]
}

export let core: Core
export let names: Names

/** Called once by the entry of a package, before anything else. */
export function setCore(chosen: Core, kind: 'native' | 'wasm'): void {
  core = chosen
  names = JSON.parse(chosen.names()) as Names
  setBuild(chosen.version(), kind)
}

/** Asks Rust; what it throws becomes an error of this package. */
export function ask<T>(question: () => T): T {
  try {
    return question()
  } catch (thrown) {
    throw translate(thrown)
  }
}

/** Asks Rust for JSON. */
export function askJson<T>(question: () => string): T {
  return JSON.parse(ask(question)) as T
}

/** A problem crosses as JSON: as the text thrown, or as the message of an error. */
export function translate(thrown: unknown): Error {
  // A method that was called on something else; Rust throws none.
  if (thrown instanceof TypeError) return thrown
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  if (text.startsWith('{"code":')) {
    return new TuleapFrontError(JSON.parse(text) as Problem)
  }
  const message = `a fault of the library, please report it: ${text}`
  return new TuleapFrontError({ code: 'abi/panic', message }, { cause: thrown })
}
