const separators = [',', '|', '+', '/', '\n'] as const

/**
 * What a cell that should have semicolons lists with another separator: commas, or `+` as the Microsoft 365 admin center writes between products.
 *
 * @param isKnown whether an item is a name
 * @returns the items with semicolons; undefined unless all of them are known
 */
export const withSemicolons = (text: string, isKnown: (item: string) => boolean): string | undefined => {
  // PowerShell writes a list as {a, b}.
  const list = text.trim().replace(/^\{(.*)\}$/s, '$1')
  for (const separator of separators) {
    const items = list
      .split(separator)
      .map(item => item.trim())
      .filter(item => item !== '')
    if (items.length > 1 && items.every(isKnown)) return items.join(';')
  }
  return undefined
}
