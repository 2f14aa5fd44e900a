import { flag, instance, options, text } from './arguments.js'
import { ask, askJson, core, type Handle } from './core.js'
import type { Warning } from './error.js'

/** How a list is read. */
export interface TrustedProxiesOptions {
  /**
   * May the list hold a whole address family? Then every client may name any address. Default:
   * false.
   */
  allowTrustAll?: boolean
  /**
   * Do commas alone separate entries? Otherwise white space does too, and `#` starts a comment.
   * Default: false.
   */
  commasOnly?: boolean
}

/**
 * The proxies whose forwarding headers count: Tuleap's `$sys_trusted_proxies`, compiled.
 *
 * Entries are addresses, networks (`10.0.0.0/8`), the names `loopback`, `linklocal`,
 * `uniquelocal`, `private_ranges` and `cgnat`, and `unix:` for local sockets. IPv4-mapped IPv6
 * addresses are IPv4. An empty list trusts nobody; a list that is not right is refused as a whole.
 * List proxies, not the networks they stand in: whoever is inside one can name any client.
 *
 * ```js
 * const proxies = new TrustedProxies('127.0.0.1, 192.168.0.0/24')
 * proxies.contains('192.168.0.7') // true
 * ```
 */
export class TrustedProxies {
  readonly #handle: Handle

  /**
   * Reads a list.
   *
   * @throws {TuleapFrontError} `trusted-proxies/…` for the first entry that is not right.
   */
  constructor(list: string, settings?: TrustedProxiesOptions) {
    const { allowTrustAll, commasOnly } = options(settings, 'options')
    const all = flag(allowTrustAll, 'allowTrustAll', false)
    const commas = flag(commasOnly, 'commasOnly', false)
    const checked = text(list, 'list')
    this.#handle = ask(() => core.trustedProxies(checked, all, commas))
  }

  /** @internal A list, or text that is one. */
  static from(trusted: TrustedProxies | string): TrustedProxies {
    return typeof trusted === 'string'
      ? new TrustedProxies(trusted)
      : instance(trusted, TrustedProxies, 'trusted')
  }

  /** @internal */
  static handleOf(proxies: TrustedProxies): Handle {
    return proxies.#handle
  }

  /**
   * Is this address, or `unix:`, in the list?
   *
   * @throws {TuleapFrontError} `peer/not-an-address` for text that is neither.
   */
  contains(address: string): boolean {
    const checked = text(address, 'address')
    return ask(() => core.proxiesContain(this.#handle, checked))
  }

  /** @internal The same for text that may be anything: what is no address is not in the list. */
  covers(address: string): boolean {
    return ask(() => core.proxiesCover(this.#handle, address))
  }

  /** Are peers on a local socket trusted? Only `unix:` says so; no network does. */
  get trustsUnixSocket(): boolean {
    return ask(() => core.proxiesTrustUnixSocket(this.#handle))
  }

  /** Is nobody trusted? */
  get isEmpty(): boolean {
    return ask(() => core.proxiesAreEmpty(this.#handle))
  }

  /** The trusted networks: as few as possible, IPv4 first, lowest first. */
  get networks(): string[] {
    const networks = ask(() => core.proxiesNetworks(this.#handle))
    return networks === '' ? [] : networks.split(' ')
  }

  /** What is risky about the list. */
  get warnings(): Warning[] {
    return askJson(() => core.proxiesWarnings(this.#handle))
  }

  /** The merged list, in the syntax of the setting: what it reads back as trusts the same peers. */
  toString(): string {
    return ask(() => core.proxiesText(this.#handle))
  }
}
