import type { ChangeRow, Operation } from '../../core/operation.ts'
import type { ChangeSink, Source } from '../../core/parts.ts'
import type { LedgerReader } from '../../store/ledger-types.ts'
import type { Store } from '../../store/store.ts'
import { phasesIn, type Phase, type Plans } from '../phases.ts'
import type { Plan } from '../plan.ts'
import { isChangeSink } from './change-rows.ts'
import { hasTakenIn } from './intake-note.ts'
import { expectNewest } from './superseding.ts'
import { leftAgain, type Rest } from './rest.ts'
import { plannedRows } from './planned-rows.ts'

interface RestOptions extends Rest {
  readonly store: Pick<Store, 'read' | 'get' | 'list'>
  readonly operationOf: (kind: string) => Operation
}

/**
 * Returns what is left of a run, for a dry run of its own that leaves this one as it is: the phases that are not done, with the rows
 * in their ledgers that a resume or a retry would send or decide.
 */
export const restOf = async (plans: Plans, options: RestOptions): Promise<Plans> => {
  const { store, run, retry } = options
  await expectNewest(store, await store.get(run))
  const phases: Phase[] = []
  for (const phase of phasesIn(plans)) {
    const isDone = await store.read(run, async reader => (await reader.phase(phase.name).loadEnd()) !== undefined)
    const isTaken = isChangeSink(phase.plan.sink) && (await hasTakenIn(store, run, phase.name))
    if (isTaken && (!isDone || retry.length > 0)) phases.push({ ...phase, plan: planOfRest(phase, options) })
    else if (!isDone) phases.push(phase)
  }
  return Array.isArray(plans) ? phases : phases[0]!.plan
}

const planOfRest = ({ name, plan: { limit: _, sink, ...plan } }: Phase, options: RestOptions): Plan => {
  const changing = sink as unknown as ChangeSink<ChangeRow>
  const rest: ChangeSink<ChangeRow> = {
    ...changing,
    changes: ({ value }) => value.steps,
    check: async () => undefined,
  }
  return { ...plan, source: rowsLeft(name, options), transforms: [], sink: rest } as unknown as Plan
}

const rowsLeft = (phase: string, { store, run, operationOf, retry }: RestOptions): Source<ChangeRow> => {
  const ledger: Pick<LedgerReader, 'entries' | 'find'> = {
    entries: query => store.read(run, reader => reader.phase(phase).ledger().entries(query)),
    find: of => store.read(run, reader => reader.phase(phase).ledger().find(of)),
  }
  return {
    kind: 'rest',
    describe: async () => ({ run, phase, retry: [...retry] }),
    async *read() {
      const left = plannedRows(
        ledger,
        operationOf,
        { run, phase },
        {
          isLeft: leftAgain(retry),
          expectedOf: ({ row }) => row.expected,
        },
      )
      for await (const rows of left) yield { rows: rows.map(({ key, steps }) => ({ key, value: { steps } })) }
    },
  }
}
