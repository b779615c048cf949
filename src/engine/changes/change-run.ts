import type { Graph } from '../../core/graph.ts'
import type { Operation } from '../../core/operation.ts'
import type { Ledger, Settlement } from '../../store/ledger-types.ts'
import type { Changing } from '../run-request.ts'

/** What intake, guard and apply of a run share. */
export interface ChangeRun {
  readonly ledger: Ledger
  readonly graph: Graph
  readonly operationOf: (kind: string) => Operation
  readonly changing: Changing
  readonly signal: AbortSignal
  /** Records results, counts them, and stops the run if too many failed. */
  readonly record: (settlements: readonly Settlement[]) => Promise<void>
}
