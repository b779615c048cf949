import type { Clock } from '../../core/clock.ts'
import type { Graph } from '../../core/graph.ts'
import type { Finding, Operation } from '../../core/operation.ts'
import type { ChangeFollower } from '../../core/parts.ts'
import type { Result } from '../../core/result.ts'
import type { Entry, Ledger } from '../../store/ledger-types.ts'
import type { LearningLessons } from './lessons.ts'
import type { Protection } from './looks.ts'
import type { Showing } from './shown-at.ts'
import type { Working } from './working.ts'
import type { UnitWatch } from './unit-watch.ts'

/** What is needed to send the changes of a ledger. */
export interface ApplyOptions extends Showing {
  readonly ledger: Ledger
  readonly graph: Graph
  readonly operationOf: (kind: string) => Operation
  readonly protection?: (() => Promise<Protection>) | undefined
  /** What refusals taught, and teach. @default nothing is learned */
  readonly lessons?: LearningLessons | undefined
  readonly clock: Clock
  /** Its abort stops sending: requests in flight settle, the other rows stay pending. */
  readonly signal: AbortSignal
  /** Throws if another process may hold the run; see `RunRecord.expectHeld`. Nothing is sent then. */
  readonly expectHeld: () => void
  /** Measures by how many milliseconds Graph's clock is ahead of ours; see `graphClock`. */
  readonly graphAheadMs: () => Promise<number>
  /** See `ChangeSink.owns`. @default false */
  readonly owns?: boolean | undefined
  /** Most rows that are sent. */
  readonly mostRows: number
  /** When something about these rows was written last by this store, by row; undefined long ago. */
  readonly writtenAt: (entries: readonly Entry[]) => Promise<readonly (number | undefined)[]>
  /** Finds rows for a later time that wait already, in another run; see `waitsElsewhere`. */
  readonly waitsElsewhere?: (
    rows: readonly Pick<Working, 'entry' | 'before'>[],
  ) => Promise<ReadonlyMap<number, Finding>>
  readonly units: UnitWatch
  readonly follower?: ChangeFollower | undefined
  /** Called with each result, once it is recorded. A throw stops the run. */
  readonly settled: (results: readonly Result[]) => void
}
