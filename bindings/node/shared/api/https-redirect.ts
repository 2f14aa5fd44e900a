import { options, text, texts } from './arguments.js'
import { ask, askJson, core, Made, type Handle } from './core.js'
import type { Guide } from './forwarded-hop.js'
import type { NginxRules } from './nginx-realip.js'
import type { Scheme } from './origin.js'

/** What is known about a request that may be redirected. */
export interface RedirectFacts {
  /** What the client speaks to the site: `OriginPolicy.origin` says so behind a load balancer. */
  readonly scheme: Scheme
  /** The method, as it was sent. */
  readonly method: string
  /** The request target, as it was sent; never decoded. */
  readonly target: string
}

/**
 * The status of a redirect. `by-safety`: 301 for the methods that a client may repeat as a GET, GET
 * and HEAD among them, and 308 for all others.
 */
export type RedirectStatus =
  | 'by-safety'
  | 'found'
  | 'moved-permanently'
  | 'permanent-redirect'
  | 'see-other'
  | 'temporary-redirect'

/** The choices of a redirect. */
export interface HttpsRedirectOptions {
  /** Default: `by-safety`, and `moved-permanently` for the documented one. */
  status?: RedirectStatus
  /** Which nginx, where versions answer otherwise. Default: `current`. */
  nginx?: NginxRules
}

/** What is answered. `stay`: the request came over https and is served. */
export interface RedirectDecision {
  /** What to do. */
  readonly action: 'redirect' | 'refuse' | 'stay'
  /** What to answer; null for `stay`. */
  readonly status: number | null
  /** The value of `Location`, for `redirect`, otherwise null. */
  readonly location: string | null
  /** The rule that decided, by name: `keeps-method`. */
  readonly reason: string
  /** The stable name, the same in every language: `https-redirect/keeps-method`. */
  readonly code: string
  /** The rule in words; for the body of a refusal. */
  readonly text: string
}

/** An explanation of a redirect as data, as every language writes it. */
export interface RedirectExplanationForm {
  readonly action: RedirectDecision['action']
  readonly status: number | null
  readonly reason: string
  readonly because: string
  readonly asked: string
  readonly location: string | null
}

/** What is answered, and by which rule. */
export class RedirectExplanation {
  readonly #form: RedirectExplanationForm
  readonly #text: string

  private constructor(form: RedirectExplanationForm, text: string) {
    this.#form = Object.freeze(form)
    this.#text = text
  }

  /** @internal */
  static from({
    form,
    text,
  }: {
    form: RedirectExplanationForm
    text: string
  }): RedirectExplanation {
    return new RedirectExplanation(form, text)
  }

  /** The explanation for people, on several lines. */
  toString(): string {
    return this.#text
  }

  /** The explanation as data, as every language writes it. */
  toJSON(): RedirectExplanationForm {
    return this.#form
  }
}

/**
 * Sends requests over plain http to https: to the configured host, never to one that the request
 * names, with the request's own target behind it, byte for byte.
 *
 * ```js
 * const redirect = new HttpsRedirect('tuleap.example.com')
 * const { action, status, location } = redirect.decide({ scheme, method, target: req.url })
 * if (action === 'redirect') res.writeHead(status, { location }).end()
 * ```
 */
export class HttpsRedirect {
  readonly #handle: Handle

  /**
   * `origin`: a host, `host:port`, or `https://` and one of them.
   *
   * @throws {TuleapFrontError} `https-origin/…`.
   */
  constructor(origin: string, settings?: HttpsRedirectOptions)
  /** @internal */
  constructor(made: Made)
  constructor(first: string | Made, settings?: HttpsRedirectOptions) {
    this.#handle = first instanceof Made ? first.handle : recommended(first, settings)
  }

  /**
   * What the lines of the deployment guide answer, for the value of `server_name`: with `:443` in
   * the guide to the reverse proxy, without it in that to the distributed set-up.
   *
   * @throws {TuleapFrontError} `https-origin/…`, for a name with which nginx does not start.
   */
  static documented(
    guide: Guide,
    serverName: string,
    settings?: HttpsRedirectOptions,
  ): HttpsRedirect {
    const [of, name] = [text(guide, 'guide'), text(serverName, 'serverName')]
    const [status, rules] = words(settings)
    const handle = ask(() => core.httpsRedirectDocumented(of, name, status, rules))
    return new HttpsRedirect(new Made(handle))
  }

  /** Decides about a request. */
  decide(facts: RedirectFacts): RedirectDecision {
    const known = factsText(facts)
    return Object.freeze(
      askJson<RedirectDecision>(() => core.redirectDecide(this.#handle, known)),
    )
  }

  /** The decision with what led to it. */
  explain(facts: RedirectFacts): RedirectExplanation {
    const known = factsText(facts)
    return RedirectExplanation.from(askJson(() => core.redirectExplain(this.#handle, known)))
  }
}

function recommended(origin: unknown, settings: HttpsRedirectOptions | undefined): Handle {
  const checked = text(origin, 'origin')
  const [status, rules] = words(settings)
  return ask(() => core.httpsRedirect(checked, status, rules))
}

function words(settings: HttpsRedirectOptions | undefined): [string, string] {
  const { status = '', nginx = 'current' } = options(settings, 'options')
  return [text(status, 'status'), text(nginx, 'nginx')]
}

function factsText(facts: RedirectFacts): string {
  const { scheme, method, target } = options(facts, 'facts')
  return texts(
    [text(scheme, 'facts.scheme'), text(method, 'facts.method'), text(target, 'facts.target')],
    'facts',
  )
}
