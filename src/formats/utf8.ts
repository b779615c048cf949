import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { EntrapipeError } from '../core/errors.ts'
import { cutOff, decodedText } from './decode-text.ts'
import { expectText } from './not-text.ts'
import { encodingOf, isEnoughToSniff } from './sniff-encoding.ts'

interface TextOptions {
  /** Name of the input, for messages. */
  readonly name: string
  /** @see encodingChecked */
  readonly encoding?: string | undefined
  /** Whether a user can set `encoding`. */
  readonly hasEncoding?: boolean | undefined
}

const lineFeed = 10

/** @throws EntrapipeError `OPTION_INVALID` for an unknown encoding */
export const encodingChecked = (encoding: string | undefined): void => {
  if (encoding !== undefined && !iconv.encodingExists(encoding))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected \`encoding\` to be an encoding such as utf-8, utf-16le, windows-1252 or shift_jis, got ${JSON.stringify(encoding)}`,
    )
}

/** The number of bytes at the end of a chunk that belong to an incomplete character. */
const unfinished = (bytes: Buffer): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}

const linesIn = (bytes: Buffer): number => {
  let lines = 0
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines++
  return lines
}

const notUtf8 = ({ name, hasEncoding }: TextOptions, bytes: Buffer, linesBefore: number): EntrapipeError => {
  let line = linesBefore + 1
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(lineFeed, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) break
    start = end + 1
  }
  return new EntrapipeError(
    'INPUT_MALFORMED',
    `Line ${line} of ${name} is not valid UTF-8. Save the file as UTF-8${hasEncoding ? ", or set `encoding`. Older Western European files usually need `encoding: 'windows-1252'`" : ''}`,
    { facts: { line } },
  )
}

/** Passes bytes on once they are validated as UTF-8. A wrong guess would silently turn umlauts into question marks. */
async function* checkedUtf8(chunks: AsyncIterable<Buffer>, options: TextOptions): AsyncGenerator<Buffer> {
  let carry: Buffer = Buffer.alloc(0)
  let lines = 0
  for await (const chunk of chunks) {
    const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk])
    const end = bytes.length - unfinished(bytes)
    const whole = bytes.subarray(0, end)
    if (!isUtf8(whole)) throw notUtf8(options, whole, lines)
    lines += linesIn(whole)
    carry = bytes.subarray(end)
    if (whole.length > 0) yield whole
  }
  if (carry.length > 0) throw cutOff('UTF-8', options, lines + 1)
}

/** Reads until there is enough text to detect the encoding, or the input ends. */
const headOf = async (chunks: AsyncIterator<Buffer>): Promise<Buffer> => {
  let head: Buffer = Buffer.alloc(0)
  while (!isEnoughToSniff(head)) {
    const next = await chunks.next()
    if (next.done) break
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
  }
  return head
}

/**
 * Decodes bytes to chunks of UTF-8 without a byte order mark, each ending with a complete character. The encoding comes
 * from a byte order mark, else from `encoding`, else it is UTF-8 (or UTF-16, if the first lines show it).
 *
 * @throws EntrapipeError (facts: line) `INPUT_MALFORMED` for bytes that are invalid in the encoding, and for a workbook or
 *   compressed data; `INPUT_CUT_OFF` if the last character is incomplete
 */
export async function* utf8(chunks: AsyncIterable<Buffer>, options: TextOptions): AsyncGenerator<Buffer> {
  const rest = chunks[Symbol.asyncIterator]()
  try {
    const head = await headOf(rest)
    expectText(head, options.name)
    const found = encodingOf(head, options.encoding)
    const all = (async function* () {
      if (head.length > found.mark) yield head.subarray(found.mark)
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
    })()
    yield* found.encoding === 'utf8'
      ? checkedUtf8(all, options)
      : decodedText(all, { ...options, encoding: found.encoding })
  } finally {
    await rest.return?.()
  }
}
