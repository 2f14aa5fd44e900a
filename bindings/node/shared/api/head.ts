import { flag, options, text, texts } from './arguments.js'
import { askJson, core } from './core.js'
import type { NginxRules } from './nginx-realip.js'
import { RequestTarget, type RequestRefusal, type TargetForm } from './request-target.js'

/** How the head of a request is read. */
export interface RequestHeadOptions {
  /** nginx's `merge_slashes`. Default: true. */
  mergeSlashes?: boolean
  /**
   * Which lines are kept, by their names: `plain` are letters, digits and `-`; `underscores` is
   * `underscores_in_headers on`, `any` is `ignore_invalid_headers off`. Default: `plain`.
   */
  names?: HeaderNames
  /** Which nginx. Default: `current`. */
  nginx?: NginxRules
}

/** Which header lines are kept, by their names. */
export type HeaderNames = 'any' | 'plain' | 'underscores'

/** A header line; both stand for bytes, one code unit up to U+00FF each. */
export type HeaderLine = readonly [name: string, value: string]

/** @internal What crosses the border. */
export interface HeadForm {
  readonly method: string
  readonly target: TargetForm
  readonly version: string
  readonly host: string | null
  readonly httpHost: string | null
  readonly lines: readonly HeaderLine[]
  readonly rest: string
}

type Read<T> = { readonly value: T } | { readonly refusal: RequestRefusal }

/**
 * The head of a request, line by line as nginx reads it. Texts stand for bytes, one code unit up to
 * U+00FF each: `buffer.toString('latin1')`.
 *
 * ```js
 * const head = RequestHead.parse('GET /a HTTP/1.1\r\nHost: Tuleap.example.com:80\r\n\r\n')
 * if ('status' in head) socket.end(`HTTP/1.1 ${head.status} ${head.text}\r\n\r\n`)
 * else head.host // 'tuleap.example.com'
 * ```
 */
export class RequestHead {
  /** The method, as it was sent. */
  readonly method: string
  /** The target. */
  readonly target: RequestTarget
  /** `HTTP/1.1`; `HTTP/0.9` where there is none. */
  readonly version: string
  /** `$host`; null where the client names none: then it is the name of the server. */
  readonly host: string | null
  /** `$http_host`: the value of `Host`, as it was sent; null where there is none. */
  readonly httpHost: string | null
  /** The header lines that are kept: in this form functions of this package take headers. */
  readonly lines: readonly HeaderLine[]
  /** What follows the head. */
  readonly rest: string

  private constructor({ method, target, version, host, httpHost, lines, rest }: HeadForm) {
    this.method = method
    this.target = RequestTarget.from(target)
    this.version = version
    this.host = host
    this.httpHost = httpHost
    this.lines = Object.freeze(lines)
    this.rest = rest
    Object.freeze(this)
  }

  /** @internal */
  static from(form: HeadForm): RequestHead {
    return new RequestHead(form)
  }

  /** Reads the head that a text starts with, or says what nginx answers. */
  static parse(head: string, settings?: RequestHeadOptions): RequestHead | RequestRefusal {
    const checked = text(head, 'head')
    const { mergeSlashes, names = 'plain', nginx = 'current' } = options(settings, 'options')
    const words = texts([names, nginx], 'options')
    const merges = flag(mergeSlashes, 'mergeSlashes', true)
    const read = askJson<Read<HeadForm>>(() => core.requestHead(checked, words, merges))
    return 'value' in read ? new RequestHead(read.value) : Object.freeze(read.refusal)
  }
}

/** The head of a response, as nginx reads it from the server that it asks. */
export class ResponseHead {
  /** The status: three digits. */
  readonly status: number
  /** The header lines: in this form functions of this package take headers. */
  readonly lines: readonly HeaderLine[]
  /** What follows the head. */
  readonly rest: string

  private constructor(form: { status: number; lines: HeaderLine[]; rest: string }) {
    this.status = form.status
    this.lines = Object.freeze(form.lines)
    this.rest = form.rest
    Object.freeze(this)
  }

  /** Reads the head that a text starts with, or says what nginx answers: `'code' in head`. */
  static parse(head: string): ResponseHead | RequestRefusal {
    const checked = text(head, 'head')
    const read = askJson<Read<{ status: number; lines: HeaderLine[]; rest: string }>>(() =>
      core.responseHead(checked),
    )
    return 'value' in read ? new ResponseHead(read.value) : Object.freeze(read.refusal)
  }
}

/**
 * What `$host` becomes of a `Host`, or of the host of an absolute target: lower case, without the
 * port and without one final dot.
 */
export class NginxHost {
  readonly #host: string

  private constructor(host: string) {
    this.#host = host
  }

  /** Reads the value of a `Host`, or says what nginx answers. */
  static parse(value: string, nginx: NginxRules = 'current'): NginxHost | RequestRefusal {
    const [checked, rules] = [text(value, 'value'), text(nginx, 'nginx')]
    const read = askJson<Read<string>>(() => core.nginxHost(checked, rules))
    return 'value' in read ? new NginxHost(read.value) : Object.freeze(read.refusal)
  }

  /** `$host` */
  toString(): string {
    return this.#host
  }

  /** `$host` */
  toJSON(): string {
    return this.#host
  }
}
