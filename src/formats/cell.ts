/** How values are written as text; explained in docs/values.md. */
export interface ValueRules {
  /** Between the items of an array of scalars. */
  readonly arraySeparator: string
  /** Written for null, undefined and values that JSON cannot represent (NaN, an invalid date). */
  readonly nulls: string
}

const isScalar = (item: unknown): boolean =>
  typeof item === 'string' ||
  typeof item === 'boolean' ||
  typeof item === 'bigint' ||
  (typeof item === 'number' && Number.isFinite(item)) ||
  (item instanceof Date && !Number.isNaN(item.getTime()))

const json = (value: object, rules: ValueRules): string => JSON.stringify(value) ?? rules.nulls

/** Joins the items if a reader can split them again unambiguously; otherwise JSON. */
const arrayText = (items: readonly unknown[], rules: ValueRules): string => {
  let text = ''
  for (let at = 0; at < items.length; at++) {
    const item = items[at]
    if (!isScalar(item)) return json(items, rules)
    const part = cellText(item, rules)
    if (part === '' || part.includes(rules.arraySeparator)) return json(items, rules)
    text = at === 0 ? part : text + rules.arraySeparator + part
  }
  return text.startsWith('[') ? json(items, rules) : text
}

/**
 * Formats a value as the text of a cell, before quoting: strings unchanged, booleans as `true` and `false`, numbers in
 * JavaScript's shortest form, dates as ISO 8601 in UTC, arrays of scalars joined, objects and other arrays as JSON.
 */
export const cellText = (value: unknown, rules: ValueRules): string => {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      return Number.isFinite(value) ? String(value) : rules.nulls
    case 'bigint':
      return String(value)
    case 'object':
      if (value === null) return rules.nulls
      if (Array.isArray(value)) return arrayText(value, rules)
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? rules.nulls : value.toISOString()
      return json(value, rules)
    default:
      return rules.nulls
  }
}
