import iconv from 'iconv-lite'
import { EntrapipeError } from '../core/errors.ts'

/** Stands where bytes are no character. */
const replacement = '\ufffd'
const loneSurrogate = /\p{Surrogate}/u

/** As iconv compares names. */
const plain = (encoding: string): string => encoding.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Bytes of which a text of this encoding has a whole number, where a decoder does not tell. */
const unitOf = (encoding: string): number =>
  /^(?:utf32|ucs4)/.test(plain(encoding)) ? 4 : /^(?:utf16|ucs2)/.test(plain(encoding)) ? 2 : 1

/** Whether a text of this encoding may hold the replacement itself: it is no sign of a fault then. */
const hasReplacement = (encoding: string): boolean => /^(?:utf|ucs|unicode|cesu|gb18030|chinese)/.test(plain(encoding))

const breaksIn = (text: string): number => {
  let breaks = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks++
  return breaks
}

const notOf = (encoding: string, name: string, line: number): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `Line ${line} of ${name} is not ${encoding}; save the file as UTF-8, or give another encoding`,
    { facts: { line } },
  )

/** The error of a text that ends in the middle of a character. */
export const cutOff = (encoding: string, name: string, line: number): EntrapipeError =>
  new EntrapipeError(
    'INPUT_CUT_OFF',
    `Line ${line} of ${name} breaks off in the middle of a character (it is read as ${encoding}); get a whole copy of it, or give another encoding`,
    { facts: { line } },
  )

const endsInHalf = (text: string): boolean => /[\ud800-\udbff]$/.test(text)

/**
 * Bytes of an encoding that iconv knows as chunks of UTF-8, each ending with a whole character.
 *
 * @throws EntrapipeError (facts: line) `INPUT_MALFORMED` at bytes that are no character of the encoding, `INPUT_CUT_OFF`
 *   when the last one is not whole
 */
export async function* decodedText(
  chunks: AsyncIterable<Buffer>,
  { name, encoding }: { readonly name: string; readonly encoding: string },
): AsyncGenerator<Buffer> {
  const decoder = iconv.getDecoder(encoding)
  const unit = unitOf(encoding)
  const isUnicode = hasReplacement(encoding)
  const faultIn = (text: string): number =>
    isUnicode ? (text.isWellFormed() ? -1 : text.search(loneSurrogate)) : text.indexOf(replacement)
  let bytes = 0
  let line = 1
  // A decoder may hand out the first half of a surrogate pair; alone it would become U+FFFD.
  let half = ''
  for await (const chunk of chunks) {
    bytes += chunk.length
    const text = half + decoder.write(chunk)
    half = endsInHalf(text) ? text.slice(-1) : ''
    const whole = half ? text.slice(0, -1) : text
    const fault = faultIn(whole)
    if (fault >= 0) throw notOf(encoding, name, line + breaksIn(whole.slice(0, fault)))
    line += breaksIn(whole)
    if (whole) yield Buffer.from(whole)
  }
  const rest = half + (decoder.end() ?? '')
  const fault = rest.search(/\ufffd|\p{Surrogate}/u)
  if (fault >= 0 || bytes % unit !== 0)
    throw cutOff(encoding, name, line + breaksIn(fault < 0 ? rest : rest.slice(0, fault)))
  if (rest) yield Buffer.from(rest)
}
