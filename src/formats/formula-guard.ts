/** What a spreadsheet takes for the beginning of a formula, also in full width. */
const signs = '=+\\-@\uff1d\uff0b\uff0d\uff20'
const atStart = new RegExp(`^[${signs}\\t\\r\\n]`)

/** What Excel may take for the end of a cell, by the list separator of its country. */
const separators = [',', ';', '\t']

/**
 * Puts `'` before what a spreadsheet would take for a formula: at the start of a cell, and inside of one where a
 * spreadsheet with another list separator begins a new cell. There the quotes around a cell do not count, since they do not
 * stand at a start, so a line break begins a new cell too.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const formulaGuard = (delimiter: string): ((text: string) => string) => {
  const others = separators.filter(separator => separator !== delimiter).join('')
  const inside = new RegExp(`([${others}\\r\\n][ "\\u00a0]*)(?=[${signs}])`, 'g')
  return text => {
    const guarded = text.replace(inside, "$1'")
    return atStart.test(text) ? `'${guarded}` : guarded
  }
}
