import {
  count,
  eachLine,
  flag,
  headerLines,
  headerValues,
  options,
  peer as peerText,
  texts,
} from './arguments.js'
import { ClientIp } from './client-ip.js'
import { ask, askJson, core, translate, type Handle } from './core.js'
import type { Warning } from './error.js'
import { Explanation, type ExplanationForm } from './explanation.js'
import type { Peer, RequestHeaders } from './request.js'
import { TrustedProxies } from './trusted-proxies.js'

/** How a resolver reads headers. */
export interface ClientIpResolverOptions {
  /**
   * The headers that name the client, in the order in which they are tried. More than one is
   * risky: a client can send what the proxy does not. Default: `['X-Forwarded-For']`.
   */
  headers?: readonly string[]
  /**
   * Takes the n-th entry from the right, 1 to 255, for proxies whose addresses are not known.
   * Default: it walks.
   */
  hops?: number
  /** Hops of our own that are walked at most, 1 to 255. Default: 32. */
  maxHops?: number
  /**
   * With `hops`: from any peer. Whoever reaches the server directly names its own address.
   * Default: false.
   */
  dangerAnyPeer?: boolean
}

/**
 * Who is the client? Made once from configuration, asked for every request.
 *
 * The peer must be trusted before any header is looked at. Then the header is read from the right:
 * the first entry that is not one of ours is the client, and nothing left of it is read. Asking
 * throws for arguments of a wrong type only.
 *
 * ```js
 * const resolver = new ClientIpResolver('127.0.0.1')
 * const client = resolver.resolve(req.socket.remoteAddress, req.rawHeaders)
 * client.addr // '203.0.113.9', or null where it is not certain
 * ```
 */
export class ClientIpResolver {
  readonly #handle: Handle
  /** The one header that is read, in its usual spellings; empty where there are several. */
  readonly #plain: ReadonlySet<string>
  readonly #lengths: ReadonlySet<number>

  /**
   * @throws {TuleapFrontError} for a list that is refused, and `forwarding-header/name`.
   */
  constructor(trusted: TrustedProxies | string, settings?: ClientIpResolverOptions) {
    const {
      headers = ['X-Forwarded-For'],
      hops,
      maxHops,
      dangerAnyPeer,
    } = options(settings, 'options')
    const proxies = TrustedProxies.handleOf(TrustedProxies.from(trusted))
    const list = texts(headers, 'headers')
    const hopCount = count(hops, 'hops', [1, 255], 0)
    const mostHops = count(maxHops, 'maxHops', [1, 255], 0)
    const anyPeer = flag(dangerAnyPeer, 'dangerAnyPeer', false)
    this.#handle = ask(() => core.resolver(proxies, list, hopCount, mostHops, anyPeer))
    const sources = ask(() => core.resolverSources(this.#handle)).split(' ')
    const spellings = headers.filter((name) => name.toLowerCase() === sources[0])
    this.#plain = new Set(sources.length === 1 ? [...sources, ...spellings] : [])
    this.#lengths = new Set(sources.map((name) => name.length))
  }

  /** @internal */
  static handleOf(resolver: ClientIpResolver): Handle {
    return resolver.#handle
  }

  /**
   * Answers for a request. `peer` is the socket's other end: an address without port, or `unix:`.
   */
  resolve(peer: Peer, headers: RequestHeaders): ClientIp {
    // Names of another length are other names; Rust compares those that are left.
    const found: string[] = []
    eachLine(headers, (name, value) => {
      if (this.#lengths.has(name.length)) found.push(name, value)
    })
    // One line of the one header, in a usual spelling, crosses as its value alone.
    const [name, value] = found
    if (name === undefined) return this.resolveValues(peer, null)
    if (found.length === 2 && this.#plain.has(name)) return this.resolveValues(peer, value)
    const lines = headerLines(found)
    return ClientIp.from(ask(() => core.resolve(this.#handle, peerText(peer), lines)))
  }

  /**
   * Answers from the values of the first configured header, in wire order: one value per header
   * line, and a line with a list is one value. A string is the value of the only line.
   */
  resolveValues(peer: Peer, values: string | readonly string[] | null | undefined): ClientIp {
    const [peerOf, valuesOf] = [peerText(peer), headerValues(values)]
    try {
      return ClientIp.from(core.resolveValues(this.#handle, peerOf, valuesOf))
    } catch (thrown) {
      throw translate(thrown)
    }
  }

  /** The same answer as `resolve`, with the steps that lead to it. Not for every request. */
  explain(peer: Peer, headers: RequestHeaders): Explanation {
    const [peerOf, lines] = [peerText(peer), headerLines(headers)]
    return Explanation.from(
      askJson<{ client: string; form: ExplanationForm; text: string }>(() =>
        core.explain(this.#handle, peerOf, lines),
      ),
    )
  }

  /**
   * May this peer's headers be read?
   *
   * @throws {TuleapFrontError} `peer/not-an-address` for text that is neither an address nor `unix:`.
   */
  trusts(peer: Peer): boolean {
    return ask(() => core.resolverTrusts(this.#handle, peerText(peer)))
  }

  /** What is risky about the configuration. */
  get warnings(): Warning[] {
    return askJson(() => core.resolverWarnings(this.#handle))
  }
}
