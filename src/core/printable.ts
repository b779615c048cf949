/** Characters that terminals interpret: control characters, line separators, and marks for the direction of text. */
const unprintable = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu
/** As `unprintable`, without line feeds and tabs. */
const unprintableInLines = /[^\P{Cc}\n\t]|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Returns a server's text as one line that is safe on a terminal. Control characters are replaced by a space.
 *
 * @param most number of characters after which text is truncated @default 1000
 */
export const printable = (text: string, most = 1000): string => {
  const line = text.replace(unprintable, ' ').trim()
  return line.length > most ? `${line.slice(0, most)} …` : line
}

/** Returns text of several lines that is safe on a terminal. Control characters are removed, except line feeds and tabs. */
export const printableLines = (text: string): string => text.replace(unprintableInLines, '')
