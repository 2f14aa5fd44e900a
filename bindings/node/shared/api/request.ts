/** The socket's other end as text; nothing where it is not known. */
export type Peer = string | null | undefined

/**
 * Request headers in a form that programs have them in:
 * - an object by name, as `req.headers` of Node: a value is a text, a list of them or undefined;
 * - name, value, name, value, …, as `req.rawHeaders` of Node;
 * - pairs: a list of `[name, value]`, a `Map`, or `Headers` of `fetch`.
 *
 * A text stands for bytes as Node and `fetch` write them: one code unit up to U+00FF each. A code
 * unit above that stands for a byte that no address has.
 */
export type RequestHeaders =
  | readonly string[]
  | Iterable<readonly [string, string | readonly string[]]>
  | { readonly [name: string]: string | readonly string[] | undefined }

/** The headers of an answer: in the same forms, or as `res.getHeaders()` of Node has them. */
export type ResponseHeaders =
  | RequestHeaders
  | { readonly [name: string]: number | string | readonly string[] | undefined }
