import type { Column } from './column.ts'
import type { Kind } from './types.ts'

/** An order of a population by one property; position ↔ rank, neither needs memory. */
export interface Order {
  rankAt(position: number): number
  positionOf(rank: number): number
  /** What the order compares: lower case, a date in seconds of ISO 8601; '' for null. Never falls as the position grows. */
  keyAt(position: number): string
}

/**
 * The synthetic objects of one kind, none of them in memory: each is computed from its rank, 0 … size − 1. `S` is the
 * subject that `columns` read after `load` has set it; there is one, so it holds until the next `load`.
 */
export interface Population<S = unknown> {
  readonly kind: Kind
  readonly size: number
  /** `id` first, then the properties of the type, then extensions. */
  readonly columns: { readonly [property: string]: Column<S> }
  /** What a property is for an object that was created without it. */
  readonly empty: { readonly [property: string]: unknown }
  readonly subject: S
  load(rank: number): void
  /** By property; `default` is always there. */
  readonly orders: { readonly [property: string]: Order }
  idOf(rank: number): string
  rankOf(id: string): number | undefined
  /** Ranks by alternate key, lower case. */
  readonly keys: { readonly [property: string]: (value: string) => number | undefined }
}
