import { ClientIp } from './client-ip.js'

/** One step of an explanation. */
export interface Step {
  /** Where it looked: `peer`, `x-forwarded-for[-1]`, `x-real-ip`. */
  readonly place: string
  /** The first 64 bytes of what was found there. */
  readonly text: string
  /**
   * What it was taken for: `trusted`, `not-trusted`, `client`, `counted`, or the reason of a
   * fault.
   */
  readonly verdict: string
}

/** An explanation as data, as every language writes it. */
export interface ExplanationForm {
  readonly client: string | null
  readonly client_port: number | null
  readonly kind: string
  readonly reason: string
  readonly source: string | null
  readonly hops: number
  readonly steps: readonly (readonly [place: string, text: string, verdict: string])[]
  readonly notes: readonly string[]
  readonly unread: number
}

/** The steps that led to an answer: each hop from right to left, and the verdict on it. */
export class Explanation {
  /** The answer that is explained. */
  readonly client: ClientIp
  /** The header the answer was read from, lower case; null where none was read. */
  readonly source: string | null
  /** The steps, the peer first and then each entry from the right. */
  readonly steps: readonly Step[]
  /** Side remarks, by name: `other-source-ignored`. */
  readonly notes: readonly string[]
  /** Bytes of the header left of the last entry that was read. */
  readonly unread: number
  readonly #form: ExplanationForm
  readonly #text: string

  private constructor(client: string, form: ExplanationForm, text: string) {
    this.client = ClientIp.from(client)
    this.source = form.source
    this.steps = form.steps.map(([place, text, verdict]) => Object.freeze({ place, text, verdict }))
    this.notes = form.notes
    this.unread = form.unread
    this.#form = form
    this.#text = text
    Object.freeze(this.steps)
    Object.freeze(this.notes)
    Object.freeze(this)
  }

  /** @internal */
  static from({
    client,
    form,
    text,
  }: {
    client: string
    form: ExplanationForm
    text: string
  }): Explanation {
    return new Explanation(client, form, text)
  }

  /** The explanation for people, on several lines. */
  toString(): string {
    return this.#text
  }

  /** The explanation as data, as every language writes it. */
  toJSON(): ExplanationForm {
    return this.#form
  }
}
