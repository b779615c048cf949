import { EntrapipeError } from '../../core/errors.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import { kindsTakenIn } from '../../engine/changes/intake-note.ts'
import { loadOperations } from '../../catalogue/operations.ts'
import { loadBuiltIn } from '../../catalogue/load-pipeline.ts'
import { expectPhases, phasesWithChanges } from '../../engine/changes/undoing.ts'
import { given } from '../../core/given.ts'
import { decisionsTold, type DecisionSummary } from '../../hr/decision-summary.ts'
import type { Cli } from '../cli.ts'
import { cancelUndone, expectNoneMade } from './cancel-waiting.ts'
import { changeOptionsOf, type ChangeOptions } from '../options/change-options.ts'
import type { TenantOptions } from '../options/tenant-options.ts'
import { runPipeline, wishNote } from '../running/run-pipeline.ts'

/** Options of `runs undo`. */
export interface UndoOptions extends ChangeOptions {
  /** Names with commas. */
  readonly phases?: string
  readonly untilSeats?: boolean
}

/** Undoes the changes of a run, in its own tenant. */
export const undoRun = async (id: string, options: UndoOptions & TenantOptions, cli: Cli): Promise<void> => {
  const store = await cli.store()
  const info = await store.get(id)
  const noted = (await store.read(info.id, run => run.loadNote(wishNote))) as TenantOptions | undefined
  const wish = { tenant: options.tenant ?? noted?.tenant ?? info.tenant?.name, auth: options.auth ?? noted?.auth }
  const known = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== null && value !== undefined))
  const changed = await store.read(info.id, run => phasesWithChanges(run, info))
  const phases = options.phases?.split(',').map(name => name.trim()) ?? (changed.length > 1 ? changed.toReversed() : [])
  expectPhases(phases, changed, info.id)
  const decided = await store.read(info.id, run => run.loadNote(`told/${decisionsTold}`))
  const { feed } = (decided ?? {}) as Partial<DecisionSummary>
  if (options.untilSeats) await expectUnits(store, info, changed)
  if (!options.dryRun && info.dueAt !== undefined) await expectNoneMade(store, info)
  const params = {
    run: info.id,
    ...(phases.length > 0 && { phases }),
    ...(feed !== undefined && { feeds: [feed] }),
    ...given({ untilSeats: options.untilSeats }),
    ...(info.pipeline === 'onboard' && { onboarded: true }),
  }
  await runPipeline(await loadBuiltIn('runs undo'), params, given(known), changeOptionsOf(options), cli)
  if (!options.dryRun && options.plan === undefined) await cancelUndone(store, info, cli)
}

/** @throws EntrapipeError `USAGE` for a run whose changes use no units */
const expectUnits = async (store: Store, { id }: RunInfo, phases: readonly string[]): Promise<void> => {
  const operationOf = await loadOperations()
  const kinds = await store.read(id, async run =>
    (await Promise.all(phases.map(name => kindsTakenIn(run.phase(name))))).flat(),
  )
  if (kinds.some(kind => operationOf(kind)?.supply !== undefined)) return
  throw new EntrapipeError(
    'USAGE',
    `--until-seats has no effect on the undo of run ${id}, which changed no licences of users.`,
    {
      fix: 'Leave it out.',
    },
  )
}
