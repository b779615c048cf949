import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../core/clock.ts'
import type { Finding } from '../../core/operation.ts'
import type { DueAt } from '../../store/due-rows.ts'
import type { Entry } from '../../store/ledger-types.ts'
import type { Store } from '../../store/store.ts'
import { dueOf } from './due-rows.ts'
import { phasesWithChanges } from './undoing.ts'
import { undoOf } from './undos.ts'
import type { Working } from './working.ts'

interface Elsewhere {
  readonly store: Pick<Store, 'get' | 'list' | 'read'>
  readonly clock: Clock
  /** Id of the directory. */
  readonly tenant: string
  readonly run: string
}

type Planned = Pick<Working, 'entry' | 'before'>

/** What must hold when a row is made. */
const held = ({ entry: { row }, before }: Planned) => ({
  ...Object.fromEntries((row.later?.holds ?? []).map(name => [name, before[name] ?? null])),
  ...row.later?.expected,
})

const isSame = (one: Planned, other: Entry): boolean =>
  one.entry.row.kind === other.row.kind &&
  isDeepStrictEqual(one.entry.row.value, other.row.value) &&
  isDeepStrictEqual(held(one), held({ entry: other, before: other.before ?? {} }))

/**
 * Returns a function that finds rows that wait already: in another run, for the same time or an earlier one, while the same holds. A command
 * that is run again does not plan the same twice. Rows of a run that is being undone are not made, so they do not count.
 */
export const waitsElsewhere =
  ({ store, clock, tenant, run }: Elsewhere) =>
  async (rows: readonly Planned[]): Promise<ReadonlyMap<number, Finding>> => {
    const found = new Map<number, Finding>()
    const abouts = [...new Set(rows.map(({ entry }) => entry.about))]
    const others = await store.list({ tenant, dueBy: Number.MAX_SAFE_INTEGER })
    for (const other of others.filter(({ id }) => id !== run)) {
      if (await undoOf(store, other)) continue
      const waiting = await store.read(other.id, async reader => {
        const all: (Entry & DueAt)[] = []
        for (const phase of await phasesWithChanges(reader, other))
          all.push(...(await reader.phase(phase).ledger().waitingAbout(abouts, clock.now())))
        return all
      })
      const byAbout = Map.groupBy(waiting, ({ about }) => about)
      for (const row of rows) {
        const first = byAbout.get(row.entry.about)?.find(each => each.dueMs <= dueOf(row.entry)! && isSame(row, each))
        if (first)
          found.set(row.entry.ordinal, {
            outcome: 'unchanged',
            code: 'WAITS_ALREADY',
            message: `It waits until ${new Date(first.dueMs).toISOString()} already, in run ${other.id}.`,
          })
      }
    }
    return found
  }
