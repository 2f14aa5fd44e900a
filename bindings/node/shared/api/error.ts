/**
 * Something risky about a configuration that was accepted all the same.
 *
 * `entry` counts from 0; `offset` and `length` are bytes of UTF-8. What is not known is absent.
 */
export interface Warning {
  /** The stable name, such as `trusted-proxies/very-wide`. */
  readonly code: string
  /** What is risky, in words. */
  readonly message: string
  /** Which entry of the list, from 0. */
  readonly entry?: number
  /** Where the entry starts in the text, in bytes. */
  readonly offset?: number
  /** How many bytes the entry has. */
  readonly length?: number
}

/** @internal What crosses the border from Rust. */
export interface Problem extends Warning {
  readonly hint?: string
  readonly offsetInEntry?: number
  readonly line?: number
  readonly column?: number
}

/**
 * A configuration that was refused, or a peer that is none. Arguments of a wrong type throw a
 * `TypeError`, numbers out of range a `RangeError`.
 *
 * ```js
 * try {
 *   new TrustedProxies('127.0.0.1, 10.0.0.1/8')
 * } catch (error) {
 *   error.code // 'trusted-proxies/host-bits-set'
 *   error.hint // 'write 10.0.0.0/8 for the whole network or 10.0.0.1/32 for the one host'
 * }
 * ```
 */
export class TuleapFrontError extends Error {
  /** The stable name, the same in every language: `trusted-proxies/prefix-range`. */
  readonly code: string
  /** What to write instead, where the message does not end in it. */
  readonly hint: string | undefined
  /** Which entry of the list, from 0. */
  readonly entry: number | undefined
  /** Where the faulty part starts in the text, in bytes of UTF-8. */
  readonly offset: number | undefined
  /** Where the faulty part starts in its entry, in bytes of UTF-8. */
  readonly offsetInEntry: number | undefined
  /** How many bytes the faulty part has. */
  readonly length: number | undefined
  /** The line of the faulty part, from 1. */
  readonly line: number | undefined
  /** The column of the faulty part, in characters from 1. */
  readonly column: number | undefined

  /** @internal */
  constructor(problem: Problem, options?: { cause: unknown }) {
    super(problem.message, options)
    this.code = problem.code
    this.hint = problem.hint
    this.entry = problem.entry
    this.offset = problem.offset
    this.offsetInEntry = problem.offsetInEntry
    this.length = problem.length
    this.line = problem.line
    this.column = problem.column
  }
}

Object.defineProperty(TuleapFrontError.prototype, 'name', {
  value: 'TuleapFrontError',
  configurable: true,
  writable: true,
})
