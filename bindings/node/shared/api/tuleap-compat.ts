import { instance, text } from './arguments.js'
import { ClientIp } from './client-ip.js'
import { ask, askJson, core, type Handle } from './core.js'
import type { Warning } from './error.js'
import { ClientIpResolver } from './resolver.js'

/** Tuleap's answer beside the strict one. */
export interface TuleapComparison {
  /** What Tuleap answers: text, not always an address. */
  readonly compat: string
  /** What the resolver answers. */
  readonly strict: ClientIp
  /** Is Tuleap's text another address than the resolver's, or none? */
  readonly differs: boolean
}

const optional = (value: unknown, name: string): string | null =>
  value === undefined || value === null ? null : text(value, name)

/**
 * What Tuleap's own address extractor answers, text in, text out: for shadow running only. Log
 * where `compare` differs for a while, then switch. Never use this class for a decision.
 */
export class TuleapCompat {
  readonly #handle: Handle

  /** Reads the text of `$sys_trusted_proxies` as Tuleap does. */
  constructor(setting: string) {
    const checked = text(setting, 'setting')
    this.#handle = ask(() => core.tuleapCompat(checked))
  }

  /** The answer for `REMOTE_ADDR` and `HTTP_X_FORWARDED_FOR`; null where one is not set. */
  resolve(remoteAddr: string | null | undefined, forwardedFor: string | null | undefined): string {
    const [address, header] = [
      optional(remoteAddr, 'remoteAddr'),
      optional(forwardedFor, 'forwardedFor'),
    ]
    return ask(() => core.compatResolve(this.#handle, address, header))
  }

  /** Both answers, side by side. The resolver must be one that reads `X-Forwarded-For`. */
  compare(
    resolver: ClientIpResolver,
    remoteAddr: string | null | undefined,
    forwardedFor: string | null | undefined,
  ): TuleapComparison {
    const asked = ClientIpResolver.handleOf(instance(resolver, ClientIpResolver, 'resolver'))
    const [address, header] = [
      optional(remoteAddr, 'remoteAddr'),
      optional(forwardedFor, 'forwardedFor'),
    ]
    const both = askJson<{ compat: string; strict: string; differs: boolean }>(() =>
      core.compatCompare(this.#handle, asked, address, header),
    )
    return Object.freeze({ ...both, strict: ClientIp.from(both.strict) })
  }

  /** The entries of the setting that are not what they seem. */
  get warnings(): Warning[] {
    return askJson(() => core.compatWarnings(this.#handle))
  }
}
