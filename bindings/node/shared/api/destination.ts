import { headerLines, headerValues, options, text, texts } from './arguments.js'
import { ask, askJson, core, Made, type Handle } from './core.js'
import {
  DestinationExplanation,
  IfExplanation,
  LocationExplanation,
} from './destination-explanation.js'
import type { Guide } from './forwarded-hop.js'
import type { NginxRules } from './nginx-realip.js'
import type { Scheme } from './origin.js'
import type { RequestHeaders } from './request.js'

/** What is known about a request whose `Destination` is read. */
export interface DestinationFacts {
  /** The method, as it was sent. */
  readonly method: string
  /** The client's `Host`, for public origins `auto`; null if there is none. */
  readonly host?: string | null
  /** The `Host` that the next server is sent. Default: the client's. */
  readonly forwardedHost?: string | null
  /** What the client speaks to the site; read for `Location` alone. Default: `https`. */
  readonly scheme?: Scheme
}

/** The choices of the strict rule. */
export interface DestinationRuleOptions {
  /**
   * What becomes of a Destination on another server: 502, or it is sent on as it is. A server that
   * does not look at the host takes it for its own. Default: `reject`.
   */
  foreign?: 'pass' | 'reject'
  /**
   * What becomes of a path without scheme and host: it is sent on as it is, or the backend's origin
   * is put before it. Default: `keep`.
   */
  pathAbsolute?: 'keep' | 'promote'
  /**
   * Whether a host program maps the tags of `If`. Default: where the backend is an origin of its
   * own, so that the Host may change.
   */
  ifTags?: 'keep' | 'rewrite'
}

/**
 * What becomes of a header. `unchanged`: it is sent on as it is. `rewrite`: one line with `value`
 * replaces every line. `remove`: no such header is sent on. `reject`: answer with `status`.
 */
export interface Rewrite {
  /** What to do. */
  readonly action: 'reject' | 'remove' | 'rewrite' | 'unchanged'
  /** The value of the one line, where the action is `rewrite`, otherwise null. */
  readonly value: string | null
  /** 400 or 502 where the action is `reject`, otherwise null. */
  readonly status: number | null
  /** Why it is refused, by name: `foreign-origin`. */
  readonly reason: string | null
  /** The stable name of the reason, the same in every language: `destination/foreign-origin`. */
  readonly code: string | null
  /** The reason in words, for the body of the answer. It holds nothing of the client's. */
  readonly text: string | null
}

function strict(
  publicOrigins: string | readonly string[],
  backend: unknown,
  settings: DestinationRuleOptions | undefined,
): Handle {
  const { foreign = 'reject', pathAbsolute = 'keep', ifTags = '' } = options(settings, 'options')
  const list = Array.isArray(publicOrigins)
    ? publicOrigins.map((origin) => text(origin, 'an item of publicOrigins')).join(', ')
    : text(publicOrigins, 'publicOrigins')
  const next = text(backend, 'backend')
  const [others, paths] = [text(foreign, 'foreign'), text(pathAbsolute, 'pathAbsolute')]
  const tags = text(ifTags, 'ifTags')
  return ask(() => core.destinationRule(list, next, others, paths, tags))
}

/** The facts as one text. */
function factsText(facts: DestinationFacts): string {
  const { method, host, forwardedHost, scheme = 'https' } = options(facts, 'facts')
  const of = optional(host, 'facts.host')
  const sent = forwardedHost === undefined ? of : optional(forwardedHost, 'facts.forwardedHost')
  return texts([text(method, 'facts.method'), of, sent, text(scheme, 'facts.scheme')], 'facts')
}

const optional = (value: unknown, name: string): string =>
  value === undefined || value === null ? '' : text(value, name)

/**
 * Maps the `Destination` of COPY and MOVE from the origin that clients know to the one that the
 * next server takes for its own. Made once from configuration, asked for every request; asking
 * throws for arguments of a wrong type only.
 *
 * Texts of headers stand for bytes, one code unit up to U+00FF each, and so does the value.
 *
 * ```js
 * const rule = new DestinationRule('https://tuleap.example.com', 'http')
 * const { action, value, status, text } = rule.rewrite({ method, host }, req.rawHeaders)
 * if (action === 'reject') res.writeHead(status).end(text)
 * ```
 */
export class DestinationRule {
  readonly #handle: Handle

  /**
   * `publicOrigins`: the origins by which clients reach the site, as a list, or as a text with
   * commas or blanks between them; `auto` is http and https with the client's `Host`. `backend`: an
   * origin, or `http` or `https`, which is that scheme with the forwarded `Host`.
   *
   * @throws {TuleapFrontError} `destination-origin/…`, with the entry.
   */
  constructor(
    publicOrigins: string | readonly string[],
    backend: string,
    settings?: DestinationRuleOptions,
  )
  /** @internal */
  constructor(made: Made)
  constructor(
    first: string | readonly string[] | Made,
    backend?: string,
    settings?: DestinationRuleOptions,
  ) {
    this.#handle = first instanceof Made ? first.handle : strict(first, backend, settings)
  }

  /**
   * The rule for a server that ends TLS: from the client's `Host`, by http and https, to http with
   * the `Host` that is forwarded.
   */
  static recommended(): DestinationRule {
    return new DestinationRule(new Made(ask(() => core.destinationRecommended())))
  }

  /**
   * What the lines of the deployment guide say, byte for byte, for moving away from them.
   * `nginx`: which nginx, where there are several lines: from 1.23 on, or 1.22.
   */
  static documented(guide: Guide = 'reverse-proxy', nginx: NginxRules = 'current'): DestinationRule {
    const [of, rules] = [text(guide, 'guide'), text(nginx, 'nginx')]
    return new DestinationRule(new Made(ask(() => core.destinationDocumented(of, rules))))
  }

  /** Decides about every `Destination` line of a request. */
  rewrite(facts: DestinationFacts, headers: RequestHeaders): Rewrite {
    const [known, lines] = [factsText(facts), headerLines(headers)]
    return answer(() => core.destinationRewrite(this.#handle, known, lines))
  }

  /** The same, for the values of the `Destination` lines alone, in wire order. */
  rewriteLines(facts: DestinationFacts, lines: readonly string[]): Rewrite {
    const [known, values] = [factsText(facts), texts(lines, 'lines')]
    return answer(() => core.destinationRewriteLines(this.#handle, known, values))
  }

  /** The rule for one value. */
  rewriteValue(facts: DestinationFacts, value: string): Rewrite {
    const [known, checked] = [factsText(facts), text(value, 'value')]
    return answer(() => core.destinationRewriteValue(this.#handle, known, checked))
  }

  /** The decision with what led to it. */
  explain(facts: DestinationFacts, headers: RequestHeaders): DestinationExplanation {
    const [known, lines] = [factsText(facts), headerLines(headers)]
    return DestinationExplanation.from(
      askJson(() => core.destinationExplain(this.#handle, known, lines)),
    )
  }

  /** Whether a host program maps the tags of `If`. */
  get ifTags(): 'keep' | 'rewrite' {
    return ask(() => core.destinationMapsIf(this.#handle)) ? 'rewrite' : 'keep'
  }

  /**
   * The value that replaces one `If` line, whose tags name places too (RFC 4918 §10.4); null where
   * it is left as it is. Lists in parentheses, tags on another server and malformed lines are.
   */
  rewriteIf(facts: DestinationFacts, value: string): string | null {
    const [known, checked] = [factsText(facts), text(value, 'value')]
    return ask(() => core.destinationRewriteIf(this.#handle, known, checked)) ?? null
  }

  /** The same with what led to it, tag by tag. */
  explainIf(facts: DestinationFacts, value: string): IfExplanation {
    const [known, checked] = [factsText(facts), text(value, 'value')]
    return IfExplanation.from(
      askJson(() => core.destinationExplainIf(this.#handle, known, checked)),
    )
  }

  /**
   * The value that replaces a `Location` or `Content-Location` of the next server's answer, which
   * names its own origin; null where it is left as it is. It is never refused.
   */
  rewriteLocation(facts: DestinationFacts, value: string): string | null {
    const [known, checked] = [factsText(facts), text(value, 'value')]
    return ask(() => core.destinationRewriteLocation(this.#handle, known, checked)) ?? null
  }

  /** The same with what led to it. */
  explainLocation(facts: DestinationFacts, value: string): LocationExplanation {
    const [known, checked] = [factsText(facts), text(value, 'value')]
    return LocationExplanation.from(
      askJson(() => core.destinationExplainLocation(this.#handle, known, checked)),
    )
  }
}

const answer = (question: () => string): Rewrite => Object.freeze(askJson<Rewrite>(question))

/**
 * The `Destination` that nginx itself sends with the lines of the deployment guide, for running
 * beside it and for moving away from it; use DestinationRule for requests.
 */
export class NginxDestination {
  readonly #handle: Handle

  constructor(guide: Guide = 'reverse-proxy', nginx: NginxRules = 'current') {
    const [of, rules] = [text(guide, 'guide'), text(nginx, 'nginx')]
    this.#handle = ask(() => core.nginxDestination(of, rules))
  }

  /** The value that is sent for the target and the lines of a request; null where none is. */
  sent(target: string, lines: string | readonly string[]): string | null {
    const [of, values] = [text(target, 'target'), headerValues(lines)]
    return ask(() => core.nginxDestinationSent(this.#handle, of, values)) ?? null
  }
}
