import type { Graph } from '../../core/graph.ts'
import type { Operation } from '../../core/operation.ts'
import type { Clock } from '../../core/clock.ts'
import type { Entry, Ledger, Settlement } from '../../store/ledger-types.ts'
import type { Changing } from '../run-request.ts'
import type { LearningLessons } from './lessons.ts'
import type { Past } from './past.ts'

/** What intake, guard and apply of a run share. */
export interface ChangeRun {
  readonly ledger: Ledger
  readonly graph: Graph
  readonly operationOf: (kind: string) => Operation
  readonly changing: Changing
  readonly signal: AbortSignal
  readonly lessons: LearningLessons
  readonly clock: Clock
  readonly past: Past
  /** Number of requests so far, each one of a batch included, without changes. */
  readonly requests: () => number
  /** When this store last wrote something about rows, by row, in other runs; undefined if the directory shows it by now. */
  readonly writtenAt: (entries: readonly Entry[]) => Promise<readonly (number | undefined)[]>
  /** Resolves once the directory shows what this store wrote before: about these names, or all. Returns whether it waited. */
  readonly untilShown: (names?: readonly string[]) => Promise<boolean>
  /** Records results, counts them, and stops the run if too many failed. */
  readonly record: (settlements: readonly Settlement[]) => Promise<void>
}
