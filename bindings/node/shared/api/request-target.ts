import { flag, options, text } from './arguments.js'
import { askJson, core } from './core.js'
import type { NginxRules } from './nginx-realip.js'

/** What nginx answers to a request that it refuses. */
export interface RequestRefusal {
  /** 400, 405, 501 or 505; 502 for the head of a response. */
  readonly status: number
  /** Why, by name: `above-root`. */
  readonly reason: string
  /** The stable name, the same in every language: `request-target/above-root`. */
  readonly code: string
  /** The reason in words. */
  readonly text: string
}

/** How a target is read. */
export interface RequestTargetOptions {
  /** nginx's `merge_slashes`. Default: true. */
  mergeSlashes?: boolean
}

/** How a line is read. */
export interface RequestLineOptions extends RequestTargetOptions {
  /** Which nginx, for CONNECT. Default: `current`. */
  nginx?: NginxRules
}

/** @internal What crosses the border. */
export interface TargetForm {
  readonly requestUri: string
  readonly uri: string
  readonly args: string
  readonly host: string | null
}

interface LineForm {
  readonly method: string
  readonly target: TargetForm
  readonly version: string
}

type Read<T> = { readonly value: T } | { readonly refusal: RequestRefusal }

/**
 * A request target as nginx reads it. Texts stand for bytes, one code unit up to U+00FF each; `uri`
 * may hold any of them but NUL: never put it into a header.
 *
 * ```js
 * const target = RequestTarget.parse('/plugins%2Fsvn//a/../%61.css?x=%2e')
 * if ('status' in target) res.writeHead(target.status).end(target.text)
 * else target.uri // '/plugins/svn/a.css'
 * ```
 */
export class RequestTarget {
  /** `$request_uri`: the target from the path on, as it was sent. */
  readonly requestUri: string
  /** `$uri`: the decoded, normalized path. */
  readonly uri: string
  /** `$args`: the query, as it was sent. */
  readonly args: string
  /** The host of an absolute URI, otherwise null. */
  readonly host: string | null

  private constructor({ requestUri, uri, args, host }: TargetForm) {
    this.requestUri = requestUri
    this.uri = uri
    this.args = args
    this.host = host
    Object.freeze(this)
  }

  /** @internal */
  static from(form: TargetForm): RequestTarget {
    return new RequestTarget(form)
  }

  /** Reads a target, or says what nginx answers. */
  static parse(target: string, settings?: RequestTargetOptions): RequestTarget | RequestRefusal {
    const checked = text(target, 'target')
    const merges = mergesSlashes(settings)
    const read = askJson<Read<TargetForm>>(() => core.requestTarget(checked, merges))
    return 'value' in read ? new RequestTarget(read.value) : Object.freeze(read.refusal)
  }
}

/** A request line as nginx reads it. */
export class RequestLine {
  /** The method, as it was sent. */
  readonly method: string
  /** The target. */
  readonly target: RequestTarget
  /** `HTTP/1.1`; `HTTP/0.9` where there is none. */
  readonly version: string

  private constructor({ method, target, version }: LineForm) {
    this.method = method
    this.target = RequestTarget.from(target)
    this.version = version
    Object.freeze(this)
  }

  /** Reads the line that a text starts with, or says what nginx answers. */
  static parse(line: string, settings?: RequestLineOptions): RequestLine | RequestRefusal {
    const checked = text(line, 'line')
    const { nginx = 'current' } = options(settings, 'options')
    const [rules, merges] = [text(nginx, 'nginx'), mergesSlashes(settings)]
    const read = askJson<Read<LineForm>>(() => core.requestLine(checked, rules, merges))
    return 'value' in read ? new RequestLine(read.value) : Object.freeze(read.refusal)
  }
}

const mergesSlashes = (settings: RequestTargetOptions | undefined): boolean =>
  flag(options(settings, 'options').mergeSlashes, 'mergeSlashes', true)
