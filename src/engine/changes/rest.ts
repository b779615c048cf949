import type { Outcome } from '../../core/result.ts'
import type { Entry } from '../../store/ledger-types.ts'

/** What is left of a run that is unfinished, or whose rows are sent again. */
export interface Rest {
  readonly run: string
  /** Outcomes of rows that are sent again, besides those that have none. */
  readonly retry: readonly ('failed' | 'unknown')[]
}

/** Whether a row is among those that are left. */
export const leftAgain = (retry: Rest['retry']): ((entry: Pick<Entry, 'state' | 'outcome' | 'isFinal'>) => boolean) => {
  // Steps that were skipped are sent after the ones that they waited for.
  const again: readonly Outcome[] = retry.length > 0 ? [...retry, 'skipped'] : []
  return ({ state, outcome, isFinal }) =>
    state !== 'settled' || (outcome !== undefined && !isFinal && again.includes(outcome))
}
