import { EntrapipeError } from '../../core/errors.ts'
import type { DueRow } from '../../core/due-row.ts'
import type { OperationRow } from '../../core/operation.ts'
import type { Row } from '../../core/row.ts'
import type { DueRows } from '../../store/due-rows.ts'
import type { Entry } from '../../store/ledger-types.ts'
import type { RunReader } from '../../store/run-store.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import { tenantTakenIn } from './intake-note.ts'
import { phasesWithChanges } from './undoing.ts'

/** Rows read from the ledger at once. */
const pageRows = 2_000

/** The note of a run with the runs that make its waiting rows, by their time. */
const dueRunsNote = 'due-runs'

/** Rows of a run that wait for a time. */
export interface Waits extends DueRows {
  readonly phase: string
  /** Id of the run that makes them, or made them, once it has begun. */
  readonly by?: string
}

type DueRuns = Readonly<Record<string, string>>

/** The runs that make the waiting rows of a run, by their time in milliseconds since 1970. */
const dueRunsOf = async (run: Pick<RunReader, 'loadNote'>): Promise<DueRuns> =>
  ((await run.loadNote(dueRunsNote)) ?? {}) as DueRuns

/** The rows of a run that wait, or have waited, for their time: the first time first. */
export const waitsOf = async (run: Pick<RunReader, 'phase' | 'loadNote'>, info: RunInfo): Promise<readonly Waits[]> => {
  const runs = await dueRunsOf(run)
  const found: Waits[] = []
  for (const phase of await phasesWithChanges(run, info))
    for (const due of await run.phase(phase).ledger().due()) {
      const by = runs[String(due.dueMs)]
      found.push({ ...due, phase, ...(by !== undefined && { by }) })
    }
  return found.toSorted((one, other) => one.dueMs - other.dueMs)
}

/** When the next rows of a run are due that no run makes yet. */
export const nextDue = (waits: readonly Waits[]): number | undefined => waits.find(({ by }) => by === undefined)?.dueMs

interface DueOptions {
  readonly store: Pick<Store, 'get' | 'read' | 'alter'>
  readonly tenant: { readonly id: string; readonly name: string }
  readonly run: string
  readonly dueMs: number
  /** The run that makes them; undefined for one that only shows what it would do. */
  readonly by?: string
}

/**
 * Reads the rows of a run that wait for a time, in the order of its input. Each names what was there when they were read first, and is
 * skipped if that no longer holds. The other run notes who makes them, so that they are not made again when that one is pruned.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a run of another tenant; `RUN_ACTIVE` while the other run is in progress
 */
export async function* readingDue({
  store,
  tenant,
  run,
  dueMs,
  by,
}: DueOptions): AsyncGenerator<readonly Row<DueRow>[]> {
  const info = await store.get(run)
  if (by !== undefined)
    await store.alter(info.id, async other => {
      const runs = await dueRunsOf(other)
      if (runs[String(dueMs)] !== by) await other.saveNote(dueRunsNote, { ...runs, [String(dueMs)]: by })
    })
  for (const phase of await store.read(info.id, reader => phasesWithChanges(reader, info))) {
    const takenIn = await store.read(info.id, reader => tenantTakenIn(reader.phase(phase)))
    if (takenIn !== tenant.id)
      throw new EntrapipeError(
        'OPTION_INVALID',
        `The changes of run ${info.id} are for another tenant than ${tenant.name} (${tenant.id}). Nothing was sent.`,
      )
    for (let after = 0; ;) {
      const page = await store.read(info.id, reader => reader.phase(phase).ledger().dueAt(dueMs, pageRows, after))
      // Steps of one row stay apart: what becomes of one says nothing about the others.
      yield page.map(entry => ({
        key: keyOf(entry),
        value: { user: entry.row.value['user'] ?? null, steps: [stepOf(entry)] },
      }))
      if (page.length < pageRows) break
      after = page.at(-1)!.ordinal
    }
  }
}

const keyOf = ({ key, step }: Entry): Entry['key'] => (step === 0 ? key : `${key}/step-${step}`)

const stepOf = ({ row: { kind, value, later }, before = {} }: Entry): OperationRow => ({
  kind,
  value,
  expected: {
    ...Object.fromEntries((later?.holds ?? []).map(name => [name, before[name] ?? null])),
    ...later?.expected,
  },
  orSkipped: true,
})
