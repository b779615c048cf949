import type { Sink, Source } from '../../core/parts.ts'
import type { Store } from '../../store/store.ts'
import { phasesIn, type Phase, type Plans } from '../phases.ts'
import type { Plan } from '../plan.ts'
import { isChangeSink } from './change-rows.ts'
import { hasTakenIn } from './intake-note.ts'

/** Stands for an input that is not read again. */
const taken: Source<unknown> = {
  kind: 'ledger',
  // The generator ends at once: the rows are in the ledger.
  async *read() {},
}

/**
 * Returns the phases of a run that is resumed or retried, without the inputs whose rows are in its ledger already, and without those of
 * its phases that are done if it changes the directory: their files may be gone, or may have changed.
 */
export const withoutInput = async (plans: Plans, store: Pick<Store, 'read'>, run: string): Promise<Plans> => {
  const phases: Phase[] = []
  // The identity of other runs has the hash of their inputs.
  const changes = phasesIn(plans).some(({ plan }) => isChangeSink(plan.sink))
  for (const phase of phasesIn(plans)) {
    if (isChangeSink(phase.plan.sink)) {
      const isTaken = await hasTakenIn(store, run, phase.name)
      phases.push(isTaken ? { ...phase, plan: withoutSource(phase.plan) } : phase)
      continue
    }
    const isDone = changes && (await store.read(run, reader => reader.phase(phase.name).loadEnd())) !== undefined
    phases.push(isDone ? { ...phase, plan: { ...phase.plan, source: taken, transforms: [] } } : phase)
  }
  return Array.isArray(plans) ? phases : phases[0]!.plan
}

const withoutSource = ({ limit: _, sink, ...plan }: Plan): Plan => ({
  ...plan,
  source: taken,
  transforms: [],
  // What its check is about may be gone, and the rows that were sent must still be decided.
  sink: { ...(sink as Sink<unknown>), check: async () => undefined },
})
