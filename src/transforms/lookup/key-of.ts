/**
 * A value as a key: without regard to case and surrounding blanks, empty for null. Undefined for a list or an object: as
 * text it could be the key of another row.
 */
export const keyOf = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' || typeof value === 'function' ? undefined : String(value).trim().toLowerCase()
}
