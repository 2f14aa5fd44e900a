import type { Rewrite } from './destination.js'

/** What crosses the border: an explanation for programs and for people. */
interface Explained<Form> {
  readonly form: Form
  readonly text: string
}

/** What was decided about a header, and by which rule. */
abstract class HeaderExplanation<Form extends { action: Rewrite['action']; cause: string }> {
  /** What is done: `rewrite`. */
  readonly action: Rewrite['action']
  /** The rule that decided: `public-origin`. */
  readonly cause: string
  /** The stable name of the rule, the same in every language: `destination/public-origin`. */
  readonly code: string
  readonly #form: Form
  readonly #text: string

  protected constructor(noun: string, { form, text }: Explained<Form>) {
    this.action = form.action
    this.cause = form.cause
    this.code = `${noun}/${form.cause}`
    this.#form = Object.freeze(form)
    this.#text = text
  }

  /** The explanation for people, on several lines. */
  toString(): string {
    return this.#text
  }

  /** The explanation as data, as every language writes it. */
  toJSON(): Form {
    return this.#form
  }
}

/** An explanation of a Destination as data; user info is not in it. */
export interface DestinationExplanationForm {
  readonly action: Rewrite['action']
  readonly status: number | null
  readonly reason: string | null
  readonly cause: string
  readonly because: string
  readonly lines: number
  readonly entry: number | null
  readonly origin: string | null
  readonly sent: string | null
  readonly next: string | null
}

/** What was decided about a `Destination`, and by which rule. */
export class DestinationExplanation extends HeaderExplanation<DestinationExplanationForm> {
  /** Why it is refused, or would be if the method had a Destination; null if it is not. */
  readonly reason: string | null
  /** Which of the listed public origins it named, from 0; null where it named none. */
  readonly entry: number | null
  /** The listed public origin that it named. */
  readonly origin: string | null
  /** How many lines there were. */
  readonly lines: number

  private constructor(explained: Explained<DestinationExplanationForm>) {
    super('destination', explained)
    const { reason, entry, origin, lines } = explained.form
    this.reason = reason
    this.entry = entry
    this.origin = origin
    this.lines = lines
    Object.freeze(this)
  }

  /** @internal */
  static from(explained: Explained<DestinationExplanationForm>): DestinationExplanation {
    return new DestinationExplanation(explained)
  }
}

/** One tag of an `If` line, and what was decided about it; user info is not in it. */
export interface TagDecision {
  readonly cause: string
  readonly entry: number | null
  readonly sent: string
  readonly next: string | null
}

/** An explanation of an If line as data. */
export interface IfExplanationForm {
  readonly action: 'rewrite' | 'unchanged'
  readonly cause: string
  readonly because: string
  /** Where what is malformed stands, in bytes; null where nothing is. */
  readonly offset: number | null
  /** The first tags. */
  readonly tags: readonly TagDecision[]
  /** How many further tags there are. */
  readonly more_tags: number
}

/** What was decided about an `If` line, tag by tag. */
export class IfExplanation extends HeaderExplanation<IfExplanationForm> {
  /** The first tags. */
  readonly tags: readonly TagDecision[]

  private constructor(explained: Explained<IfExplanationForm>) {
    super('if', explained)
    this.tags = Object.freeze(explained.form.tags)
    Object.freeze(this)
  }

  /** @internal */
  static from(explained: Explained<IfExplanationForm>): IfExplanation {
    return new IfExplanation(explained)
  }
}

/** An explanation of a Location as data; user info is not in it. */
export interface LocationExplanationForm {
  readonly action: 'rewrite' | 'unchanged'
  readonly cause: string
  readonly because: string
  readonly entry: number | null
  readonly origin: string | null
  readonly sent: string
  readonly next: string | null
}

/** What was decided about a `Location` or a `Content-Location`. */
export class LocationExplanation extends HeaderExplanation<LocationExplanationForm> {
  /** Which of the listed public origins it got, from 0; null where it got none. */
  readonly entry: number | null
  /** The listed public origin that it got. */
  readonly origin: string | null

  private constructor(explained: Explained<LocationExplanationForm>) {
    super('location', explained)
    this.entry = explained.form.entry
    this.origin = explained.form.origin
    Object.freeze(this)
  }

  /** @internal */
  static from(explained: Explained<LocationExplanationForm>): LocationExplanation {
    return new LocationExplanation(explained)
  }
}
