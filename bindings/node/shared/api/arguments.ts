// What callers pass, checked: Rust is never given a value of another type.

import type { Peer, RequestHeaders, ResponseHeaders } from './request.js'

/** Ends each text of a list that crosses as one text; it is no byte of a header. */
const END = '\u0100'

const wrong = (name: string, what: string): TypeError => new TypeError(`${name} must be ${what}`)

export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw wrong(name, 'a string')
  return value
}

export function flag(value: unknown, name: string, preset: boolean): boolean {
  if (value === undefined) return preset
  if (typeof value !== 'boolean') throw wrong(name, 'a boolean')
  return value
}

/** A whole number within bounds; `preset` where there is none. Without it there must be one. */
export function count(
  value: unknown,
  name: string,
  [low, high]: [number, number],
  preset?: number,
): number {
  if (preset !== undefined && (value === undefined || value === null)) return preset
  if (typeof value !== 'number') throw wrong(name, 'a number')
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} must be a whole number from ${low} to ${high}`)
  }
  return value
}

export function options<T extends object>(value: T | undefined, name: string): Partial<T> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null) throw wrong(name, 'an object')
  return value
}

export function instance<T>(
  value: unknown,
  of: abstract new (...rest: never[]) => T,
  name: string,
): T {
  if (!(value instanceof of)) throw wrong(name, `a ${of.name}`)
  return value
}

/** An unknown peer is no text to Rust. */
export function peer(value: Peer): string {
  return value === undefined || value === null ? '' : text(value, 'peer')
}

/** A list of texts as one text. */
export function texts(values: unknown, name: string): string {
  if (!Array.isArray(values)) throw wrong(name, 'an array of strings')
  let list = ''
  for (const value of values) list += clean(text(value, `an item of ${name}`)) + END
  return list
}

/** The values of one header as one text. A text alone is a list of one. */
export function headerValues(values: unknown): string {
  if (typeof values === 'string') return clean(values)
  return values === undefined || values === null ? '' : texts(values, 'values')
}

function clean(value: string): string {
  return value.includes(END) ? value.replaceAll(END, '?') : value
}

/** Header lines as one text. */
export function headerLines(headers: RequestHeaders): string {
  let list = ''
  eachLine(headers, (name, value) => {
    list += clean(name) + END + clean(value) + END
  })
  return list
}

/** The header lines of an answer as one text: in Node, a length is a number there. */
export function responseLines(headers: ResponseHeaders): string {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    return headerLines(headers as RequestHeaders)
  }
  const written: Record<string, string | readonly string[] | undefined> = {}
  for (const [name, value] of Object.entries(headers)) {
    written[name] = typeof value === 'number' ? String(value) : value
  }
  return headerLines(written)
}

/** Unix seconds; a part of a second does not count. */
export function seconds(value: unknown, name: string): number {
  if (typeof value !== 'number') throw wrong(name, 'a number of seconds')
  const whole = Math.floor(value)
  if (!Number.isSafeInteger(whole)) throw new RangeError(`${name} must be Unix seconds`)
  return whole
}

/** Calls back with each line, in order. */
export function eachLine(
  headers: RequestHeaders,
  line: (name: string, value: string) => void,
): void {
  if (typeof headers !== 'object' || headers === null) {
    throw wrong('headers', 'an object, an array or an iterable of pairs')
  }
  if (Array.isArray(headers) && typeof headers[0] === 'string') return eachFlat(headers, line)
  if (Symbol.iterator in headers) {
    for (const pair of headers as Iterable<unknown>) {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw wrong('each header', 'a name and a value')
      eachValue(pair[0], pair[1], line)
    }
    return
  }
  for (const name of Object.keys(headers)) eachValue(name, headers[name], line)
}

function eachFlat(flat: readonly unknown[], line: (name: string, value: string) => void): void {
  if (flat.length % 2 !== 0) throw wrong('headers', 'names and values in turn')
  for (let index = 0; index < flat.length; index += 2) {
    line(text(flat[index], "a header's name"), text(flat[index + 1], "a header's value"))
  }
}

function eachValue(
  name: unknown,
  value: unknown,
  line: (name: string, value: string) => void,
): void {
  const key = text(name, "a header's name")
  if (typeof value === 'string') line(key, value)
  else if (Array.isArray(value)) for (const each of value) line(key, text(each, "a header's value"))
  else if (value !== undefined) throw wrong("a header's value", 'a string or an array of strings')
}
