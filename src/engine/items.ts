import type { Json } from '../core/json.ts'
import type { Shard } from '../core/parts.ts'
import type { Page } from '../core/row.ts'
import type { SavedIds } from '../store/types.ts'

/**
 * A numbered barrier in the merged stream. What is written before it reaches the sink belongs to it; what is on its
 * way behind it does not. Stages add to it what they stood at as it passed.
 */
export interface Cut {
  readonly cut: number
  /** By shard name; a shard that is not named stands at its start. */
  readonly positions: Readonly<Record<string, Json>>
  /** All shards of the run; the same object as at the cut before where none was added. */
  readonly shards: readonly Shard[]
  /** The journal of keys, where they are unique. */
  readonly ids?: SavedIds
  readonly read: number
  readonly repeated: number
  /** State of each transform that saves some, by scope. */
  readonly states: Record<string, Json>
  dropped: number
}

/** Rows on their way to the sink, with those of the source that they were made from. */
export interface FlowingPage extends Page<unknown> {
  /** Absent where `rows` themselves are what was read, and behind a stream of others. */
  readonly inputs?: Page<unknown>['rows']
}

/** The rows as they were read. */
export const inputsOf = ({ rows, inputs }: FlowingPage): Page<unknown>['rows'] => inputs ?? rows

/** What travels between source and sink: rows, and cuts between them. */
export type Item = FlowingPage | Cut

/** Whether it is a cut, not a page. */
export const isCut = (item: Item): item is Cut => 'cut' in item
