import type { Json } from './json.ts'

/** Identifies a row in its source: a line number, an array index, a Graph id. Messages and results refer to it. */
export type Key = string | number

/** A value with its key. */
export interface Row<T> {
  readonly key: Key
  readonly value: T
}

/**
 * A small JSON value from which a shard can be resumed without losing or repeating a row. Graph: the last trusted link. A
 * file: the number of rows read.
 */
export type Position = Exclude<Json, null>

/** Some rows of one shard of a source. */
export interface Page<T> {
  readonly shard: string
  readonly rows: readonly Row<T>[]
}

/** A step returns this to drop its row. */
export const none: unique symbol = Symbol('none')
/** The type of `none`. */
export type None = typeof none
