/** `a`, `a and b`, `a, b and c`. @param word before the last one */
export const joined = (items: readonly string[], word: 'and' | 'or' = 'and'): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)!}`
