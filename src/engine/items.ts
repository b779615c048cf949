import type { Json } from '../core/json.ts'
import type { Page } from '../core/row.ts'

/**
 * A numbered barrier in the merged stream. What is written before it reaches the sink belongs to it; what is on its
 * way behind it does not. Stages add to it what they stood at as it passed.
 */
export interface Cut {
  readonly cut: number
  /** By shard name; a shard that is not named has not begun. Undefined where a shard could not say: it is no checkpoint. */
  readonly positions: Readonly<Record<string, Json>> | undefined
  readonly read: number
  readonly repeated: number
  /** State of each transform that saves some, by scope. */
  readonly states: Record<string, Json>
  dropped: number
}

/** What travels between source and sink: rows, and cuts between them. */
export type Item = Page<unknown> | Cut

/** Whether it is a cut, not a page. */
export const isCut = (item: Item): item is Cut => 'cut' in item
