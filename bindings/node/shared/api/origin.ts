import {
  count,
  flag,
  headerLines,
  instance,
  options,
  peer as peerText,
  text,
  texts,
} from './arguments.js'
import { ask, askJson, core, type Handle } from './core.js'
import type { Peer, RequestHeaders } from './request.js'
import { ClientIpResolver } from './resolver.js'

/** `http` or `https`. */
export type Scheme = 'http' | 'https'

/** What a listener knows by itself, before any header is read. */
export interface Local {
  /** `https` if this server speaks TLS. */
  readonly scheme: Scheme
  /** The request's `Host`, with its port if it has one; null if there is none. */
  readonly host: string | null
  /** The port of this server, 0 to 65535. */
  readonly port: number
}

/** @internal A listener as one text. */
export function listener(local: Local): string {
  const { scheme, host, port } = options(local, 'local')
  const hostText = host === null || host === undefined ? '' : text(host, 'local.host')
  if (port === undefined || port === null) throw new TypeError('local.port must be a number')
  const portText = String(count(port, 'local.port', [0, 65535], 0))
  return texts([text(scheme, 'local.scheme'), hostText, portText], 'local')
}

/** Which facts about the origin may come from a trusted peer's headers. */
export interface OriginPolicyOptions {
  /** Read `X-Forwarded-Proto`, or `proto=` of `Forwarded`. Default: true. */
  forwardedScheme?: boolean
  /**
   * The n-th value of `X-Forwarded-Proto` from the right, 1 to 255, where inner proxies append.
   * Default: 1.
   */
  protoHops?: number
  /**
   * The hosts a request may be for: names, and `.example.org` for a domain and below. Default: the
   * listener's own host is not checked.
   */
  allowedHosts?: readonly string[]
  /** Read `X-Forwarded-Host`, or `host=` of `Forwarded`; needs `allowedHosts`. Default: false. */
  forwardedHost?: boolean
  /** Read `X-Forwarded-Port`. Default: false. */
  forwardedPort?: boolean
}

/**
 * Where a part of an origin comes from: a trusted peer's header, the listener, or the scheme's own
 * port.
 */
export type OriginSource = 'forwarded' | 'listener' | 'scheme'

/** Scheme, host and port by which the client reached the site. */
export interface Origin {
  /** The scheme. */
  readonly scheme: Scheme
  /** The host, lower case; null if it is not an allowed one: answer 400 or 421. */
  readonly host: string | null
  /** The port. */
  readonly port: number
  /** Where the scheme comes from. */
  readonly schemeSource: OriginSource
  /** Where the host comes from. */
  readonly hostSource: OriginSource
  /** Where the port comes from. */
  readonly portSource: OriginSource
  /** Side remarks, by name: `proto-invalid`. */
  readonly notes: readonly string[]
  /** `https://tuleap.example.com`; without an allowed host, `https://-`. */
  readonly text: string
}

/**
 * Decides scheme, host and port of requests. The headers of a peer that is not trusted are not
 * read.
 *
 * ```js
 * const policy = new OriginPolicy({ allowedHosts: ['tuleap.example.com'], forwardedHost: true })
 * policy.origin(resolver, peer, headers, { scheme: 'http', host: 'backend', port: 80 }).scheme
 * ```
 */
export class OriginPolicy {
  readonly #handle: Handle

  /**
   * @throws {TuleapFrontError} `allowed-hosts/empty`, `allowed-hosts/host`.
   */
  constructor(settings?: OriginPolicyOptions) {
    const given = options(settings, 'options')
    const scheme = flag(given.forwardedScheme, 'forwardedScheme', true)
    const protoHops = count(given.protoHops, 'protoHops', [1, 255], 0)
    const hosts =
      given.allowedHosts === undefined ? undefined : texts(given.allowedHosts, 'allowedHosts')
    const host = flag(given.forwardedHost, 'forwardedHost', false)
    const port = flag(given.forwardedPort, 'forwardedPort', false)
    this.#handle = ask(() => core.originPolicy(scheme, protoHops, hosts, host, port))
  }

  /** @internal */
  static handleOf(policy: OriginPolicy): Handle {
    return policy.#handle
  }

  /** The origin of a request. */
  origin(resolver: ClientIpResolver, peer: Peer, headers: RequestHeaders, local: Local): Origin {
    const asked = ClientIpResolver.handleOf(instance(resolver, ClientIpResolver, 'resolver'))
    const [peerOf, lines, here] = [peerText(peer), headerLines(headers), listener(local)]
    return Object.freeze(
      askJson<Origin>(() => core.origin(this.#handle, asked, peerOf, lines, here)),
    )
  }
}
