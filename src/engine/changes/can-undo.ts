import { given } from '../../core/given.ts'
import type { Operations } from '../../core/operation.ts'
import type { Key } from '../../core/row.ts'
import type { RunReader } from '../../store/run-store.ts'
import type { Entry } from '../../store/ledger-types.ts'

/** Rows read from the ledger at once. */
const pageRows = 2_000

/** At most this many changes are read, so that millions of them do not delay the report. */
const mostChanges = 20_000

/** Which rows that a run has performed can be undone, as far as the operations can tell. */
export interface Undoable {
  readonly can: 'all' | 'some' | 'none'
  /** Number of rows that can be undone, if all were read. */
  readonly rows?: number
}

/** Looks at the changes of these phases that are `done`: a row can be undone if each of its changes has an inverse. */
export const undoableIn = async (
  run: Pick<RunReader, 'phase'>,
  phases: readonly string[],
  operationOf: Operations,
): Promise<Undoable> => {
  let [rows, final, read] = [0, 0, 0]
  const told = (isAll: boolean): Undoable =>
    final === 0
      ? { can: 'all' }
      : rows > final || !isAll
        ? { can: 'some', ...given({ rows: isAll ? rows - final : undefined }) }
        : { can: 'none' }
  for (const phase of phases) {
    const ledger = run.phase(phase).ledger()
    let last: Key | undefined
    let isFinal = false
    for (let after = 0; ;) {
      const page = await ledger.entries({ after, limit: pageRows, outcomes: ['done'] })
      for (const entry of page) {
        if (entry.key !== last) {
          rows++
          isFinal = false
        }
        last = entry.key
        if (isFinal || hasInverse(entry, operationOf) || isBeside(entry, operationOf)) continue
        isFinal = true
        final++
      }
      read += page.length
      if (page.length < pageRows) break
      if (read >= mostChanges) return told(false)
      after = page.at(-1)!.ordinal
    }
  }
  return told(true)
}

/** What leaves nothing in the directory that could be undone, after another change of its row. */
const isBeside = ({ row, step }: Entry, operationOf: Operations): boolean =>
  step > 0 && operationOf(row.kind)?.isRepeated === true

/** The id of what a change created may be noted elsewhere, and does not matter here. */
const hasInverse = ({ row, before, id }: Entry, operationOf: Operations): boolean =>
  operationOf(row.kind)?.inverse?.(row.value, before ?? {}, id ?? '') !== undefined
