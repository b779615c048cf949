import type { Column } from './column.ts'
import type { Kind } from './types.ts'

/** An order of a population by one property. Positions and ranks are computed from each other, without memory. */
export interface Order {
  rankAt(position: number): number
  positionOf(rank: number): number
  /** The value that the order compares: lower case, a date in ISO 8601 to the second, '' for null. Never decreases with the position. */
  keyAt(position: number): string
}

/**
 * The synthetic objects of one kind. None is in memory: each is computed from its rank, 0 … size − 1. `S` is the subject
 * that `load` sets and `columns` read. There is only one, so it is valid until the next `load`.
 */
export interface Population<S = unknown> {
  readonly kind: Kind
  readonly size: number
  /** `id` first, then the properties of the type, then extensions. */
  readonly columns: { readonly [property: string]: Column<S> }
  /** Value of a property for an object that was created without it. */
  readonly empty: { readonly [property: string]: unknown }
  readonly subject: S
  load(rank: number): void
  /** By property. `default` always exists. */
  readonly orders: { readonly [property: string]: Order }
  idOf(rank: number): string
  rankOf(id: string): number | undefined
  /** Returns a rank by alternate key in lower case. */
  readonly keys: { readonly [property: string]: (value: string) => number | undefined }
}
