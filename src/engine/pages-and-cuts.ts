import type { Json } from '../core/json.ts'
import type { Shard } from '../core/parts.ts'
import type { Page } from '../core/row.ts'
import type { SavedIds } from '../store/types.ts'

/**
 * A numbered barrier in the merged stream. What is written before it reaches the sink belongs to it; what follows it does not.
 * Stages add their state as it passes.
 */
export interface Cut {
  readonly cut: number
  /** By name of the shard. A missing shard is at its start. */
  readonly positions: Readonly<Record<string, Json>>
  /** All shards of the run: the same object as at the previous cut, if none was added. */
  readonly shards: readonly Shard[]
  /** The journal of keys, if they are unique. */
  readonly ids?: SavedIds
  readonly read: number
  readonly repeated: number
  /** States of transforms, by scope. */
  readonly states: Record<string, Json>
  dropped: number
}

/** Rows on their way to the sink, with the rows of the source from which they were made. */
export interface FlowingPage extends Page<unknown> {
  /** Absent if `rows` are the rows of the source, and after a foreign stream. */
  readonly inputs?: Page<unknown>['rows']
}

/** The rows as they were read. */
export const inputsOf = ({ rows, inputs }: FlowingPage): Page<unknown>['rows'] => inputs ?? rows

/** What flows between source and sink: rows, and cuts between them. */
export type PageOrCut = FlowingPage | Cut

/** Whether it is a cut, not a page. */
export const isCut = (flowing: PageOrCut): flowing is Cut => 'cut' in flowing
