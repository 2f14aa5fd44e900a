import { text } from './arguments.js'
import { ask, askJson, core, type Handle } from './core.js'
import type { Scheme } from './origin.js'

/**
 * How a request ends. `loop`: it is redirected to what it asked for, for ever. `plain-http-served`:
 * the application answers over plain http. `redirected-once`: it is redirected to https, and then
 * served. `served`: the application answers over https. `unreachable`: nobody listens.
 */
export type ChainVerdict =
  | 'loop'
  | 'plain-http-served'
  | 'redirected-once'
  | 'served'
  | 'unreachable'

/** Who is to blame for what is wrong, and what to write instead. */
export interface ChainCause {
  /** The stable name, the same in every language: `redirect-loop/…`, without its noun. */
  readonly reason: string
  /** The hop. */
  readonly hop: string
  /** What is wrong, in words. */
  readonly text: string
  /** What to do about it, in words. */
  readonly advice: string
  /** The hop as it should be written, where that is known. */
  readonly instead: string | null
}

/** What one hop sees of a request. */
export interface ChainStep {
  /** Its name. */
  readonly hop: string
  /** What the hop before it, or the client, speaks to it. */
  readonly reached_by: Scheme
  /** The `X-Forwarded-Proto` that it gets. */
  readonly proto: Scheme | null
  /** The scheme that it takes for the client's. */
  readonly believes: Scheme
  /** Why it does. */
  readonly belief: string
  /** Does it redirect to https? */
  readonly redirects: boolean
  /** The `X-Forwarded-Proto` that it sends on. */
  readonly sends: Scheme | null
}

/** What becomes of a request over one scheme. */
export interface ChainRun {
  readonly verdict: ChainVerdict
  /** The whole in one sentence. */
  readonly text: string
  /** The hop that ends TLS. */
  readonly tls_ends_at: string | null
  readonly steps: readonly ChainStep[]
  readonly causes: readonly ChainCause[]
}

/** Both verdicts as data, as every language writes it. */
export interface ChainExplanationForm {
  readonly https: ChainRun
  readonly http: ChainRun
  readonly notes: readonly ChainCause[]
  readonly is_sound: boolean
  readonly corrected: string | null
}

/** What becomes of a request over https and of one over http, and why. */
export class ChainExplanation {
  /** Over https. */
  readonly https: ChainRun
  /** Over plain http. */
  readonly http: ChainRun
  /** What is risky though it works. */
  readonly notes: readonly ChainCause[]
  /** Is nothing wrong? */
  readonly isSound: boolean
  /** The chain as it should be; null where nothing is wrong. */
  readonly corrected: string | null
  readonly #form: ChainExplanationForm
  readonly #text: string

  private constructor(form: ChainExplanationForm, text: string) {
    this.https = form.https
    this.http = form.http
    this.notes = form.notes
    this.isSound = form.is_sound
    this.corrected = form.corrected
    this.#form = form
    this.#text = text
    Object.freeze(this)
  }

  /** @internal */
  static from({ form, text }: { form: ChainExplanationForm; text: string }): ChainExplanation {
    return new ChainExplanation(form, text)
  }

  /** The explanation for people, on several lines. */
  toString(): string {
    return this.#text
  }

  /** The explanation as data, as every language writes it. */
  toJSON(): ChainExplanationForm {
    return this.#form
  }
}

/**
 * The hops between a client and the application, and whether their redirects to https come to an
 * end: who ends TLS, who believes what and why.
 *
 * ```js
 * const chain = new ProxyChain('lb: https; nginx: http, redirects')
 * chain.verdict('https') // 'loop'
 * chain.explain().https.text // 'TLS ends at lb; nginx believes http because …'
 * ```
 */
export class ProxyChain {
  readonly #handle: Handle

  /**
   * One hop per line, or with `;` between them, the client's end first: `name: http, https or http
   * and https`, and after commas `trusts NAME`, `writes proto`, `redirects` and what else the Rust
   * documentation lists.
   *
   * @throws {TuleapFrontError} `proxy-chain/…`, with its place.
   */
  constructor(chain: string) {
    const checked = text(chain, 'chain')
    this.#handle = ask(() => core.proxyChain(checked))
  }

  /** How a request ends that a client sends by this scheme. */
  verdict(scheme: Scheme): ChainVerdict {
    const checked = text(scheme, 'scheme')
    return ask(() => core.chainVerdict(this.#handle, checked)) as ChainVerdict
  }

  /** Both verdicts, and what led to them. */
  explain(): ChainExplanation {
    return ChainExplanation.from(askJson(() => core.chainExplain(this.#handle)))
  }

  /** The chain with everything changed that is wrong; itself where nothing is. */
  corrected(): ProxyChain {
    return new ProxyChain(ask(() => core.chainCorrected(this.#handle)))
  }

  /** The chain on one line. */
  toString(): string {
    return ask(() => core.chainText(this.#handle))
  }
}
