import { textOf } from './text-of.ts'

/** A collection's page: `value` piece by piece, and what else it has. */
export interface PageBody {
  readonly fields: Readonly<Record<string, unknown>>
  /**
   * The values in order, in one piece or more. They are parsed as they are taken, so that few of them are alive at once.
   *
   * @throws SyntaxError where the text turns out to be no JSON
   */
  readonly pieces: () => Iterable<Piece>
}
/** Some values of a page. */
export interface Piece<T = unknown> {
  readonly values: readonly T[]
  readonly isLast: boolean
}

/** Bytes parsed at once. A text of so many letters still lives and dies in the collector's young generation. */
const pieceBytes = 96 * 1024

const opening = Buffer.from('"value":[')
const links = ['"@odata.nextLink"', '"@odata.deltaLink"'].map(name => Buffer.from(name))

/**
 * Reads the page of a collection. Its beginning and its end are parsed at once, so that a text that breaks off is refused
 * before any value is out; undefined when it is JSON but no collection.
 *
 * Where a value ends is found by a sign, and proved by the parser: what stands between the start of a value and the sign
 * parses as a list only if the sign stands between two values of that list. Whatever is written in another way is parsed whole.
 *
 * @throws SyntaxError when the text is no JSON
 */
export const readPageBody = (bytes: Buffer): PageBody | undefined => inPieces(bytes) ?? whole(bytes)

const list = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined)

const whole = (bytes: Buffer): PageBody | undefined => {
  const parsed: unknown = JSON.parse(textOf(bytes))
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const { value, ...fields } = parsed as Record<string, unknown>
  const values = list(value)
  return values && { fields, pieces: () => [{ values, isLast: true }] }
}

const inPieces = (bytes: Buffer): PageBody | undefined => {
  const begin = bytes.indexOf(opening) + opening.length
  if (begin < opening.length || bytes.length - begin < 2 * pieceBytes) return undefined
  const head = parsed(`${bytes.toString('utf8', 0, begin)}]}`)
  const between = signBetween(bytes, begin)
  const last = between ? bytes.lastIndexOf(between) + 2 : 0
  if (!between || last <= begin || list(head?.['value'])?.length !== 0) return undefined
  const tail = parsed(`{"value":[${bytes.toString('utf8', last)}`)
  const lastValues = list(tail?.['value'])
  if (!tail || !lastValues) return undefined
  // A link that stands between the last value and a second list of the page.
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
          // The sign stood within a value: the rest of the page is one piece.
          const rest = JSON.parse(`{"value":[${bytes.toString('utf8', start)}`) as {
            readonly value: readonly unknown[]
          }
          return yield { values: rest.value, isLast: true }
        }
        if (end === last) return yield { values: [...piece, ...lastValues], isLast: true }
        yield { values: piece, isLast: false }
        start = end
      }
    },
  }
}

const isWithin = (bytes: Buffer, text: Buffer, from: number, to: number): boolean =>
  bytes.subarray(from, to).includes(text)

/** `},{"id":`, with the name that the first value begins with: values inside values rarely begin with the same. */
const signBetween = (bytes: Buffer, begin: number): Buffer | undefined => {
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
