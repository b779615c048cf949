/** The characters of an encoding, by their bytes. */
const bytesOf = (encoding: string): ReadonlyMap<string, number> => {
  const decoder = new TextDecoder(encoding)
  return new Map(Array.from({ length: 128 }, (_, at) => [decoder.decode(Uint8Array.of(128 + at)), 128 + at]))
}

/** An encoding in which a spreadsheet reads a file that does not say its own. */
interface Encoding {
  readonly name: string
  readonly bytes: ReadonlyMap<string, number>
  /** Whether words in capital letters may look like it, such as `ORĂŞTIE`: then there must be a sign, too. */
  readonly isDoubtful: boolean
}

const encodings: readonly Encoding[] = [
  ['windows-1252', false] as const,
  ['macintosh', false] as const,
  ['windows-1250', true] as const,
  ['windows-1251', true] as const,
].map(([name, isDoubtful]) => ({ name, bytes: bytesOf(name), isDoubtful }))

const utf8 = new TextDecoder('utf-8', { fatal: true })
const beyondAscii = /[^\p{ASCII}]+/gu

/**
 * What such text is made of: Latin letters and signs, which take two characters and three, or two letters in a row of another alphabet. A
 * single one of these is also an accent before a quotation mark, as in `É…`.
 */
const likely = /^(?:[\u00a0-\u017f\u2010-\u203a\u20ac\u2122]+|[\u0370-\u04ff]{2,}|[\u3040-\u9fff\uac00-\ud7a3]{2,})$/u

const alphabet = /[\u0370-\u04ff]{2}/u
const onlyLetters = /^[\p{L}\p{M}]+$/u

const decoded = (part: string, { bytes, isDoubtful }: Encoding): string | undefined => {
  const found = [...part].map(character => bytes.get(character))
  if (found.includes(undefined)) return undefined
  try {
    const meant = utf8.decode(Uint8Array.from(found as readonly number[]))
    const isCertain = !isDoubtful || alphabet.test(meant) || !onlyLetters.test(part)
    return isCertain && likely.test(meant) ? meant : undefined
  } catch {
    return undefined
  }
}

/**
 * The text that was meant, and the encoding in which a program read it although it was in UTF-8: `Björn` for `BjÃ¶rn`. Undefined if the
 * text is as it was written. Text in which only some words are garbled is not found.
 */
export const ungarbled = (text: string): { readonly meant: string; readonly encoding: string } | undefined => {
  const parts = text.match(beyondAscii) ?? []
  if (parts.length === 0) return undefined
  const encoding = encodings.find(each => parts.every(part => decoded(part, each) !== undefined))
  return encoding && { meant: text.replace(beyondAscii, part => decoded(part, encoding)!), encoding: encoding.name }
}
