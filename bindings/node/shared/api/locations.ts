import { text, texts } from './arguments.js'
import { ask, askJson, core, Made, type Handle } from './core.js'

/** How a location compares: `=`, `^~`, `~`, `~*`, or a prefix, which has none. */
export type LocationModifier = '' | '=' | '^~' | '~' | '~*'

/** One location. */
export interface LocationRule {
  /** How it compares. */
  readonly modifier: LocationModifier
  /** What it compares with. */
  readonly pattern: string
  /** What the caller calls it. */
  readonly name: string
}

/** The location that takes a path. */
export interface LocationMatch extends LocationRule {
  /** Which one, from 0. */
  readonly index: number
  /** Why this one, by name: `longest-prefix`. */
  readonly reason: string
}

/** The choice of a location as data, as every language writes it. */
export interface LocationsExplanationForm {
  readonly location: string | null
  readonly rule: string | null
  readonly index: number | null
  readonly reason: string
  readonly because: string
  readonly prefix: string | null
  readonly regexes: readonly string[]
}

/** The choice of a location, and what was compared. */
export class LocationsExplanation {
  readonly #form: LocationsExplanationForm
  readonly #text: string

  private constructor(form: LocationsExplanationForm, text: string) {
    this.#form = Object.freeze(form)
    this.#text = text
  }

  /** @internal */
  static from({
    form,
    text,
  }: {
    form: LocationsExplanationForm
    text: string
  }): LocationsExplanation {
    return new LocationsExplanation(form, text)
  }

  /** The explanation for people, on several lines. */
  toString(): string {
    return this.#text
  }

  /** The explanation as data, as every language writes it. */
  toJSON(): LocationsExplanationForm {
    return this.#form
  }
}

/**
 * Which `location` of an nginx server takes a path, which is `RequestTarget.uri`.
 *
 * ```js
 * const locations = new Locations('/ web\n^~ /svnplugin svn\n~* \\.(?:js|css)$ media')
 * locations.find('/a.CSS').name // 'media'
 * ```
 */
export class Locations {
  readonly #handle: Handle

  /**
   * A list, or a text with one location a line: modifier, pattern, name.
   *
   * @throws {TuleapFrontError} `locations/…`, with its place.
   */
  constructor(locations: string | readonly LocationRule[])
  /** @internal */
  constructor(made: Made)
  constructor(locations: string | readonly LocationRule[] | Made) {
    if (locations instanceof Made) {
      this.#handle = locations.handle
      return
    }
    if (typeof locations === 'string') {
      this.#handle = ask(() => core.locations(locations))
      return
    }
    if (!Array.isArray(locations)) throw new TypeError('locations must be a string or an array')
    const words = (locations as readonly LocationRule[]).flatMap(({ modifier, pattern, name }) => [
      modifier,
      pattern,
      name,
    ])
    const list = texts(words, 'locations')
    this.#handle = ask(() => core.locationsOf(list))
  }

  /** The location that takes this path; null where none does. */
  find(uri: string): LocationMatch | null {
    const checked = text(uri, 'uri')
    const found = askJson<LocationMatch | null>(() => core.locationsFind(this.#handle, checked))
    return found === null ? null : Object.freeze(found)
  }

  /** The same, with what was compared. */
  explain(uri: string): LocationsExplanation {
    const checked = text(uri, 'uri')
    return LocationsExplanation.from(
      askJson(() => core.locationsExplain(this.#handle, checked)),
    )
  }

  /** As it is read, one location a line. */
  toString(): string {
    return ask(() => core.locationsText(this.#handle))
  }
}
