/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** The columns of a row by name, with values from Graph, CSV or JSON. */
export type Fields = { readonly [name: string]: unknown }

/** Whether a value is an object with columns. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The type of a value in words, without its content, which may be personal data. */
export const kindInWords = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  if (value === undefined || value === null) return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** How to fix a row that is not an object. */
export const objectFix = (value: unknown): string =>
  Array.isArray(value)
    ? 'Return an object from the step before it. Use flatMap to make several rows of one.'
    : 'Return an object from the step before it.'

/**
 * Returns a function that makes these columns readable by name; undefined if rows are readable as they are. Every object
 * inherits a `constructor`: if a column has such a name, rows are copied to objects that inherit nothing.
 */
export const readable = (columns: readonly string[]): ((row: Fields) => Fields) | undefined =>
  columns.some(name => name in Object.prototype) ? row => Object.assign(Object.create(null) as Fields, row) : undefined

/** On rows whose columns an object would reorder: the names in the right order. */
const columnOrder = Symbol.for('entrapipe.columnOrder')

type Ordered = Fields & { readonly [columnOrder]?: readonly string[] }

/** Objects list whole numbers first, in ascending order, and treat `__proto__` specially. */
const isUnruly = (name: string): boolean => name === '__proto__' || /^\d+$/.test(name)

/**
 * Creates empty rows for these columns. With names such as `2024` or `__proto__`, rows remember the order of their columns,
 * also when copied by `{ ...row }`, and accept any name.
 */
export const emptyRow = (columns: readonly string[]): (() => Record<string, unknown>) => {
  if (!columns.some(isUnruly)) return () => ({})
  const order = { [columnOrder]: [...columns] }
  return columns.includes('__proto__') ? () => ({ ['__proto__']: null, ...order }) : () => ({ ...order })
}

/** Returns the names of a row's columns in the order of its source. */
export const columnsOf = (row: Fields): readonly string[] => {
  const names = Object.keys(row)
  const order = (row as Ordered)[columnOrder]
  if (!order) return names
  const known = new Set(order)
  return [...order.filter(name => Object.hasOwn(row, name)), ...names.filter(name => !known.has(name))]
}

/** A copy of a value that its owner may change later. */
export const copyOf = <T>(value: T): T => (typeof value === 'object' && value !== null ? structuredClone(value) : value)
