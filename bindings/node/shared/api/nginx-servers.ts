import { options, text, texts } from './arguments.js'
import { ask, askJson, core, type Handle } from './core.js'
import { RequestHead, type HeadForm, type HeaderLine } from './head.js'
import type { LocationRule } from './locations.js'
import type { NginxRules } from './nginx-realip.js'
import type { Scheme } from './origin.js'
import type { RequestRefusal } from './request-target.js'

/** What is known of the connection that a head came over. */
export interface ServerFacts {
  /** `$remote_addr`: the other end, or what realip made of it. */
  readonly remoteAddr: string
  /** `$scheme`: with TLS or without. */
  readonly scheme: Scheme
}

/** What the next server is sent. */
export interface PassedRequest {
  /** Scheme, host and port, as `proxy_pass` has them. */
  readonly backend: string
  /** The request target. */
  readonly target: string
  /** The header lines in wire order. */
  readonly lines: readonly HeaderLine[]
}

/** What becomes of a request as data, as every language writes it. */
export interface ServerAnswerForm {
  readonly server: number
  readonly server_name: string
  readonly reason: string
  readonly because: string
  readonly host: string
  readonly http_host: string | null
  readonly method: string
  readonly request_uri: string
  readonly uri: string
  readonly args: string
  readonly location: string | null
  readonly backend: string | null
  readonly target: string | null
  readonly lines: readonly HeaderLine[] | null
  readonly redirect: string | null
}

interface Parts {
  readonly head: HeadForm
  readonly host: string
  readonly server: number
  readonly serverName: string
  readonly reason: string
  readonly code: string
  readonly text: string
  readonly location: LocationRule | null
  readonly upstream: PassedRequest | null
  readonly redirect: string | null
  readonly explained: { readonly form: ServerAnswerForm; readonly text: string }
}

/**
 * What becomes of a request: which server and which location take it, and what the next server is
 * sent. Where there is neither `upstream` nor `redirect`, the server answers itself.
 */
export class ServerAnswer {
  /** The head. */
  readonly head: RequestHead
  /** `$host`; the name of the server where the client names none. */
  readonly host: string
  /** Which server, from 0. */
  readonly server: number
  /** `$server_name`: the first name of the server, whatever the client asked for. */
  readonly serverName: string
  /** Why this server, by name. */
  readonly reason: string
  /** The stable name of why, the same in every language. */
  readonly code: string
  /** Why this server, in words. */
  readonly text: string
  /** The location; its name is the server that is asked. Null where there is none. */
  readonly location: LocationRule | null
  /** What the next server is sent; null where none is asked. */
  readonly upstream: PassedRequest | null
  /** Where the client is sent to instead, by 301: path and query. Otherwise null. */
  readonly redirect: string | null
  readonly #explained: Parts['explained']

  private constructor(parts: Parts) {
    this.head = RequestHead.from(parts.head)
    this.host = parts.host
    this.server = parts.server
    this.serverName = parts.serverName
    this.reason = parts.reason
    this.code = parts.code
    this.text = parts.text
    this.location = parts.location
    this.upstream = parts.upstream
    this.redirect = parts.redirect
    this.#explained = parts.explained
    Object.freeze(this)
  }

  /** @internal */
  static from(parts: Parts): ServerAnswer {
    return new ServerAnswer(parts)
  }

  /** The answer for people, on several lines. */
  toString(): string {
    return this.#explained.text
  }

  /** The answer as data, as every language writes it. */
  toJSON(): ServerAnswerForm {
    return this.#explained.form
  }
}

/** The choices of servers. */
export interface NginxServersOptions {
  /** Which nginx. Default: `current`. */
  nginx?: NginxRules
}

/**
 * The servers of one listening address, as nginx has them: which one a request is for, which
 * location takes it, and what the next server is sent.
 *
 * ```js
 * const servers = new NginxServers(`
 *   server {
 *     server_name tuleap.example.com;
 *     location / {
 *       proxy_set_header Host $host;
 *       proxy_pass http://127.0.0.1:8080;
 *     }
 *   }
 * `)
 * const facts = { remoteAddr: '192.0.2.7', scheme: 'https' }
 * const answer = servers.answer('GET //a%2Fb HTTP/1.1\r\nHost: a.example\r\n\r\n', facts)
 * answer.upstream.target // '//a%2Fb'
 * ```
 */
export class NginxServers {
  readonly #handle: Handle

  /**
   * Blocks `server` of nginx; the first one is the default.
   *
   * @throws {TuleapFrontError} `servers/…` or `locations/…`, with its place.
   */
  constructor(servers: string, settings?: NginxServersOptions) {
    const checked = text(servers, 'servers')
    const rules = text(options(settings, 'options').nginx ?? 'current', 'nginx')
    this.#handle = ask(() => core.nginxServers(checked, rules))
  }

  /**
   * What becomes of the request whose head a text starts with, or what nginx answers instead:
   * `'status' in answer`. The text stands for bytes, one code unit up to U+00FF each.
   *
   * @throws {TuleapFrontError} `peer/not-an-address` for a `remoteAddr` that is none.
   */
  answer(head: string, facts: ServerFacts): ServerAnswer | RequestRefusal {
    const { remoteAddr, scheme } = options(facts, 'facts')
    const checked = text(head, 'head')
    const known = texts(
      [text(remoteAddr, 'facts.remoteAddr'), text(scheme, 'facts.scheme')],
      'facts',
    )
    const read = askJson<{ value: Parts } | { refusal: RequestRefusal }>(() =>
      core.serversAnswer(this.#handle, checked, known),
    )
    return 'value' in read ? ServerAnswer.from(read.value) : Object.freeze(read.refusal)
  }

  /** As it is read. */
  toString(): string {
    return ask(() => core.serversText(this.#handle))
  }
}
