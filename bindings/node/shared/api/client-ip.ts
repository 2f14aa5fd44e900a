import { names } from './core.js'

/**
 * How sure an address is. `direct`: the socket's peer, which is not one of our proxies.
 * `forwarded`: named by a hop we trust. `edge`: made by one of our own hosts. `unnamed`: somebody
 * behind a hop of ours, who was not validly named. `none`: no address at all. Only the first two
 * are certain.
 */
export type ClientIpKind = 'direct' | 'edge' | 'forwarded' | 'none' | 'unnamed'

/** Where the parts of an answer stand; after the port, a blank and the address. */
const CERTAIN = 0
const KIND = 1
const REASON = 2
const HOPS = 3
const PORT = 4

/**
 * The answer: who the client is, how sure that is, and why. Nothing of it can be changed.
 *
 * `addr` is the short name because it is the safe one: it is null unless the address is certain.
 */
export class ClientIp {
  // A text from Rust, read when a part is asked for: one value crosses the border, not eight.
  private readonly answer: string

  private constructor(answer: string) {
    this.answer = answer
  }

  /** @internal */
  static from(answer: string): ClientIp {
    return new ClientIp(answer)
  }

  /**
   * The client's address, if it is certain, otherwise null: for access rules, rate limits,
   * sessions.
   */
  get addr(): string | null {
    return this.isCertain ? this.addrForLog : null
  }

  /** The nearest address known to stand before the request, whatever the kind: for logs only. */
  get addrForLog(): string | null {
    return this.answer.slice(this.answer.indexOf(' ', PORT) + 1) || null
  }

  /** The client's port, where the hop that named it wrote one, otherwise null. */
  get port(): number | null {
    const port = this.answer.slice(PORT, this.answer.indexOf(' ', PORT))
    return port === '' ? null : Number(port)
  }

  /** How the address came about. */
  get kind(): ClientIpKind {
    return names.kinds[this.count(KIND)] as ClientIpKind
  }

  /** The rule that decided: `first-untrusted`. */
  get reason(): string {
    const { code } = this
    return code.slice(code.indexOf('/') + 1)
  }

  /** The stable name of the rule, the same in every language: `client-ip/first-untrusted`. */
  get code(): string {
    return names.reasons[this.count(REASON)] as string
  }

  /** Header entries accepted on the way to the answer, the answer's own included. */
  get hops(): number {
    return this.count(HOPS)
  }

  /** May an access rule use the address? */
  get isCertain(): boolean {
    return this.answer[CERTAIN] === '+'
  }

  /** A letter counts from `A`. */
  private count(at: number): number {
    return this.answer.charCodeAt(at) - 65
  }

  /** The address, whatever its kind, or `-` where there is none. */
  toString(): string {
    return this.addrForLog ?? '-'
  }

  /** Every part, for `JSON.stringify` and for logs. */
  toJSON(): {
    addr: string | null
    addrForLog: string | null
    port: number | null
    kind: ClientIpKind
    reason: string
    code: string
    hops: number
    isCertain: boolean
  } {
    const { addr, addrForLog, port, kind, reason, code, hops, isCertain } = this
    return { addr, addrForLog, port, kind, reason, code, hops, isCertain }
  }

  /** @internal What `console.log` of Node shows. */
  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return `ClientIp ${inspect(this.toJSON(), options)}`
  }
}
