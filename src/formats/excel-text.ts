const equals = 61
const quote = 34

/**
 * The text of a cell that is a formula of nothing but texts, `="0012"` or `="some"&"more"`: so a text is kept from being taken
 * for a number, by `--excel` and by other programs. Any other cell as it is.
 */
export const fromExcel = (cell: string): string => {
  if (cell.charCodeAt(0) !== equals || cell.charCodeAt(1) !== quote) return cell
  let text = ''
  for (let at = 2; ;) {
    const end = cell.indexOf('"', at)
    if (end < 0) return cell
    text += cell.slice(at, end)
    if (end + 1 === cell.length) return text
    if (cell[end + 1] === '"') {
      text += '"'
      at = end + 2
    } else if (cell.startsWith('&"', end + 1)) at = end + 3
    else return cell
  }
}

/** Excel takes so many characters of one text in a formula. */
const longest = 255

const begins = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const digit = /\p{Nd}/u
/** Numbers, days, times, fractions, sums of money: no word, or one (a month, a currency), or one and `am` or `pm`. */
const amount = /^\P{L}*(?:\p{L}{1,12}\P{L}*)?(?:[ap]m?\P{L}*)?$/iu
/** A letter or two and digits, or a word and five of them, are a code and nothing else. */
const code = /^\p{L}{1,2}\d+$|^\p{L}+[-_]?\d{5,}$/u
/** What Excel reads as TRUE or FALSE, by its language, and its errors. */
const word =
  /^\s*(?:true|false|wahr|falsch|vrai|faux|verdadero|falso|vero|verdadeiro|waar|onwaar|sant|falskt|sand|falsk|sann|usann|tosi|epätosi|prawda|fałsz|#[\p{L}\d/]+[!?]?)\s*$/iu

/** Whether Excel would take a text for something else, and so change it. */
const isChanged = (text: string): boolean =>
  begins.test(text) ||
  (digit.test(text) && text.length <= 40 && amount.test(text) && !code.test(text)) ||
  word.test(text)

const piecesOf = (text: string): readonly string[] => {
  const pieces: string[] = []
  for (let at = 0; at < text.length;) {
    const end = at + longest
    // Half a surrogate pair is no text.
    const whole = /[\ud800-\udbff]/.test(text[end - 1] ?? '') && end < text.length ? end - 1 : end
    pieces.push(text.slice(at, whole))
    at = whole
  }
  return pieces
}

/**
 * Keeps texts from being changed by Excel when it opens a CSV file: ids with leading zeros or more than 15 digits, telephone
 * numbers, days, formulas become a formula of just that text, `="0012"`. Numbers stay numbers where Excel holds them
 * exactly: it has 15 digits, and reads a decimal point only where the list separator is a comma.
 *
 * @returns the text of a cell, from its text and its value
 */
export const toExcel = (separator: string): ((text: string, value: unknown) => string) => {
  const number = separator === ',' ? /^-?(?=[\d.]{1,16}$)\d{1,15}(?:\.\d+)?$/ : /^-?\d{1,15}$/
  return (text, value) => {
    if (typeof value === 'boolean' || value instanceof Date || text === '') return text
    const isKept = typeof value === 'number' || typeof value === 'bigint' ? number.test(text) : !isChanged(text)
    return isKept
      ? text
      : `=${piecesOf(text)
          .map(piece => `"${piece.replaceAll('"', '""')}"`)
          .join('&')}`
  }
}
