/** Characters that begin a formula in a spreadsheet, also in full width. */
const signs = '=+\\-@\uff1d\uff0b\uff0d\uff20'
const atStart = new RegExp(`^[${signs}\\t\\r\\n]`)

/** Characters that may end a cell in Excel, depending on the regional list separator. */
const separators = [',', ';', '\t']

/**
 * Prefixes text that a spreadsheet would run as a formula with `'`: at the start of a cell, and inside a cell wherever a
 * spreadsheet with another list separator would begin a new cell. Such a spreadsheet ignores the quotes around the cell,
 * since they are not at the start of its own cell, so a line break begins a new cell too.
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

const guardedStart = new RegExp(`^'(?=[${signs}\\t\\r\\n])`)
const guardedInside = new RegExp(`([${separators.join('')}\\r\\n][ "\\u00a0]*)'(?=[${signs}])`, 'g')

/** Removes what `formulaGuard` adds, from text of any delimiter. */
export const withoutFormulaGuard = (text: string): string =>
  text.includes("'") ? text.replace(guardedStart, '').replace(guardedInside, '$1') : text
