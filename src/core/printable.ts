/** Control characters, line separators, and marks that change the direction of writing: a terminal obeys them. */
const unprintable = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu
/** The same without line feeds and tabs. */
const unprintableInLines = /[^\P{Cc}\n\t]|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text from a server as one line that is safe on a terminal: control characters become a space.
 *
 * @param most longer texts are cut to so many characters. @default 1000
 */
export const printable = (text: string, most = 1000): string => {
  const line = text.replace(unprintable, ' ').trim()
  return line.length > most ? `${line.slice(0, most)} …` : line
}

/** Text of several lines, safe on a terminal: control characters are removed, line feeds and tabs stay. */
export const printableLines = (text: string): string => text.replace(unprintableInLines, '')
