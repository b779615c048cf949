import type { Fields } from './json.ts'
import type { Row } from './row.ts'

/** What a value in `JsonRows` is. With `odd`, `JSON.stringify` writes it in another way than the service did. */
export const kinds = {
  missing: 0,
  nothing: 1,
  boolean: 2,
  number: 3,
  /** Text without escapes. */
  text: 4,
  /** Text with escapes. */
  escaped: 5,
  /** A list or an object. */
  nested: 6,
} as const

/** A bit of a kind; see `kinds`. */
export const odd = 8

/** Texts that are still bytes: text `n` goes from `start(n)` up to but not including `end(n)` in `bytes`, in UTF-8. */
export interface TextBytes {
  readonly count: number
  readonly bytes: Buffer
  start(text: number): number
  end(text: number): number
}

/**
 * Rows that are still the bytes that the service sent, proven to be JSON. For sinks that write them without making objects of
 * them. They are written or parsed once: then their memory is used for other rows.
 */
export interface JsonRows {
  readonly count: number
  /** The keys of the rows, which are texts without escapes. */
  readonly keys: TextBytes
  /** Objects in UTF-8, without spaces between values. One byte follows each, which a writer may replace, as it may the others. */
  readonly bytes: Buffer
  /** The properties that rows may have. */
  readonly names: readonly string[]
  /** Start and end of each object in `bytes`. */
  readonly objects: Uint32Array
  /** Start and end of each value: that of property `p` in row `r` is number `r * names.length + p`. */
  readonly spans: Uint32Array
  /** The kind of each value, numbered alike. */
  readonly kinds: Uint8Array
  /** The key of a row. Call it before they are written. */
  key(row: number): string
  /** Parses them, once. */
  rows(): readonly Row<Fields>[]
  /** Call when they are written. They can then not be parsed any more. */
  written(): void
  /** Whether they were parsed or written. */
  readonly isUsed: boolean
}

const ofPages = new WeakMap<object, JsonRows>()

/** A page of unparsed rows. Reading its `rows` parses them, and a page made of it has parsed rows. */
export const unparsedPage = <T, Page extends object>(
  json: JsonRows,
  page: Page,
): Page & { readonly rows: readonly Row<T>[] } => {
  const made = {
    ...page,
    get rows() {
      return json.rows() as readonly Row<unknown>[] as readonly Row<T>[]
    },
  }
  ofPages.set(made, json)
  return made
}

/** The rows of a page if they are unparsed. */
export const unparsedIn = (page: object): JsonRows | undefined => {
  const json = ofPages.get(page)
  return json?.isUsed ? undefined : json
}
