import { count, headerLines, options, responseLines, seconds, text, texts } from './arguments.js'
import { CacheKey, CacheLevels } from './cache-key.js'
import { ask, askJson, core, Made, type Handle } from './core.js'
import type { Guide } from './forwarded-hop.js'
import { GzipPolicy } from './gzip-policy.js'
import { Locations } from './locations.js'
import type { NginxRules } from './nginx-realip.js'
import type { Scheme } from './origin.js'
import type { RequestHeaders, ResponseHeaders } from './request.js'

/** What is known about a request. */
export interface CacheFacts {
  /** How the connection reached this server: nginx's `$scheme`. */
  readonly scheme: Scheme
  /** The method, as it was sent. Default: `GET`. */
  readonly method?: string
  /** nginx's `$host`: in lower case, without port and without one final dot. */
  readonly host: string
  /** The request target, as it was sent; never decoded. */
  readonly target: string
  /** The version of the request: `HTTP/1.1`. Default: `HTTP/1.1`. */
  readonly version?: string
  /** The header of the request. */
  readonly headers: RequestHeaders
}

/** What the backend answered. */
export interface CacheAnswer {
  /** The status. */
  readonly status: number
  /** The header, in wire order where that is known: in some nginx the order decides. */
  readonly headers: ResponseHeaders
  /** Did all of the body come? Default: `whole`. */
  readonly body?: 'cut' | 'whole'
}

/** The choices of a policy. */
export interface CachePolicyOptions {
  /** Which nginx is equalled. Default: `current`. */
  nginx?: NginxRules
}

/** A rule that decided. */
export interface CacheReason {
  /** By name: `set-cookie`. */
  readonly reason: string
  /** The stable name, the same in every language: `cache/set-cookie`. */
  readonly code: string
  /** In words. */
  readonly text: string
}

/**
 * Is the cache asked for a request? `bypass`: the backend is asked, and its answer may be stored;
 * `skip`: the cache has no part in it.
 */
export interface CacheLookup extends CacheReason {
  /** What to do. */
  readonly action: 'bypass' | 'look-up' | 'skip'
}

/**
 * Whether an answer is stored, and for how long. Times are seconds; above 2⁵³ they are the nearest
 * number that there is.
 */
export interface CacheStore extends CacheReason {
  /** Is it stored? */
  readonly isStored: boolean
  /** For how long it is fresh; null where it is not stored. */
  readonly lifetime: number | null
  /** Until when it is fresh, in Unix seconds; null where it is not stored. */
  readonly validUntil: number | null
  /** For how long it is served where nobody asks for it meanwhile; null where it is not stored. */
  readonly keptFor: number | null
  /** For how much longer it may be served while it is refreshed. */
  readonly staleWhileRevalidate: number
  /** For how much longer it may be served where the backend cannot be reached. */
  readonly staleIfError: number
  /** The variant that it is stored as, where the answer has a `Vary`, otherwise null. */
  readonly variant: string | null
}

/** What became of a request and of its answer as data, as every language writes it. */
export interface CacheExplanationForm {
  readonly verdict: string
  readonly reason: string
  readonly because: string
  readonly asked: string
  readonly look_up: boolean
  readonly look_up_reason: string
  readonly key: string | null
  readonly md5: string | null
  readonly path: string | null
  readonly status: number | null
  readonly stored: boolean | null
  readonly lines: readonly (readonly [name: string, value: string, reason: string])[] | null
  readonly lifetime: number | null
  readonly valid_until: number | null
  readonly kept_for: number | null
  readonly stale_while_revalidate: number | null
  readonly stale_if_error: number | null
  readonly variant_md5: string | null
  readonly client: readonly (readonly [name: string, value: string])[] | null
  readonly hidden: readonly string[] | null
}

/** What became of a request and of its answer, and why. */
export class CacheExplanation {
  readonly #form: CacheExplanationForm
  readonly #text: string

  private constructor(form: CacheExplanationForm, text: string) {
    this.#form = Object.freeze(form)
    this.#text = text
  }

  /** @internal */
  static from({ form, text }: { form: CacheExplanationForm; text: string }): CacheExplanation {
    return new CacheExplanation(form, text)
  }

  /** The explanation for people, on several lines. */
  toString(): string {
    return this.#text
  }

  /** The explanation as data, as every language writes it. */
  toJSON(): CacheExplanationForm {
    return this.#form
  }
}

interface Fields {
  readonly isRecommended: boolean
  readonly directives: readonly (readonly string[])[]
  readonly levels: string
  readonly inactive: number
  readonly keyText: string | null
  readonly expires: string
  readonly nginx: NginxRules
}

/**
 * What a location of nginx keeps in its cache, for how long, and what the client gets. The
 * recommended policy keeps static files and nothing that belongs to a user.
 *
 * ```js
 * const policy = new CachePolicy()
 * const facts = { scheme: 'https', host: 'tuleap.example.com', target: '/a.css', headers: {} }
 * const answer = { status: 200, headers: { 'content-type': 'text/css' } }
 * policy.lookUp(facts).action // 'look-up'
 * policy.store(facts, answer, Date.now() / 1000).lifetime // 3600
 * ```
 */
export class CachePolicy {
  readonly #handle: Handle
  #fields: Fields | undefined

  /**
   * `directives`: those of nginx, `proxy_cache` and its kin. Without them it is the recommended
   * policy.
   *
   * @throws {TuleapFrontError} `cache-policy/…`, `cache-levels/…`, `expires/…`, `gzip/…` or
   * `locations/…`, with its place.
   */
  constructor(directives?: string, settings?: CachePolicyOptions)
  /** @internal */
  constructor(made: Made)
  constructor(first?: string | Made, settings?: CachePolicyOptions) {
    if (first instanceof Made) {
      this.#handle = first.handle
      return
    }
    const rules = rulesText(settings)
    if (first === undefined) {
      this.#handle = ask(() => core.cacheRecommended(rules))
      return
    }
    const directives = text(first, 'directives')
    this.#handle = ask(() => core.cachePolicy(directives, rules))
  }

  /** Today's static files, and nothing that belongs to a user. */
  static recommended(settings?: CachePolicyOptions): CachePolicy {
    return new CachePolicy(undefined, settings)
  }

  /** What the lines of the deployment guide say: for media behind a load balancer. */
  static documented(guide: Guide = 'reverse-proxy', settings?: CachePolicyOptions): CachePolicy {
    const [of, rules] = [text(guide, 'guide'), rulesText(settings)]
    return new CachePolicy(new Made(ask(() => core.cacheDocumented(of, rules))))
  }

  /** @internal */
  zone(): Handle {
    return ask(() => core.cacheZone(this.#handle))
  }

  get #data(): Fields {
    this.#fields ??= askJson<Fields>(() => core.cacheFields(this.#handle))
    return this.#fields
  }

  /** Is it our own, and not nginx? */
  get isRecommended(): boolean {
    return this.#data.isRecommended
  }

  /** Every directive: its name and its parameters, in order. */
  get directives(): string[][] {
    return this.#data.directives.map((words) => [...words])
  }

  /** The paths that it is about; null for all of them. */
  get locations(): Locations | null {
    const handle = ask(() => core.cacheLocations(this.#handle))
    return handle ? new Locations(new Made(handle)) : null
  }

  /** `levels=` of `proxy_cache_path`. */
  get levels(): CacheLevels {
    return new CacheLevels(this.#data.levels)
  }

  /** `inactive=` of `proxy_cache_path`: seconds without a request after which an entry goes. */
  get inactive(): number {
    return this.#data.inactive
  }

  /** `proxy_cache_key`; null where the cache is off. */
  get keyText(): string | null {
    return this.#data.keyText
  }

  /** The parameters of `expires`. */
  get expires(): string {
    return this.#data.expires
  }

  /** What the `gzip` directives among the others say; null where there are none. */
  get gzip(): GzipPolicy | null {
    const handle = ask(() => core.cacheGzip(this.#handle))
    return handle ? new GzipPolicy(new Made(handle)) : null
  }

  /** Which nginx is equalled. */
  get nginx(): NginxRules {
    return this.#data.nginx
  }

  /** The key of a request; null where the cache is off or nginx refuses the target. */
  key(facts: CacheFacts): CacheKey | null {
    const [known, lines] = factsText(facts)
    const key = ask(() => core.cacheKey(this.#handle, known, lines))
    return key === null || key === undefined ? null : new CacheKey(key)
  }

  /** Is the cache asked for a request? */
  lookUp(facts: CacheFacts): CacheLookup {
    const [known, lines] = factsText(facts)
    return Object.freeze(
      askJson<CacheLookup>(() => core.cacheLookUp(this.#handle, known, lines)),
    )
  }

  /**
   * Is an answer stored, and for how long? As if no entry were there; `now` is in Unix seconds.
   */
  store(facts: CacheFacts, answer: CacheAnswer, now: number): CacheStore {
    const [known, lines] = factsText(facts)
    const [told, headers] = answerText(answer, now)
    return Object.freeze(
      askJson<CacheStore>(() => core.cacheStore(this.#handle, known, lines, told, headers)),
    )
  }

  /**
   * The lines that the client gets of an answer, in wire order: without those that are hidden, and
   * as `expires`, the client's conditions and its range leave them.
   */
  responseLines(
    facts: CacheFacts,
    answer: CacheAnswer,
    now: number,
  ): [name: string, value: string][] {
    const [known, lines] = factsText(facts)
    const [told, headers] = answerText(answer, now)
    return askJson(() => core.cacheResponseLines(this.#handle, known, lines, told, headers))
  }

  /** What becomes of a request and of its answer. */
  explain(facts: CacheFacts, answer: CacheAnswer, now: number): CacheExplanation {
    const [known, lines] = factsText(facts)
    const [told, headers] = answerText(answer, now)
    return CacheExplanation.from(
      askJson(() => core.cacheExplain(this.#handle, known, lines, told, headers)),
    )
  }

  /** What becomes of a request, before there is an answer. */
  explainLookUp(facts: CacheFacts): CacheExplanation {
    const [known, lines] = factsText(facts)
    return CacheExplanation.from(
      askJson(() => core.cacheExplainLookUp(this.#handle, known, lines)),
    )
  }

  /** As directives. */
  toString(): string {
    return ask(() => core.cacheText(this.#handle))
  }
}

const rulesText = (settings: CachePolicyOptions | undefined): string =>
  text(options(settings, 'options').nginx ?? 'current', 'nginx')

/** @internal */
export function factsText(facts: CacheFacts): [known: string, headers: string] {
  const given = options(facts, 'facts')
  const { scheme, method = 'GET', host, target, version = 'HTTP/1.1', headers } = given
  const known = [
    text(scheme, 'facts.scheme'),
    text(method, 'facts.method'),
    text(host, 'facts.host'),
    text(target, 'facts.target'),
    text(version, 'facts.version'),
  ]
  return [texts(known, 'facts'), headerLines(headers as RequestHeaders)]
}

/** @internal */
export function answerText(answer: CacheAnswer, now: number): [told: string, headers: string] {
  const { status, headers, body = 'whole' } = options(answer, 'answer')
  const told = [
    String(seconds(now, 'now')),
    String(count(status, 'answer.status', [0, 65_535])),
    text(body, 'answer.body'),
  ]
  return [texts(told, 'answer'), responseLines(headers as ResponseHeaders)]
}
