const equals = 61
const quote = 34

/**
 * Reads a cell that is a formula of only text, `="0012"` or `="some"&"more"`. `--excel` and other programs protect text
 * from becoming a number this way. Any other cell is returned unchanged.
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

/** Excel's maximum length of a text literal in a formula. */
const longest = 255

const begins = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const digit = /\p{Nd}/u
/** Numbers, dates, times, fractions, amounts of money: no word, or one (a month, a currency), or one and `am` or `pm`. */
const amount = /^\P{L}*(?:\p{L}{1,12}\P{L}*)?(?:[ap]m?\P{L}*)?$/iu
/** One or two letters and digits, or a word and at least five digits, can only be a code. */
const code = /^\p{L}{1,2}\d+$|^\p{L}+[-_]?\d{5,}$/u
/** Words that Excel reads as TRUE, FALSE or an error, in several languages. */
const word =
  /^\s*(?:true|false|wahr|falsch|vrai|faux|verdadero|falso|vero|verdadeiro|waar|onwaar|sant|falskt|sand|falsk|sann|usann|tosi|epätosi|prawda|fałsz|#[\p{L}\d/]+[!?]?)\s*$/iu

/** Whether Excel would read text as something else and change it. */
const isChanged = (text: string): boolean =>
  begins.test(text) || (digit.test(text) && amount.test(text) && !code.test(text)) || word.test(text)

const piecesOf = (text: string): readonly string[] => {
  const pieces: string[] = []
  for (let at = 0; at < text.length;) {
    const end = at + longest
    // Do not split a surrogate pair.
    const whole = /[\ud800-\udbff]/.test(text[end - 1] ?? '') && end < text.length ? end - 1 : end
    pieces.push(text.slice(at, whole))
    at = whole
  }
  return pieces
}

/**
 * Protects text from being changed when Excel opens a CSV file. Ids with leading zeros or more than 15 digits, telephone
 * numbers, dates and formulas become a formula of only that text, `="0012"`. Numbers stay numbers if Excel reads them
 * exactly: it has 15 digits, and reads a decimal point only if the list separator is a comma.
 *
 * @returns a function from a cell's text and value to the text to write
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
