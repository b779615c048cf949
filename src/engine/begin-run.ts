import { EntrapipeError } from '../core/errors.ts'
import { identityOf } from '../store/identity.ts'
import { safeRows } from '../store/safe-rows.ts'
import type { Run, RunIdentity, RunInfo } from '../store/types.ts'
import { checkContext } from './contexts.ts'
import type { RunRequest } from './run-request.ts'
import type { Described } from './identity.ts'
import type { ReadyPlan } from './plan.ts'

/** What one file says about a directory should be of one day. */
const oldestMs = 24 * 60 * 60 * 1000

/**
 * Takes hold of the unfinished run of this work, or makes a new one.
 *
 * @throws EntrapipeError `RUN_ACTIVE` when another process is at the same work or file, `RUN_CHANGED` when the
 *   pipeline's code is not the one that the run began with, `FILE_UNWRITABLE` when somebody's own file stands where it
 *   would write until its commit
 */
export const beginRun = async (
  request: RunRequest,
  plan: ReadyPlan,
  identity: RunIdentity,
  described: Described,
): Promise<Run> => {
  const { store, onEvent } = request
  const rejects = plan.rejects?.place?.target(checkContext({ ...request, graph: request.graph }))
  const unfinished = await (request.resume ? store.get(request.resume) : store.findUnfinished(identityOf(identity)))
  if (request.resume) {
    if (plan.notResumable !== undefined)
      throw new EntrapipeError(
        'RUN_NOT_RESUMABLE',
        `Run ${request.resume} cannot be gone on with: ${plan.notResumable}.`,
      )
    if (unfinished && unfinished.identity !== identityOf(identity))
      throw new EntrapipeError(
        'RUN_CHANGED',
        `Run ${unfinished.id} was begun with other input, options or tenant than it would be gone on with now.`,
        { facts: { run: unfinished.id }, fix: 'Start over with --fresh.' },
      )
    return goOn(request, unfinished!, rejects)
  }
  if (plan.notResumable !== undefined)
    onEvent?.({ event: 'not-resumable', why: plan.notResumable, asWritten: plan.sink.resumable === false })
  const why = unfinished && startOver(request, unfinished)
  if (unfinished && !why) return goOn(request, unfinished, rejects)
  await refuseStrange(request, plan)
  const { tenant: _, ...same } = identity
  const run = await store.create({
    ...same,
    ...(request.graph ? { tenant: request.graph.tenant } : {}),
    ...(rejects === undefined ? {} : { rejects }),
    codeHash: request.codeHash,
    resumable: plan.notResumable === undefined,
  })
  try {
    await run.saveNote('cwd', request.environment.cwd)
    for (const [name, note] of Object.entries(request.notes ?? {})) await run.saveNote(name, note)
    await clearTarget(request, plan, described)
  } catch (error) {
    try {
      await run.release()
    } catch {
      // It is let go of all the same; why it could not begin is what is reported.
    }
    throw error
  }
  onEvent?.(why ? { event: 'started-over', run: run.id, why } : { event: 'started', run: run.id })
  return run
}

/** What stands where a file is written until it is complete, and is not to be written over. */
export const inTheWay = (partial: string): EntrapipeError =>
  new EntrapipeError(
    'FILE_UNWRITABLE',
    `${partial} is in the way: what is written has that name until it is complete`,
    {
      facts: { path: partial },
      fix: 'No run that is known here left it: rename it, or remove it.',
    },
  )

/** Before the run is made: from then on what stands there would be taken for its own. */
const refuseStrange = async (request: RunRequest, plan: ReadyPlan): Promise<void> => {
  const ctx = checkContext({ ...request, graph: request.graph })
  for (const sink of [plan.sink, plan.rejects]) {
    const writesTo = sink?.place?.target(ctx)
    const partial = writesTo === undefined ? undefined : await sink?.place?.leftover(ctx)
    if (writesTo === undefined || partial === undefined) continue
    const runs = await request.store.list({ writesTo, status: ['running', 'interrupted', 'failed', 'short'] })
    if (!(await anyLeft(request, runs))) throw inTheWay(partial)
  }
}

/**
 * Who came to an end by itself has kept its partial only where a checkpoint, or all that there was, stood in it; or where
 * it had died before, and came to its end anew without having opened it.
 */
const mayHaveLeft = async ({ store }: RunRequest, info: RunInfo): Promise<boolean> =>
  info.endedAt === undefined ||
  info.status === 'short' ||
  info.resumed > 0 ||
  (await safeRows(store, info)) !== undefined

const anyLeft = async (request: RunRequest, runs: readonly RunInfo[]): Promise<boolean> => {
  for (const info of runs) if (await mayHaveLeft(request, info)) return true
  return false
}

const startOver = (request: RunRequest, unfinished: RunInfo): string | undefined => {
  if (request.fresh) return 'as asked'
  return request.clock.now() - unfinished.startedAt > oldestMs
    ? 'the unfinished run is older than a day, and two days do not belong in one file'
    : undefined
}

const goOn = async (request: RunRequest, unfinished: RunInfo, rejects: string | undefined): Promise<Run> => {
  if (unfinished.codeHash !== request.codeHash && !request.force)
    throw new EntrapipeError(
      'RUN_CHANGED',
      `The code of pipeline ${request.pipeline} has changed since run ${unfinished.id} began.`,
      {
        facts: { run: unfinished.id },
        fix: 'Go on all the same with --force, or start over with --fresh.',
      },
    )
  return request.store.hold(unfinished.id, rejects)
}

/**
 * A new run writes into the file where an unfinished one left its partial: that one can never be gone on with. Only who
 * holds a run of the file may do that: another could just have begun to write there.
 */
const clearTarget = async (request: RunRequest, plan: ReadyPlan, described: Described): Promise<void> => {
  if (described.target === undefined) return
  let left = false
  for (const info of await request.store.list({ status: ['interrupted', 'failed', 'short'] }))
    if (info.target === described.target) {
      const rows = (await safeRows(request.store, info)) ?? 0
      if (rows > 0) request.onEvent?.({ event: 'discarding', other: info.id, rows, target: described.target })
      await request.store.discard(info.id)
      left = true
    }
  const ctx = checkContext({ ...request, graph: request.graph })
  if (left) for (const sink of [plan.sink, plan.rejects]) await sink?.place?.discard(ctx)
}
