import { headerLines, text, texts } from './arguments.js'
import { ask, askJson, core } from './core.js'
import type { Scheme } from './origin.js'
import type { RequestHeaders } from './request.js'

/**
 * nginx's `levels=`: the folders above a cache file, named by the last digits of its name. One to
 * three numbers, each 1 or 2, with colons between them; nothing for no folders.
 */
export class CacheLevels {
  readonly #text: string
  readonly #digits: readonly number[]

  /** @throws {TuleapFrontError} `cache-levels/…`. */
  constructor(levels: string) {
    const checked = text(levels, 'levels')
    const read = askJson<{ text: string; digits: number[] }>(() => core.cacheLevels(checked))
    this.#text = read.text
    this.#digits = Object.freeze(read.digits)
  }

  /** How many digits name each folder, the outermost first. */
  get digits(): readonly number[] {
    return this.#digits
  }

  /** As nginx writes it: `1:2`. */
  toString(): string {
    return this.#text
  }
}

/**
 * What an entry of nginx's cache is found by. Nothing in it is normalized: `/a.css`, `/%61.css`,
 * `//a.css` and `/a.css?` are four entries. Texts stand for bytes, one code unit up to U+00FF each.
 *
 * ```js
 * const key = CacheKey.documented('http', 'GET', 'tuleap.example.com', '/c002/a.css')
 * key.path('1:2') // '9/d1/c1b46a28356afba7bfb22f8d73acdd19'
 * ```
 */
export class CacheKey {
  readonly #key: string

  /** The key that a `proxy_cache_key` of one's own gives. */
  constructor(key: string) {
    this.#key = text(key, 'key')
  }

  /**
   * The guide's `$scheme$request_method$host$request_uri`. `host` is nginx's `$host`: in lower case,
   * without port and without one final dot. The method is the client's.
   */
  static documented(scheme: Scheme, method: string, host: string, requestUri: string): CacheKey {
    const parts = texts(
      [
        text(scheme, 'scheme'),
        text(method, 'method'),
        text(host, 'host'),
        text(requestUri, 'requestUri'),
      ],
      'parts',
    )
    return new CacheKey(ask(() => core.cacheKeyDocumented(parts)))
  }

  /** The name of the file: 32 digits. */
  get md5(): string {
    return ask(() => core.cacheKeyMd5(this.#key))
  }

  /**
   * The file, from the folder of the cache on: what to remove to purge the entry.
   *
   * @throws {TuleapFrontError} `cache-levels/…`.
   */
  path(levels: CacheLevels | string): string {
    const checked = levels instanceof CacheLevels ? String(levels) : text(levels, 'levels')
    return ask(() => core.cacheKeyPath(this.#key, checked))
  }

  /** The name of the file of one variant, for an answer with this `Vary` to this request. */
  variant(vary: string, headers: RequestHeaders): string {
    const [checked, lines] = [text(vary, 'vary'), headerLines(headers)]
    return ask(() => core.cacheKeyVariant(this.#key, checked, lines))
  }

  /** The key itself, which stands in the cache file behind `KEY: `. */
  toString(): string {
    return this.#key
  }

  /** The key itself. */
  toJSON(): string {
    return this.#key
  }
}
