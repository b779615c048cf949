import { gen, none } from 'stream-chain'
import { pick } from 'stream-json/filters/pick.js'
import { parser } from 'stream-json/parser.js'
import { streamArray } from 'stream-json/streamers/stream-array.js'
import { EntrapipeError } from '../core/errors.ts'
import { losesDigits } from './exact-json.ts'
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

const wrong = (name: string): string => `Expected ${name} to hold ${shape}; it holds something else`

const lost = (name: string): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${name} has a property called __proto__, which cannot be read from a JSON array; rename it, or write the rows as JSON lines`,
  )

/** Items of the array, or of the one under `value`, as Graph answers. */
const feedOf = (first: number, name: string, found: () => void): Feed => {
  const notice = (token: parser.Token): parser.Token => {
    found()
    if (token.name === 'keyValue' && token.value === '__proto__') throw lost(name)
    return token.name === 'numberValue' && losesDigits(token.value)
      ? { name: 'stringValue', value: token.value }
      : token
  }
  if (first === 0x5b) return gen(parser(options), notice, streamArray()) as unknown as Feed
  if (first === 0x7b) return gen(parser(options), pick({ filter: 'value' }), notice, streamArray()) as unknown as Feed
  throw new EntrapipeError('INPUT_MALFORMED', wrong(name))
}

/**
 * Items of a JSON array of any size, some at a time (those of a chunk); also of `{ "value": [ … ] }`. Holds one chunk and one
 * item.
 *
 * @param chunks UTF-8
 * @throws EntrapipeError `INPUT_CUT_OFF` when it ends early, `INPUT_MALFORMED` (facts: index) when it is no such JSON
 */
export async function* jsonItems(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<JsonItem[]> {
  let feed: Feed | undefined
  let isArray = false
  let index = 0

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
            ? `${name} is not JSON any more, somewhere after ${index} items (${reasonOf(cause)}); mend it, or write it anew`
            : wrong(name),
          { cause, facts: { index } },
        )

  for await (const chunk of chunks) {
    if (!feed) {
      const first = chunk.find(byte => !whitespace.has(byte))
      if (first === undefined) continue
      feed = feedOf(first, name, () => (isArray = true))
    }
    const items = await collect(chunk).catch(cause => {
      throw damaged(cause)
    })
    if (items.length > 0) yield items
  }
  if (!feed) throw new EntrapipeError('INPUT_CUT_OFF', `${name} is empty: expected ${shape}`)
  const items = await collect(none).catch(cause => {
    throw new EntrapipeError(
      'INPUT_CUT_OFF',
      `${name} breaks off after ${index} whole items; get all of it and run it again`,
      {
        cause,
        facts: { index },
      },
    )
  })
  if (!isArray) throw new EntrapipeError('INPUT_MALFORMED', wrong(name))
  if (items.length > 0) yield items
}
