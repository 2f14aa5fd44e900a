import { flag, options, text, texts } from './arguments.js'
import { ask, askJson, core, Made, type Handle } from './core.js'
import type { Guide } from './forwarded-hop.js'
import type { RequestRefusal, RequestTargetOptions } from './request-target.js'

/** What a path is. */
export type FileKind = 'directory' | 'file' | 'missing'

/** Says what a path is: bytes, one code unit up to U+00FF each. */
export type FileLookup = (path: string) => FileKind

/** What is known of a request beside its target. */
export interface RouteOptions extends RequestTargetOptions {
  /** The method. Default: `GET`. */
  method?: string
}

/** Where a request goes. What there is not is null. */
export interface Route {
  /** `proxy` and `fastcgi`: a backend answers; `file`: a file is sent. */
  readonly outcome: 'fastcgi' | 'file' | 'proxy' | 'redirect' | 'refuse'
  /** The name of the server that answers. */
  readonly backend: string | null
  /**
   * What the server is asked for by HTTP, for `proxy`: the target as it was sent; after an internal
   * redirect `uri`, percent-encoded, and `args`.
   */
  readonly backendTarget: string | null
  /** `$uri` at the end. */
  readonly uri: string
  /** `$args` at the end. */
  readonly args: string
  /** The file that is sent, or the script that is run: `SCRIPT_FILENAME`. */
  readonly file: string | null
  /** `DOCUMENT_ROOT`, for FastCGI. */
  readonly documentRoot: string | null
  /** `SCRIPT_NAME`, for FastCGI. */
  readonly scriptName: string | null
  /** The status of a redirect or a refusal. */
  readonly status: number | null
  /** Path and query of a redirect; put the site's origin before it. */
  readonly location: string | null
  /** Why it is refused, by name. */
  readonly reason: string | null
  /** What the location that answers does, as it is written. */
  readonly action: string | null
  /** Which location answers, from 0. */
  readonly locationIndex: number | null
  /** How often it was redirected internally. */
  readonly internalRedirects: number
  /** May the request have its method? Where not, answer 405. */
  readonly isAllowed: boolean
}

/** The way of a request as data, as every language writes it. */
export interface RouteExplanationForm {
  readonly outcome: Route['outcome']
  readonly backend: string | null
  readonly uri: string
  readonly args: string
  readonly file: string | null
  readonly status: number | null
  readonly location: string | null
  readonly reason: string | null
  readonly rule: string | null
  readonly action: string | null
  readonly internal_redirects: number
  readonly because: string
  readonly steps: readonly { readonly step: string; readonly [part: string]: string | null }[]
}

/** The way of a request, step by step. */
export class RouteExplanation {
  readonly #form: RouteExplanationForm
  readonly #text: string

  private constructor(form: RouteExplanationForm, text: string) {
    this.#form = Object.freeze(form)
    this.#text = text
  }

  /** @internal */
  static from({ form, text }: { form: RouteExplanationForm; text: string }): RouteExplanation {
    return new RouteExplanation(form, text)
  }

  /** The explanation for people, on several lines. */
  toString(): string {
    return this.#text
  }

  /** The explanation as data, as every language writes it. */
  toJSON(): RouteExplanationForm {
    return this.#form
  }
}

type Answer<T> = { ask: string } | { refusal: RequestRefusal } | { value: T }

/**
 * Which server or which file answers a request: the locations of an nginx server, and what each
 * does.
 *
 * ```js
 * const routes = Routes.documented('distributed')
 * routes.route('/svnplugin/a/trunk', () => 'missing').backend // 'svn'
 * ```
 */
export class Routes {
  readonly #handle: Handle

  /**
   * One location a line: modifier, pattern, and what it does; the Rust documentation lists the
   * words.
   *
   * @throws {TuleapFrontError} `routes/…` or `locations/…`, with its place.
   */
  constructor(routes: string)
  /** @internal */
  constructor(made: Made)
  constructor(first: string | Made) {
    if (first instanceof Made) {
      this.#handle = first.handle
      return
    }
    const checked = text(first, 'routes')
    this.#handle = ask(() => core.routes(checked))
  }

  /** The distributed set-up as it is right today. */
  static recommended(): Routes {
    return new Routes(new Made(ask(() => core.routesRecommended())))
  }

  /**
   * The locations of the deployment guide. The distributed one has two locations `/`, of which
   * nginx takes one alone: `proxy` is the one that asks the web backend, `try-files` the one that
   * looks for files.
   */
  static documented(guide: Guide, root: 'proxy' | 'try-files' = 'proxy'): Routes {
    const [of, location] = [text(guide, 'guide'), text(root, 'root')]
    return new Routes(new Made(ask(() => core.routesDocumented(of, location))))
  }

  /** The names of the backends, each once. */
  get backends(): string[] {
    return askJson(() => core.routesBackends(this.#handle))
  }

  /**
   * The way of a request; `files` is asked what a path is. What nginx refuses before it looks for
   * a location is a refusal.
   */
  route(target: string, files: FileLookup, settings?: RouteOptions): Route | RequestRefusal {
    const merges = flag(options(settings, 'options').mergeSlashes, 'mergeSlashes', true)
    return Object.freeze(
      walk<Route>(target, files, settings, (asked) =>
        core.routesRoute(this.#handle, asked, merges),
      ),
    )
  }

  /** The same with every step. */
  explain(
    target: string,
    files: FileLookup,
    settings?: RouteOptions,
  ): RouteExplanation | RequestRefusal {
    const merges = flag(options(settings, 'options').mergeSlashes, 'mergeSlashes', true)
    const explained = walk<{ form: RouteExplanationForm; text: string }>(
      target,
      files,
      settings,
      (asked) => core.routesExplain(this.#handle, asked, merges),
    )
    return 'form' in explained ? RouteExplanation.from(explained) : Object.freeze(explained)
  }

  /** As it is read, one location a line. */
  toString(): string {
    return ask(() => core.routesText(this.#handle))
  }
}

/** Asks again with one more answer, until there is no question. */
function walk<T>(
  target: string,
  files: FileLookup,
  settings: RouteOptions | undefined,
  question: (asked: string) => string,
): T | RequestRefusal {
  if (typeof files !== 'function') throw new TypeError('files must be a function')
  const { method = 'GET' } = options(settings, 'options')
  const asked = [text(target, 'target'), text(method, 'method')]
  for (;;) {
    const list = texts(asked, 'files')
    const answer = askJson<Answer<T>>(() => question(list))
    if (!('ask' in answer)) return 'value' in answer ? answer.value : answer.refusal
    asked.push(text(files(answer.ask), 'what files returns'))
  }
}
