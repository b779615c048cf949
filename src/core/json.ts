/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** The columns of a row: names to values, as Graph, CSV or JSON give them. */
export type Fields = { readonly [name: string]: unknown }

/**
 * Makes rows in which these columns can be read by their names; undefined where rows can be read as they are. Every object
 * inherits a `constructor`: where a column is called like that, rows are copied to objects that inherit nothing.
 */
export const readable = (columns: readonly string[]): ((row: Fields) => Fields) | undefined =>
  columns.some(name => name in Object.prototype) ? row => Object.assign(Object.create(null) as Fields, row) : undefined

/** On a row whose columns an object would put in another order: their names as they are to be. */
const columnOrder = Symbol.for('entrapipe.columnOrder')

type Ordered = Fields & { readonly [columnOrder]?: readonly string[] }

/** Objects list names that are whole numbers first and by size, and take `__proto__` for something else than a column. */
const isUnruly = (name: string): boolean => name === '__proto__' || /^\d+$/.test(name)

/**
 * Makes empty rows for these columns. Where one is called `2024` or `__proto__` they remember the order, also when they are
 * copied by `{ ...row }`, and any name can be set.
 */
export const emptyRow = (columns: readonly string[]): (() => Record<string, unknown>) => {
  if (!columns.some(isUnruly)) return () => ({})
  const order = { [columnOrder]: [...columns] }
  return columns.includes('__proto__') ? () => ({ ['__proto__']: null, ...order }) : () => ({ ...order })
}

/** The names of a row's columns in the order of its source. */
export const columnsOf = (row: Fields): readonly string[] => {
  const names = Object.keys(row)
  const order = (row as Ordered)[columnOrder]
  if (!order) return names
  const known = new Set(order)
  return [...order.filter(name => Object.hasOwn(row, name)), ...names.filter(name => !known.has(name))]
}
