import { brokenReply } from './broken-reply.ts'
import { expectUtf8, textOf } from './text-of.ts'

/** The page of a collection: `value` piece by piece, and the page's other fields. */
export interface PageBody {
  readonly fields: Readonly<Record<string, unknown>>
  /**
   * The values in order, in one piece or more. They are parsed as they are taken, so that few of them are alive at once.
   *
   * @throws SyntaxError where the text turns out not to be JSON, or a value not to be an object
   */
  readonly pieces: () => Iterable<Piece>
}
/** Some values of a page. */
export interface Piece<T = unknown> {
  readonly values: readonly T[]
  readonly isLast: boolean
}

/** Bytes parsed at once. A string of this length still lives and dies in the collector's young generation. */
const pieceBytes = 96 * 1024

const opening = Buffer.from('"value":[')
const linkNames = ['@odata.nextLink', '@odata.deltaLink'] as const
const links = linkNames.map(name => Buffer.from(`"${name}"`))

/**
 * Reads the page of a collection. Its beginning and end are parsed at once, so that a truncated text is refused before any
 * value is out. Answers undefined for JSON that is not a collection.
 *
 * A separator finds where a value ends, and the parser proves it: the text from the start of a value to the separator
 * parses as a list only if the separator stands between two values of that list. Any other layout is parsed whole.
 *
 * @throws SyntaxError when the text is not JSON or not UTF-8, or a link is not text
 */
export const readPageBody = (bytes: Buffer): PageBody | undefined => {
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

const whole = (bytes: Buffer): PageBody | undefined => {
  const parsed: unknown = JSON.parse(textOf(bytes))
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const { value, ...fields } = parsed as Record<string, unknown>
  const values = list(value)
  return values && { fields, pieces: () => [{ values: objects(values), isLast: true }] }
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
  // A link between the last value and a second list of the page.
  if (links.some(name => isWithin(bytes, name, begin, last))) return undefined
  const { value: _head, ...before } = head!
  const { value: _tail, ...after } = tail
  return {
    fields: { ...before, ...after },
    *pieces() {
      for (let start = begin; ;) {
        const found = bytes.indexOf(between, start + pieceBytes)
        const end = found < 0 || found + 2 > last ? last : found + 2
        // Without the comma that ends it.
        const piece = list(parsed(`[${bytes.toString('utf8', start, end - 1)}]`))
        if (!piece) {
          // The separator was part of a value: the rest of the page is one piece.
          const rest = JSON.parse(`{"value":[${bytes.toString('utf8', start)}`) as {
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

const isWithin = (bytes: Buffer, text: Buffer, from: number, to: number): boolean =>
  bytes.subarray(from, to).includes(text)

/** `},{"id":`, with the name that the first value begins with: nested objects rarely begin with the same name. */
const separator = (bytes: Buffer, begin: number): Buffer | undefined => {
  const nameEnd = bytes.indexOf('"', begin + 2)
  const first = bytes.toString('latin1', begin, nameEnd + 2)
  return /^\{"[^"\\]+":$/.test(first) ? Buffer.from(`},${first}`, 'latin1') : undefined
}

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}
