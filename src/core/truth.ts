const words = new Map([
  ...['true', 'yes', 'y', '1'].map(word => [word, true] as const),
  ...['false', 'no', 'n', '0'].map(word => [word, false] as const),
])

/** Returns a value as a boolean: true/false, yes/no, y/n, 1/0, ignoring case and surrounding blanks. Undefined for other values. */
export const truthOf = (value: unknown): boolean | undefined => {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      return words.get(value.trim().toLowerCase())
    case 'number':
      return words.get(String(value))
    default:
      return undefined
  }
}
