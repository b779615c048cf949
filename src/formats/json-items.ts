import { gen, none } from 'stream-chain'
import { parser } from 'stream-json/parser.js'
import { streamArray } from 'stream-json/streamers/stream-array.js'
import { EntrapipeError } from '../core/errors.ts'
import { arrayTokens, valueTokens, type JsonPage, type RowTokens } from './json-tokens.ts'
import { reasonOf } from './row-values.ts'

interface JsonItem {
  /** From 0. */
  readonly index: number
  readonly value: unknown
}

type Feed = (input: Buffer | typeof none) => AsyncIterable<{ readonly key: number; readonly value: unknown }>

const whitespace = new Set([0x20, 0x09, 0x0a, 0x0d])

const options = { packValues: true, streamValues: false }

const shape = 'an array of rows, or an object with the array in "value"'

/** The parser reports every fault inside a string as one about escaped characters. */
const isStringFault = (cause: unknown): boolean => reasonOf(cause).includes('escaped characters')

const longestEscape = '\\u0000'.length

const parserReason = (cause: unknown): string =>
  isStringFault(cause)
    ? 'a string has an invalid escape, or a line break or another control character, which is written as \\n, \\t or \\u0000'
    : reasonOf(cause)

const wrong = (name: string): string => `Expected ${name} to be ${shape}`

/** An item is held in memory, and no row is larger. */
const maxValueBytes = 64 * 1024 * 1024

const tooLarge = (name: string, index: number): EntrapipeError =>
  new EntrapipeError('INPUT_MALFORMED', `Item ${index} of ${name} is larger than 64 MiB, which is not supported`, {
    facts: { index },
  })

const tokensOf = (first: number, name: string): RowTokens => {
  const refused = (): EntrapipeError => new EntrapipeError('INPUT_MALFORMED', wrong(name))
  if (first === 0x5b) return arrayTokens(name)
  if (first === 0x7b) return valueTokens(name, refused)
  throw refused()
}

/**
 * Parses a JSON array of any size to its items, in batches (those of a chunk). Also reads `{ "value": [ … ] }`. Holds one
 * chunk and one item.
 *
 * @param chunks UTF-8
 * @param ended called at the end with the properties beside the array, and the number of items
 * @throws EntrapipeError `INPUT_CUT_OFF` if truncated, `INPUT_MALFORMED` (facts: index) if it is not such JSON, or an item
 *   is larger than 64 MiB or nested more than 100 levels deep
 */
export async function* jsonItems(
  chunks: AsyncIterable<Buffer>,
  name: string,
  ended?: (page: JsonPage, items: number) => void,
): AsyncGenerator<JsonItem[]> {
  let feed: Feed | undefined
  let tokens: RowTokens | undefined
  let index = 0
  let bytes = 0
  let tail: Buffer = Buffer.alloc(0)

  const collect = async (input: Buffer | typeof none): Promise<JsonItem[]> => {
    const items: JsonItem[] = []
    for await (const { key, value } of feed!(input)) {
      items.push({ index: key, value })
      index = key + 1
    }
    return items
  }

  const damaged = (cause: unknown): unknown =>
    cause instanceof EntrapipeError
      ? cause
      : new EntrapipeError(
          'INPUT_MALFORMED',
          reasonOf(cause).startsWith('Parser')
            ? `${name} is not valid JSON after ${index} items (${parserReason(cause)}). Correct the file, or export it again`
            : wrong(name),
          { cause, facts: { index } },
        )

  for await (const chunk of chunks) {
    if (!feed) {
      const first = chunk.find(byte => !whitespace.has(byte))
      if (first === undefined) continue
      tokens = tokensOf(first, name)
      feed = gen(parser(options), tokens.take, streamArray()) as unknown as Feed
    }
    bytes += chunk.length
    tail = chunk.subarray(-longestEscape)
    if (bytes > maxValueBytes) throw tooLarge(name, index)
    const items = await collect(chunk).catch(cause => {
      throw damaged(cause)
    })
    if (items.length === 0) continue
    bytes = 0
    yield items
  }
  if (!feed || !tokens) throw new EntrapipeError('INPUT_CUT_OFF', `${name} is empty. Expected ${shape}`)
  const items = await collect(none).catch(cause => {
    // An input that ends in half an escape is truncated. Any other fault of a string was in it before the end.
    if (isStringFault(cause) && !/\\(?:u[\da-f]{0,3})?$/i.test(tail.toString('latin1'))) throw damaged(cause)
    throw new EntrapipeError(
      'INPUT_CUT_OFF',
      `${name} is truncated after ${index} complete items. Get a complete copy and run it again`,
      {
        cause,
        facts: { index },
      },
    )
  })
  if (!tokens.hasArray()) throw new EntrapipeError('INPUT_MALFORMED', wrong(name))
  if (items.length > 0) yield items
  ended?.(tokens.page, index)
}
