import iconv from 'iconv-lite'
import { EntrapipeError } from '../core/errors.ts'

/** Replaces invalid bytes. */
const replacement = '\ufffd'
const loneSurrogate = /\p{Surrogate}/u

/** An encoding's name as iconv compares it. */
const plain = (encoding: string): string => encoding.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** The size of a code unit in bytes. The decoder does not report a truncated unit. */
const unitOf = (encoding: string): number =>
  /^(?:utf32|ucs4)/.test(plain(encoding)) ? 4 : /^(?:utf16|ucs2)/.test(plain(encoding)) ? 2 : 1

/** Whether text in this encoding may contain the replacement character itself, so that it does not indicate invalid bytes. */
const hasReplacement = (encoding: string): boolean => /^(?:utf|ucs|unicode|cesu|gb18030|chinese)/.test(plain(encoding))

const breaksIn = (text: string): number => {
  let breaks = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks++
  return breaks
}

/** An input, for messages. */
interface Decoded {
  readonly name: string
  readonly encoding: string
  /** Whether a user can set `encoding`. */
  readonly hasEncoding?: boolean | undefined
}

const another = ({ hasEncoding }: Pick<Decoded, 'hasEncoding'>): string =>
  hasEncoding ? ', or set another `encoding`' : ''

const notOf = (input: Decoded, line: number): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `Line ${line} of ${input.name} is not valid ${input.encoding}. Save the file as UTF-8${another(input)}`,
    { facts: { line } },
  )

/** The error for text that ends in the middle of a character. */
export const cutOff = (encoding: string, input: Omit<Decoded, 'encoding'>, line: number): EntrapipeError =>
  new EntrapipeError(
    'INPUT_CUT_OFF',
    `Line ${line} of ${input.name} ends in the middle of a character (read as ${encoding}). Get a complete copy${another(input)}`,
    { facts: { line } },
  )

const endsInHalf = (text: string): boolean => /[\ud800-\udbff]$/.test(text)

/**
 * Decodes bytes in an encoding that iconv supports to chunks of UTF-8, each ending with a complete character.
 *
 * @throws EntrapipeError (facts: line) `INPUT_MALFORMED` for bytes that are invalid in the encoding, `INPUT_CUT_OFF` if
 *   the last character is incomplete
 */
export async function* decodedText(chunks: AsyncIterable<Buffer>, input: Decoded): AsyncGenerator<Buffer> {
  const { encoding } = input
  const decoder = iconv.getDecoder(encoding)
  const unit = unitOf(encoding)
  const isUnicode = hasReplacement(encoding)
  const faultIn = (text: string): number =>
    isUnicode ? (text.isWellFormed() ? -1 : text.search(loneSurrogate)) : text.indexOf(replacement)
  let bytes = 0
  let line = 1
  // A decoder may return the first half of a surrogate pair, which alone would become U+FFFD.
  let half = ''
  for await (const chunk of chunks) {
    bytes += chunk.length
    const text = half + decoder.write(chunk)
    half = endsInHalf(text) ? text.slice(-1) : ''
    const whole = half ? text.slice(0, -1) : text
    const fault = faultIn(whole)
    if (fault >= 0) throw notOf(input, line + breaksIn(whole.slice(0, fault)))
    line += breaksIn(whole)
    if (whole) yield Buffer.from(whole)
  }
  const rest = half + (decoder.end() ?? '')
  const fault = rest.search(/\ufffd|\p{Surrogate}/u)
  if (fault >= 0 || bytes % unit !== 0)
    throw cutOff(encoding, input, line + breaksIn(fault < 0 ? rest : rest.slice(0, fault)))
  if (rest) yield Buffer.from(rest)
}
