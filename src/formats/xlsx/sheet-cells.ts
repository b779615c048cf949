import type { Fields } from '../../core/json.ts'
import { cellText, type ValueRules } from '../cell.ts'
import { columnLetters } from './cell-place.ts'
import { styles } from './workbook-parts.ts'

/** Excel's maximum length of a cell's text. */
export const mostCharacters = 32_767
/** Excel has 15 digits. */
const exact = /^-?(?=[\d.]{1,16}$)\d{1,15}(?:\.\d+)?$/
const special = /[&<>\u0000-\u0008\u000b\u000c\u000e-\u001f\r\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)/g

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const code = (character: string): string => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`

/** Text as XML. Characters that XML cannot have are escaped as Excel does: `_x000D_`. */
const escaped = (text: string): string =>
  text.replace(special, (character, at: number) => {
    const found = escapes[character]
    if (found !== undefined) return found
    const unit = character.charCodeAt(0)
    if (unit < 0xd800 || unit > 0xdfff) return code(character)
    const isPair =
      unit < 0xdc00
        ? /^[\udc00-\udfff]/.test(text.slice(at + 1, at + 2))
        : /^[\ud800-\udbff]/.test(text.slice(Math.max(at - 1, 0), at))
    return isPair ? character : '\ufffd'
  })

const textCell = (place: string, text: string, style: number): string =>
  `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`

const cellOf = (place: string, value: unknown, rules: ValueRules): string => {
  if (value === true || value === false) return `<c r="${place}" t="b"><v>${value ? 1 : 0}</v></c>`
  const text = cellText(value, rules)
  if (text === '') return ''
  if (text.length > mostCharacters) throw new RangeError(`Column ${place} is too long`)
  if (typeof value === 'number' && exact.test(text)) return `<c r="${place}"><v>${text}</v></c>`
  return textCell(place, text, styles.text)
}

/** Encodes rows of these columns. The text of a cell is that of docs/values.md; numbers and booleans stay what they are. */
export const sheetCells = (columns: readonly string[], rules: ValueRules) => {
  const letters = columns.map((_, at) => columnLetters(at))
  return {
    header: `<row r="1">${columns.map((name, at) => textCell(`${letters[at]}1`, name, styles.header)).join('')}</row>`,
    /** @throws if a value is not JSON or longer than a cell can be */
    row(value: Fields, line: number): string {
      let cells = ''
      for (const [at, name] of columns.entries())
        cells += cellOf(letters[at]! + line, Object.hasOwn(value, name) ? value[name] : null, rules)
      return `<row r="${line}">${cells}</row>`
    },
  }
}
