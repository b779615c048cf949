import { intakeNote, phasesOf } from '../../store/types.ts'
import type { Surroundings } from '../contexts.ts'
import type { Started } from '../run-request.ts'
import { sourceContextOf } from '../scoped-context.ts'
import type { ChangeRun } from './change-run.ts'
import { removalCounter, type Removals } from './count-removals.ts'
import { protectedFrom, type Looking } from './looks.ts'

/**
 * Counts what a later phase will take away if all changes of this one succeed, without what is protected. Its source has one shard.
 * Nothing is sent.
 */
export const foreseenRemovals = async (
  { operationOf }: Pick<ChangeRun, 'operationOf'>,
  started: Started,
  around: Surroundings,
  protection: Looking['protection'],
): Promise<readonly Removals[]> => {
  const { foresees } = started.plan
  if (!foresees || (await isKnown(started))) return []
  const counter = removalCounter()
  // Its notes and results are those of the phase itself.
  const context = sourceContextOf(around, { ...started, plan: { ...started.plan, ...foresees } }, () => undefined)
  for await (const { rows } of foresees.source.read(context, { name: foresees.source.kind }))
    for (const row of rows)
      for (const { kind, value } of foresees.sink.changes(row)) {
        const change = { operation: operationOf(kind), value, before: {} }
        if ((await protectedFrom(change, change.operation.locks(value), protection)) === undefined)
          counter.add(change.operation, value, {})
      }
  return counter.removals()
}

/** Whether the rows of a later phase are in its ledger already. A retry reads them no second time. */
const isKnown = async ({ id, name, info, request: { store } }: Started): Promise<boolean> => {
  const all = phasesOf(info)
  return store.read(id, async run => {
    for (const later of all.slice(all.indexOf(name) + 1))
      if ((await run.phase(later).loadNote(intakeNote)) !== undefined) return true
    return false
  })
}
