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
