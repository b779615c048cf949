/**
 * Normalises a value to a key: lower case, without surrounding blanks, empty for null. Undefined for a list or an object,
 * which as a string could equal the key of another row.
 */
export const keyOf = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' || typeof value === 'function' ? undefined : String(value).trim().toLowerCase()
}
