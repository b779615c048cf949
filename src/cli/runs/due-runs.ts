import { undoOf } from '../../engine/changes/undos.ts'
import { loadBuiltIn } from '../../catalogue/load-pipeline.ts'
import { keptSelection } from '../../catalogue/changes/selection-params.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { isGuid } from '../../core/guid.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { tell } from '../command-line/tell.ts'
import { nothingSummary } from '../changes/summary.ts'
import { changeOptionsOf, type ChangeOptions } from '../options/change-options.ts'
import type { TenantOptions } from '../options/tenant-options.ts'
import { wishedTenant } from '../running/connection.ts'
import { runPipeline, wishNote } from '../running/run-pipeline.ts'
import { counted } from '../report/words.ts'
import { duePipeline, dueStates, saveNextDue, type DueState } from './due-state.ts'
import { leaveUndone } from './leave-undone.ts'
import { resumeRun } from './resume-run.ts'

/** Options of `runs due`. */
export type DueOptions = ChangeOptions & TenantOptions

/**
 * Makes what is due in all runs of the store, the run that began first first: each in a run of its own. A run that cannot be made keeps none
 * of the others back; its error decides the exit status. Rows of a run that is being undone are not made.
 */
export const dueRuns = async (options: DueOptions, cli: Cli): Promise<void> => {
  const store = await cli.store()
  const nowMs = cli.clock.now()
  const isOfTenant = await tenantFilter(options.tenant, cli)
  const origins = (await store.list({ dueBy: nowMs })).filter(isOfTenant).toReversed()
  let isNothing = true
  /** Nothing else is begun once the user has stopped it. */
  const apart = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (cli.signal.aborted) throw error
      isNothing = false
      cli.exit(tell(error, cli))
    }
  }
  for (const origin of origins)
    await apart(async () => {
      const undo = await undoOf(store, origin)
      if (undo) {
        isNothing = false
        return leaveUndone(origin, undo, options, store, cli)
      }
      for (const due of await dueStates(store, origin)) {
        if (due.state === 'taken' || due.dueMs > nowMs) continue
        isNothing = false
        // An undo may have begun since the rows that were due before.
        await apart(() => makeUnlessUndone(origin, due, options, store, cli))
      }
      if (!options.dryRun) await saveNextDue(store, origin)
    })
  if (isNothing) await tellNothing(await nextDue(store, isOfTenant), options, cli)
}

/**
 * Makes what is due first in one run, in a run of its own. Nothing is done if nothing is due any more.
 *
 * @throws EntrapipeError `RUN_UNKNOWN`; `RUN_ACTIVE`, `RUN_UNFINISHED` while the run is being undone
 */
export const dueRun = async (id: string, options: DueOptions, cli: Cli): Promise<void> => {
  const store = await cli.store()
  const origin = await store.get(id)
  const due = (await dueStates(store, origin)).find(({ state }) => state !== 'taken')
  if (due && due.dueMs <= cli.clock.now()) await makeUnlessUndone(origin, due, options, store, cli)
  await saveNextDue(store, origin)
}

const makeUnlessUndone = async (
  origin: RunInfo,
  due: DueState,
  options: DueOptions,
  store: Store,
  cli: Cli,
): Promise<void> => {
  const undo = await undoOf(store, origin)
  return undo ? leaveUndone(origin, undo, options, store, cli) : makeDue(origin, due, options, store, cli)
}

/** Which runs are of a tenant. @throws EntrapipeError as `wishedTenant`: a name that is misspelt would look like nothing to do */
const tenantFilter = async (wish: string | undefined, cli: Cli): Promise<(run: RunInfo) => boolean> => {
  if (wish === undefined) return () => true
  const id = isGuid(wish) ? wish : (await wishedTenant({ tenant: wish }, cli)).settings.tenantId
  return ({ tenant }) => tenant?.name === wish || tenant?.id.toLowerCase() === id?.toLowerCase()
}

const makeDue = async (origin: RunInfo, due: DueState, options: DueOptions, store: Store, cli: Cli): Promise<void> => {
  const at = new Date(due.dueMs).toISOString()
  if (due.made?.status === 'running')
    throw new EntrapipeError('RUN_ACTIVE', `Run ${due.made.id} is making what waited in run ${origin.id}.`, {
      facts: { run: due.made.id },
      fix: 'Wait until it ends.',
    })
  const { auth, tenant: _, ...changing } = options
  if (!cli.json() && !options.quiet)
    cli.say(
      `${counted(due.rows, 'row')} of run ${origin.id} (${origin.pipeline}) ${due.rows === 1 ? 'is' : 'are'} due since ${at}.`,
    )
  if (due.state === 'begun') return resumeRun(due.made!.id, { ...changing, ...given({ auth }) }, cli)
  const noted = (await store.read(origin.id, run => run.loadNote(wishNote))) as TenantOptions | undefined
  const wish = given({ tenant: noted?.tenant ?? origin.tenant?.name, auth: auth ?? noted?.auth ?? undefined })
  const selection = keptSelection(origin.params as Readonly<Record<string, unknown>>)
  await runPipeline(
    await loadBuiltIn(duePipeline),
    { run: origin.id, at, ...(selection !== undefined && selects(origin) && { selection }) },
    wish,
    // Who looked at the plan of a run has approved what it left for later.
    { ...changeOptionsOf(changing), isApproved: origin.pipeline === 'apply' },
    cli,
  )
}

/** Whether the parameters of a run choose users. */
const selects = ({ pipeline }: RunInfo): boolean => pipeline === 'licenses remove'

/** The run whose rows are due next. */
const nextDue = async (store: Store, isOfTenant: (run: RunInfo) => boolean): Promise<RunInfo | undefined> => {
  const waiting = (await store.list({ dueBy: Number.MAX_SAFE_INTEGER })).filter(isOfTenant)
  for (const run of waiting.toSorted((one, other) => one.dueAt! - other.dueAt!))
    if (!(await undoOf(store, run))) return run
  return undefined
}

const tellNothing = async (next: RunInfo | undefined, { tenant, quiet }: DueOptions, cli: Cli): Promise<void> => {
  const note = next
    ? `Nothing is due. The next rows are due at ${new Date(next.dueAt!).toISOString()}, of run ${next.id}.`
    : 'Nothing is due, and nothing waits.'
  if (cli.json()) await printLines(cli, [JSON.stringify(nothingSummary({ tenant, dueMs: next?.dueAt, note }))])
  else if (!quiet) cli.say(note)
}
