/** A value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** The columns of a row: names to values, as Graph, CSV or JSON give them. */
export type Fields = { readonly [name: string]: unknown }
