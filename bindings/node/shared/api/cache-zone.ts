import { count, instance, seconds, text, texts } from './arguments.js'
import {
  answerText,
  CachePolicy,
  factsText,
  type CacheAnswer,
  type CacheFacts,
  type CacheReason,
} from './cache-policy.js'
import { ask, askJson, core, type Handle } from './core.js'

/** What `$upstream_cache_status` shows about a request. */
export type CacheStatus =
  | 'BYPASS'
  | 'EXPIRED'
  | 'HIT'
  | 'MISS'
  | 'REVALIDATED'
  | 'STALE'
  | 'UPDATING'

/** How a backend failed to answer. */
export type UpstreamFailure = 'error' | 'invalid-header' | 'timeout'

/** What the backend is asked. */
export interface UpstreamRequest {
  /** The method. */
  readonly method: string
  /** The target. */
  readonly target: string
  /** The header lines, with those of a revalidation. */
  readonly lines: readonly (readonly [name: string, value: string])[]
}

/**
 * What became of a request, or what the backend is to be asked first. `reason` says why the answer
 * was stored or not, or what let the cache answer. What there is not is null; times are seconds.
 */
export interface CacheStep extends CacheReason {
  /**
   * The backend is to be asked, and `answer` or `fail` to be told what came of it. Where there is a
   * status as well, the client has its answer already.
   */
  readonly ticket: number | null
  /** What the backend is asked, or was. */
  readonly upstream: UpstreamRequest | null
  /** Is the path one of the policy's location? */
  readonly isInLocation: boolean
  /** The status that the client gets. */
  readonly status: number | null
  /** `$upstream_cache_status` */
  readonly cacheStatus: CacheStatus | null
  /** What the guide's `add_header X-Cache-Status $upstream_cache_status` writes. */
  readonly shownStatus: CacheStatus | null
  /** The header lines that the client gets. */
  readonly lines: readonly (readonly [name: string, value: string])[]
  /** The key, where the cache has a part in it. */
  readonly key: string | null
  /** The name of the file: the MD5 of the key, or of a variant. */
  readonly file: string | null
  /** The file, from the folder of the cache on. */
  readonly path: string | null
  /** Was the backend's answer stored? */
  readonly stores: boolean
  /** Is there an entry now, of this answer or of an older one? */
  readonly hasEntry: boolean
  /** For how long the entry is fresh, from when it was stored. */
  readonly lifetime: number | null
  /** Until when the entry is fresh, in Unix seconds. */
  readonly validUntil: number | null
  /** For how much longer the entry may be served while it is refreshed. */
  readonly staleWhileRevalidate: number | null
  /** For how much longer the entry may be served where the backend cannot be reached. */
  readonly staleIfError: number | null
  /** The `Vary` that the entry is kept with. */
  readonly vary: string | null
  /** The variant that the entry is. */
  readonly variant: string | null
}

/**
 * A cache that holds what a policy stores, without bodies, files and clocks: what
 * `$upstream_cache_status` shows over many requests, and why.
 *
 * ```js
 * const zone = new CacheZone(new CachePolicy())
 * const asked = zone.ask(facts, now)
 * if (asked.ticket !== null) {
 *   const { status, headers } = await askBackend(asked.upstream)
 *   zone.answer(asked.ticket, { status, headers }, now).cacheStatus // 'MISS'
 * }
 * zone.ask(facts, now + 1).cacheStatus // 'HIT'
 * ```
 */
export class CacheZone {
  readonly #handle: Handle
  readonly #policy: CachePolicy

  /** An empty cache. */
  constructor(policy: CachePolicy) {
    this.#policy = instance(policy, CachePolicy, 'policy')
    this.#handle = policy.zone()
  }

  /** Whose rules it keeps. */
  get policy(): CachePolicy {
    return this.#policy
  }

  /** Was nothing asked for yet, or is all of it forgotten? */
  get isEmpty(): boolean {
    return ask(() => core.zoneIsEmpty(this.#handle))
  }

  /**
   * A request: the client's answer, or what the backend is to be asked, or both. `now` is in Unix
   * seconds. Between a question and its answer others may ask, as in nginx.
   */
  ask(facts: CacheFacts, now: number): CacheStep {
    const [known, lines] = factsText(facts)
    const time = String(seconds(now, 'now'))
    return Object.freeze(
      askJson<CacheStep>(() => core.zoneAsk(this.#handle, known, lines, time)),
    )
  }

  /** What the backend answered; null where the ticket is not known. */
  answer(ticket: number, answer: CacheAnswer, now: number): CacheStep | null {
    const [of, [told, headers]] = [ticketText(ticket), answerText(answer, now)]
    return Object.freeze(
      askJson<CacheStep | null>(() => core.zoneAnswer(this.#handle, of, told, headers)),
    )
  }

  /** The backend did not answer; null where the ticket is not known. */
  fail(ticket: number, failure: UpstreamFailure, now: number): CacheStep | null {
    const failed = [ticketText(ticket), text(failure, 'failure'), String(seconds(now, 'now'))]
    const list = texts(failed, 'failed')
    return Object.freeze(askJson<CacheStep | null>(() => core.zoneFail(this.#handle, list)))
  }
}

const ticketText = (ticket: unknown): string =>
  String(count(ticket, 'ticket', [0, Number.MAX_SAFE_INTEGER]))
