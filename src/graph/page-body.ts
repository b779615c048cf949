import { exactIntegers } from '../core/exact-json.ts'
import { isFields } from '../core/json.ts'
import type { JsonRows } from '../core/json-rows.ts'
import { brokenReply } from './broken-reply.ts'
import type { JsonTable } from './json-table.ts'
import { expectUtf8, textOf } from './text-of.ts'
import { unparsedRows } from './unparsed-rows.ts'

/** A page of a collection: `value` in pieces, and the other fields. */
export interface PageBody {
  readonly fields: Readonly<Record<string, unknown>>
  /**
   * The values in order, in one or more pieces. Pieces are parsed lazily, so that few values are in memory at once.
   *
   * @param unparsed where values may stay unparsed
   * @throws SyntaxError if the text is not JSON, or a value is not an object
   */
  readonly pieces: (unparsed?: Unparsed) => Iterable<Piece>
}
/** An object that is not a collection. */
export type OtherBody = Pick<PageBody, 'fields'> & { readonly pieces?: never }
/** How to read values that may stay unparsed. */
export interface Unparsed {
  /** The property that is their key. */
  readonly key: string
  /** Of the listing. What it finds is copied before the next piece. */
  readonly table: JsonTable
}

/** Some values of a page. */
export interface Piece<T = unknown> {
  readonly values: readonly T[]
  /** The values if they are unparsed; `values` is then empty. */
  readonly json?: JsonRows
  readonly isLast: boolean
}

/** Bytes to parse at once. A string of this length stays in V8's young generation. */
const pieceBytes = 96 * 1024
/** Bytes of values that stay unparsed. They are no strings, and larger pieces take fewer turns of the event loop. */
const unparsedBytes = 256 * 1024
/** The first piece of a page is smaller: while many shards are read, each has one that waits until the page of another shard is taken. */
const firstShare = 8

const comma = 0x2c
const opening = Buffer.from('"value":[')
const linkNames = ['@odata.nextLink', '@odata.deltaLink'] as const
const links = linkNames.map(name => Buffer.from(`"${name}"`))
/** The end of both. A search for so few bytes takes a tenth of the time. */
const linkEnd = Buffer.from('Link"')

/**
 * Reads a page of a collection. Its beginning and end are parsed at once, so that truncated text throws before any value
 * is returned. An object that is not a collection has no pieces. Returns undefined for other JSON.
 *
 * A separator finds the end of a value, and the parser proves it: the text from the start of a value to the separator is a
 * valid list only if the separator is between two values of that list. Any other layout is parsed as a whole.
 *
 * @throws SyntaxError if the text is not JSON or not UTF-8, or a link is not a string
 */
export const readPageBody = (bytes: Buffer): PageBody | OtherBody | undefined => {
  expectUtf8(bytes)
  const page = inPieces(bytes) ?? whole(bytes)
  for (const name of linkNames) {
    const link = page?.fields[name]
    // Only a page without a link is the last one.
    if (link !== undefined && (typeof link !== 'string' || link === ''))
      throw brokenReply(`${name} of the reply is not a link`)
  }
  return page
}

const list = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined)

const objects = (values: readonly unknown[]): readonly unknown[] => {
  for (const value of values)
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw brokenReply('a value in the reply is not an object')
  return values
}

const whole = (bytes: Buffer): PageBody | OtherBody | undefined => {
  const parsed = exactIntegers(textOf(bytes))
  if (!isFields(parsed)) return undefined
  const { value, ...fields } = parsed
  const values = list(value)
  return values ? { fields, pieces: () => [{ values: objects(values), isLast: true }] } : { fields: parsed }
}

/**
 * Values from `start` that stay unparsed, and where the next ones start; undefined if they must be parsed.
 *
 * @param last where the values begin that were parsed with the end of the page, `after` of them
 * @param size the number of bytes that it has at least
 */
const unparsedPiece = (
  bytes: Buffer,
  start: number,
  last: number,
  after: number,
  size: number,
  { table, key }: Unparsed,
): { readonly json: JsonRows; readonly next: number | undefined } | undefined => {
  table.clear()
  let end = table.find(bytes, start, Math.min(start + size, last))
  if (end < 0 || end + 1 > last || bytes[end] !== comma) return undefined
  const isLast = end + 1 === last
  if (isLast) {
    // The end of the page was parsed before, so this is where its list ends.
    const before = table.count
    end = table.find(bytes, last, bytes.length)
    if (end < 0 || bytes[end] === comma || table.count - before !== after) return undefined
  }
  const json = unparsedRows(table, bytes.subarray(start, end + 1), key)
  return json && { json, next: isLast ? undefined : end + 1 }
}

const inPieces = (bytes: Buffer): PageBody | undefined => {
  const begin = bytes.indexOf(opening) + opening.length
  if (begin < opening.length || bytes.length - begin < 2 * pieceBytes) return undefined
  const head = parsed(`${bytes.toString('utf8', 0, begin)}]}`)
  const between = separator(bytes, begin)
  const last = between ? bytes.lastIndexOf(between) + 2 : 0
  if (!between || last <= begin || list(head?.['value'])?.length !== 0) return undefined
  const tail = parsed(`{"value":[${bytes.toString('utf8', last)}`)
  const lastValues = list(tail?.['value'])
  if (!tail || !lastValues) return undefined
  // There is a link between the last value and a second list of the page.
  const values = bytes.subarray(begin, last)
  if (values.includes(linkEnd) && links.some(name => values.includes(name))) return undefined
  const { value: _head, ...before } = head!
  const { value: _tail, ...after } = tail
  return {
    fields: { ...before, ...after },
    *pieces(unparsed) {
      for (let start = begin; ;) {
        const share = start === begin ? 1 / firstShare : 1
        const rows = unparsed && unparsedPiece(bytes, start, last, lastValues.length, unparsedBytes * share, unparsed)
        if (rows) {
          yield { values: [], json: rows.json, isLast: rows.next === undefined }
          if (rows.next === undefined) return
          start = rows.next
          continue
        }
        const found = bytes.indexOf(between, start + pieceBytes * share)
        const end = found < 0 || found + 2 > last ? last : found + 2
        // Without the comma at its end.
        const piece = list(parsed(`[${bytes.toString('utf8', start, end - 1)}]`))
        if (!piece) {
          // The separator is part of a value, so the rest of the page is one piece.
          const rest = exactIntegers(`{"value":[${bytes.toString('utf8', start)}`) as {
            readonly value: readonly unknown[]
          }
          return yield { values: objects(rest.value), isLast: true }
        }
        if (end === last) return yield { values: objects([...piece, ...lastValues]), isLast: true }
        yield { values: objects(piece), isLast: false }
        start = end
      }
    },
  }
}

/** `},{"id":`, with the first name of the first value. Nested objects rarely begin with the same name. */
const separator = (bytes: Buffer, begin: number): Buffer | undefined => {
  const nameEnd = bytes.indexOf('"', begin + 2)
  const first = bytes.toString('latin1', begin, nameEnd + 2)
  return /^\{"[^"\\]+":$/.test(first) ? Buffer.from(`},${first}`, 'latin1') : undefined
}

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    return exactIntegers(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
