import { flag, headerLines, options, peer as peerText, text, texts } from './arguments.js'
import { ask, askJson, core, type Handle } from './core.js'
import type { Peer, RequestHeaders } from './request.js'

/** Which nginx, where versions differ: the newest, or 1.22. */
export type NginxRules = 'current' | '1.22'

/** The directives beside `set_real_ip_from`. */
export interface NginxRealipOptions {
  /** `real_ip_header`, spelled as in the configuration. Default: `X-Real-IP`. */
  header?: string
  /** `real_ip_recursive`. Default: false. */
  recursive?: boolean
  /** Which nginx: 1.27.3 and later, or up to 1.27.2. Default: `current`. */
  rules?: NginxRules
}

/** What realip made of a request. */
export interface NginxClient {
  /** `$remote_addr`. */
  readonly addr: string
  /** `$remote_port`, where the entry had one, otherwise null. */
  readonly port: number | null
  /** Was the peer's address replaced? */
  readonly isRewritten: boolean
}

/**
 * What nginx's realip module answers, for running beside it and for moving away from it; use
 * ClientIpResolver for decisions.
 */
export class NginxRealip {
  readonly #handle: Handle

  /**
   * `trusted`: the values of `set_real_ip_from`.
   *
   * @throws {TuleapFrontError} `nginx-realip/entry`, `nginx-realip/header`.
   */
  constructor(trusted: readonly string[], settings?: NginxRealipOptions) {
    const { header = 'X-Real-IP', recursive, rules = 'current' } = options(settings, 'options')
    const [list, name, version] = [
      texts(trusted, 'trusted'),
      text(header, 'header'),
      text(rules, 'rules'),
    ]
    const isRecursive = flag(recursive, 'recursive', false)
    this.#handle = ask(() => core.nginxRealip(list, name, isRecursive, version))
  }

  /**
   * The address that `$remote_addr` has afterwards.
   *
   * @throws {TuleapFrontError} `peer/not-an-address` for a peer that is not known.
   */
  resolve(peer: Peer, headers: RequestHeaders): NginxClient {
    const [peerOf, lines] = [peerText(peer), headerLines(headers)]
    return Object.freeze(
      askJson<NginxClient>(() => core.realipResolve(this.#handle, peerOf, lines)),
    )
  }
}
