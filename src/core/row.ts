import type { Json } from './json.ts'

/** Where a row stood: a line number, an array index, a Graph id. Every message and every result refers to it. */
export type Key = string | number

/** A value and where it stood. */
export interface Row<T> {
  readonly key: Key
  readonly value: T
}

/**
 * A small JSON value from which a shard of a source resumes without a row lost or twice.
 * Graph: the last link that can be trusted. A file: the number of rows read.
 */
export type Position = Exclude<Json, null>

/** What flows: some rows of one shard of a source. */
export interface Page<T> {
  readonly shard: string
  readonly rows: readonly Row<T>[]
}

/** What a step answers to drop its row. */
export const none: unique symbol = Symbol('none')
/** The type of `none`. */
export type None = typeof none
