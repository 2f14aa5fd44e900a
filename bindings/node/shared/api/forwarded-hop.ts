import { headerLines, instance, peer as peerText, text } from './arguments.js'
import { ask, askJson, core, type Handle } from './core.js'
import { listener, OriginPolicy, type Local } from './origin.js'
import type { Peer, RequestHeaders } from './request.js'
import { ClientIpResolver } from './resolver.js'

/** The two configurations of Tuleap's deployment guide. */
export type Guide = 'distributed' | 'reverse-proxy'

/** A header that a hop writes; any case will do. */
export type HopField = 'X-Real-IP' | 'X-Forwarded-For' | 'X-Forwarded-Proto' | 'Host'

/**
 * What a hop does with one header: replace every line by one, send none, or let the client's pass.
 */
export type HopDirective = 'write' | 'remove' | 'keep'

/**
 * What to do with the headers of a request that is passed on: a value to set, or null to remove.
 */
export type HopHeaders = { readonly [name in HopField]?: string | null }

/**
 * What the next server is told about the client, and what of the client's own words it never sees.
 *
 * ```js
 * const hop = ForwardedHop.recommended().forResolver(resolver)
 * for (const name of Object.keys(headers)) if (hop.strips(name)) delete headers[name]
 * for (const [name, value] of Object.entries(hop.headers(resolver, policy, peer, received, local)))
 *   if (value !== null) headers[name.toLowerCase()] = value
 * ```
 */
export class ForwardedHop {
  readonly #handle: Handle

  private constructor(handle: Handle) {
    this.#handle = handle
  }

  /**
   * One certain address, the effective scheme, the allowed host; every other forwarding header is
   * stripped, look-alikes included. Where the address is not certain it writes `unknown`.
   */
  static recommended(): ForwardedHop {
    return new ForwardedHop(ask(() => core.hopRecommended()))
  }

  /** What the lines of the deployment guide do, byte for byte. */
  static documented(guide: Guide = 'reverse-proxy'): ForwardedHop {
    const checked = text(guide, 'guide')
    return new ForwardedHop(ask(() => core.hopDocumented(checked)))
  }

  /** A hop that does something else with one header. */
  with(field: HopField, directive: HopDirective): ForwardedHop {
    const [name, what] = [text(field, 'field'), text(directive, 'directive')]
    return new ForwardedHop(ask(() => core.hopWith(this.#handle, name, what)))
  }

  /**
   * A hop that strips the headers that this resolver reads, too: the next server may read the
   * same.
   */
  forResolver(resolver: ClientIpResolver): ForwardedHop {
    const asked = ClientIpResolver.handleOf(instance(resolver, ClientIpResolver, 'resolver'))
    return new ForwardedHop(ask(() => core.hopForResolver(this.#handle, asked)))
  }

  /**
   * The headers to send on, by name; a name that is absent is kept as the client sent it.
   *
   * @throws {TuleapFrontError} `peer/not-an-address` for a peer that is not known.
   */
  headers(
    resolver: ClientIpResolver,
    policy: OriginPolicy,
    peer: Peer,
    headers: RequestHeaders,
    local: Local,
  ): HopHeaders {
    const asked = ClientIpResolver.handleOf(instance(resolver, ClientIpResolver, 'resolver'))
    const rules = OriginPolicy.handleOf(instance(policy, OriginPolicy, 'policy'))
    const [peerOf, lines, here] = [peerText(peer), headerLines(headers), listener(local)]
    const sent = askJson<[HopField, string | null][]>(() =>
      core.hopHeaders(this.#handle, rules, asked, peerOf, lines, here),
    )
    return Object.fromEntries(sent) as HopHeaders
  }

  /** Is a client's header with this name kept from the next server? */
  strips(name: string): boolean {
    return this.stripReason(name) !== null
  }

  /**
   * Why a client's header with this name is kept from the next server: `forwarded-hop/alias`,
   * `forwarded-hop/claim` or `forwarded-hop/replaced`; null if it is not.
   */
  stripReason(name: string): string | null {
    const checked = text(name, 'name')
    return ask(() => core.hopStripReason(this.#handle, checked)) ?? null
  }
}
