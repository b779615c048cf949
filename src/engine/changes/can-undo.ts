import { given } from '../../core/given.ts'
import type { Operations } from '../../core/operation.ts'
import type { RunReader } from '../../store/run-store.ts'
import type { Entry } from '../../store/ledger-types.ts'
import { inversesOf } from './inverses-of-row.ts'

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

/** Looks at the changes of these phases that are `done`; see `inversesOf`. */
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
    let held: readonly Entry[] = []
    for (let after = 0; ;) {
      const page = await ledger.entries({ after, limit: pageRows, outcomes: ['done'] })
      const isLast = page.length < pageRows
      const all = [...held, ...page]
      // The last row of a page may have more steps on the next one.
      const open = isLast ? undefined : all.at(-1)!.key
      held = isLast ? [] : all.filter(({ key }) => key === open)
      for (const entries of Map.groupBy(all, ({ key }) => key).values()) {
        if (!isLast && entries[0]!.key === open) continue
        rows++
        if ('final' in inversesOf(entries.map(withId), operationOf)) final++
      }
      read += page.length
      if (isLast) break
      if (read >= mostChanges) return told(false)
      after = page.at(-1)!.ordinal
    }
  }
  return told(true)
}

/** The id of what a change created may be noted elsewhere, and does not matter here. */
const withId = (entry: Entry): Entry => ({ ...entry, id: entry.id ?? '' })
