import { count, headerLines, options, responseLines, seconds, text, texts } from './arguments.js'
import { ask, askJson, core, Made, type Handle } from './core.js'
import type { Guide } from './forwarded-hop.js'
import type { NginxRules } from './nginx-realip.js'
import type { Scheme } from './origin.js'
import type { RequestHeaders, ResponseHeaders } from './request.js'

/** What is known about a request and the answer to it. */
export interface GzipFacts {
  /** How the client reached the site: `OriginPolicy.origin` says so behind a load balancer. */
  readonly scheme: Scheme
  /** The method, as it was sent. Default: `GET`. */
  readonly method?: string
  /** The version of the client's request: `HTTP/1.1`, `HTTP/2`. Default: `HTTP/1.1`. */
  readonly version?: string
  /** The header of the request. */
  readonly request: RequestHeaders
  /** The status of the answer. */
  readonly status: number
  /** The header of the answer, as the backend sent it. */
  readonly response: ResponseHeaders
  /** Bytes of its content, or `unknown`. Default: as the header says. */
  readonly length?: number | 'unknown' | null
  /** Unix seconds: `Date.now() / 1000`. */
  readonly now: number
}

/** A parameter of `gzip_proxied`. */
export type GzipProxied =
  | 'off'
  | 'expired'
  | 'no-cache'
  | 'no-store'
  | 'private'
  | 'no_last_modified'
  | 'no_etag'
  | 'auth'
  | 'any'

/**
 * Whether answers that are made for one user may be compressed over https: `compress` where pages
 * mask their tokens, or pad their length; otherwise `identity`.
 */
export type Secrets = 'compress' | 'identity'

/** What a policy says beside its directives. */
export interface GzipPolicyOptions {
  /** Which nginx is equalled. Default: `current`. */
  nginx?: NginxRules
  /** For the recommended policy. Default: `identity`. */
  secrets?: Secrets
  /** The parameters of an `expires` in the same place: `1h`. */
  expires?: string
}

/** What becomes of an `ETag`; `none`: there is none. */
export type EtagEffect = 'keep' | 'none' | 'remove' | 'weaken'

/** What becomes of an answer, and of its header. */
export interface GzipVerdict {
  /** Is it compressed? Then it gets `Content-Encoding: gzip`. */
  readonly compresses: boolean
  /** The rule that decided, by name: `not-accepted`. */
  readonly reason: string
  /** The stable name, the same in every language: `gzip/not-accepted`. */
  readonly code: string
  /** The rule in words. */
  readonly text: string
  /** Is a `Vary: Accept-Encoding` due? */
  readonly varies: boolean
  /** What becomes of the `ETag`. */
  readonly etag: EtagEffect
  /** The lines that go, names in lower case. */
  readonly removes: readonly string[]
}

/** Something that was looked at. */
export interface GzipStep {
  /** What was looked at: `accept-encoding`. */
  readonly check: string
  /** What was there, as it may be shown; null for nothing. */
  readonly seen: string | null
  /** Did it decide? */
  readonly decides: boolean
}

/** An explanation of what is compressed as data, as every language writes it. */
export interface GzipExplanationForm {
  readonly compresses: boolean
  readonly reason: string
  readonly because: string
  readonly varies: boolean
  readonly etag: EtagEffect
  readonly removes: readonly string[]
  readonly steps: readonly GzipStep[]
}

/** What was decided about an answer, and why. */
export class GzipExplanation {
  readonly #form: GzipExplanationForm
  readonly #text: string

  private constructor(form: GzipExplanationForm, text: string) {
    this.#form = Object.freeze(form)
    this.#text = text
  }

  /** @internal */
  static from({ form, text }: { form: GzipExplanationForm; text: string }): GzipExplanation {
    return new GzipExplanation(form, text)
  }

  /** The explanation for people, on several lines. */
  toString(): string {
    return this.#text
  }

  /** The explanation as data, as every language writes it. */
  toJSON(): GzipExplanationForm {
    return this.#form
  }
}

interface Fields {
  readonly isRecommended: boolean
  readonly isOn: boolean
  readonly hasVary: boolean
  readonly proxied: readonly GzipProxied[]
  readonly types: readonly string[]
  readonly hasAllTypes: boolean
  readonly disable: readonly string[]
  readonly minLength: number
  readonly httpVersion: string
  readonly expires: string
  readonly passesDate: boolean
  readonly nginx: NginxRules
  readonly secrets: Secrets
}

/**
 * Which answers are compressed, and what becomes of their header. The recommended policy leaves
 * what is made for one user as it is (BREACH); the documented one, Tuleap's, and what is read from
 * directives are nginx.
 *
 * ```js
 * const policy = new GzipPolicy()
 * const response = { 'content-type': 'text/css' }
 * const facts = { scheme: 'https', request: req.headers, status: 200, response, now }
 * if (policy.decide(facts).compresses) {
 *   for (const [name, value] of policy.responseLines(facts)) res.setHeader(name, value)
 * }
 * ```
 */
export class GzipPolicy {
  readonly #handle: Handle
  #fields: Fields | undefined

  /**
   * `directives`: those of nginx, such as `gzip on; gzip_types text/css;`. Without them it is the
   * recommended policy.
   *
   * @throws {TuleapFrontError} `gzip/…`, with its place, or `expires/…`.
   */
  constructor(directives?: string, settings?: GzipPolicyOptions)
  /** @internal */
  constructor(made: Made)
  constructor(first?: string | Made, settings?: GzipPolicyOptions) {
    if (first instanceof Made) {
      this.#handle = first.handle
      return
    }
    const words = optionsText(settings)
    if (first === undefined) {
      this.#handle = ask(() => core.gzipRecommended(words))
      return
    }
    const directives = text(first, 'directives')
    this.#handle = ask(() => core.gzipPolicy(directives, words))
  }

  /** Ours. */
  static recommended(settings?: GzipPolicyOptions): GzipPolicy {
    return new GzipPolicy(undefined, settings)
  }

  /** What the lines of the deployment guide say, which are the same in both guides. */
  static documented(guide: Guide = 'reverse-proxy', settings?: GzipPolicyOptions): GzipPolicy {
    const [of, words] = [text(guide, 'guide'), optionsText(settings)]
    return new GzipPolicy(new Made(ask(() => core.gzipDocumented(of, words))))
  }

  /** What the configuration that Tuleap comes with today says. */
  static tuleap(settings?: GzipPolicyOptions): GzipPolicy {
    const words = optionsText(settings)
    return new GzipPolicy(new Made(ask(() => core.gzipTuleap(words))))
  }

  get #data(): Fields {
    this.#fields ??= askJson<Fields>(() => core.gzipFields(this.#handle))
    return this.#fields
  }

  /** Is it our own, and not nginx? */
  get isRecommended(): boolean {
    return this.#data.isRecommended
  }

  /** `gzip` */
  get isOn(): boolean {
    return this.#data.isOn
  }

  /** `gzip_vary` */
  get hasVary(): boolean {
    return this.#data.hasVary
  }

  /** `gzip_proxied`, in nginx's order. */
  get proxied(): GzipProxied[] {
    return [...this.#data.proxied]
  }

  /** `gzip_types`, without `text/html` and `*`. None for the recommended policy. */
  get types(): string[] {
    return [...this.#data.types]
  }

  /** `gzip_types *`: is every type listed? */
  get hasAllTypes(): boolean {
    return this.#data.hasAllTypes
  }

  /** `gzip_disable`: regular expressions, and `msie6`. */
  get disable(): string[] {
    return [...this.#data.disable]
  }

  /** `gzip_min_length` */
  get minLength(): number {
    return this.#data.minLength
  }

  /** `gzip_http_version`: `HTTP/1.1`. */
  get httpVersion(): string {
    return this.#data.httpVersion
  }

  /** The parameters of `expires`. */
  get expires(): string {
    return this.#data.expires
  }

  /** `proxy_pass_header Date`: is `Expires` held against the backend's clock? */
  get passesDate(): boolean {
    return this.#data.passesDate
  }

  /** Which nginx is equalled. */
  get nginx(): NginxRules {
    return this.#data.nginx
  }

  /** Whether answers that are made for one user may be compressed. */
  get secrets(): Secrets {
    return this.#data.secrets
  }

  /** What becomes of an answer. */
  decide(facts: GzipFacts): GzipVerdict {
    const [known, request, response] = factsText(facts)
    return Object.freeze(
      askJson<GzipVerdict>(() => core.gzipDecide(this.#handle, known, request, response)),
    )
  }

  /** The same, with what was looked at. */
  explain(facts: GzipFacts): GzipExplanation {
    const [known, request, response] = factsText(facts)
    return GzipExplanation.from(
      askJson(() => core.gzipExplain(this.#handle, known, request, response)),
    )
  }

  /**
   * The lines that the client gets of those that are changed, in the order in which nginx writes
   * them: `Content-Type`, `Content-Length`, `Vary`, `ETag`, `Accept-Ranges`, `Cache-Control`,
   * `Expires` and `Content-Encoding`.
   */
  responseLines(facts: GzipFacts): [name: string, value: string][] {
    const [known, request, response] = factsText(facts)
    return askJson(() => core.gzipResponseLines(this.#handle, known, request, response))
  }

  /** As directives; for the recommended policy what comes closest to it in nginx. */
  toString(): string {
    return ask(() => core.gzipText(this.#handle))
  }
}

function optionsText(settings: GzipPolicyOptions | undefined): string {
  const { nginx = 'current', secrets = 'identity', expires } = options(settings, 'options')
  return texts([nginx, secrets, ...(expires === undefined ? [] : [expires])], 'options')
}

function factsText(facts: GzipFacts): [known: string, request: string, response: string] {
  const given = options(facts, 'facts')
  const { scheme, method = 'GET', version = 'HTTP/1.1', status, length, now } = given
  const known = [
    text(scheme, 'facts.scheme'),
    text(method, 'facts.method'),
    text(version, 'facts.version'),
    String(count(status, 'facts.status', [0, 65_535])),
    String(seconds(now, 'facts.now')),
  ]
  if (length === 'unknown') known.push(length)
  else if (length !== undefined && length !== null) {
    known.push(String(count(length, 'facts.length', [0, Number.MAX_SAFE_INTEGER])))
  }
  const [request, response] = [given.request, given.response]
  return [
    texts(known, 'facts'),
    headerLines(request as RequestHeaders),
    responseLines(response as ResponseHeaders),
  ]
}
