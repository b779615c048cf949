import { EntrapipeError } from '../core/errors.ts'
import { identityOf } from '../store/identity.ts'
import { given } from '../core/given.ts'
import { safeRows } from '../store/safe-rows.ts'
import type { Run } from '../store/store.ts'
import { onlyPhase, writtenBy, type RunIdentity, type RunInfo } from '../store/types.ts'
import { isChangeSink } from './changes/change-rows.ts'
import { pausedNote } from './changes/pacing.ts'
import { sendingNote } from './changes/run-notes.ts'
import { expectNewest, noteSuperseded, supersededBy } from './changes/superseding.ts'
import { checkContext } from './contexts.ts'
import { discard, removeLeft } from './discard.ts'
import { driftsStill } from './drift-limit.ts'
import { openedBy } from './opened.ts'
import { notResumableIn } from './phases.ts'
import type { Prepared, RunRequest } from './run-request.ts'

/** The rows of a file should not be read more than a day apart. */
const oldestMs = 24 * 60 * 60 * 1000

/**
 * Acquires the unfinished run of this work, or creates a new one.
 *
 * @throws EntrapipeError `RUN_ACTIVE` when another process does the same work or writes to the same place, `RUN_CHANGED`
 *   when the pipeline's code has changed since the run started, `RUN_SUPERSEDED` when a newer run does its work, `FILE_UNWRITABLE` when a file that no run left has the name of
 *   a partial
 */
export const beginRun = async (
  request: RunRequest,
  phases: readonly Prepared[],
  identity: RunIdentity,
): Promise<Run> => {
  const { store, onEvent } = request
  const notResumable = notResumableIn(phases)
  const alsoWrites = targetsOf(request, phases).filter(target => target !== identity.target)
  const writes = isWriting(request, phases)
  // An input that cannot be read again may be another one.
  const isAnother = writes && notResumable !== undefined
  const unfinished = await (request.resume
    ? store.get(request.resume)
    : isAnother
      ? undefined
      : store.findUnfinished(identityOf(identity)))
  if (request.resume) {
    // Once its rows are in the ledger, a run that writes does not need its input again.
    if (notResumable !== undefined && !writes)
      throw new EntrapipeError('RUN_NOT_RESUMABLE', `Run ${request.resume} cannot be resumed: ${notResumable}.`)
    if (unfinished && !isSameWork(unfinished, identity, writes))
      throw new EntrapipeError(
        'RUN_CHANGED',
        `Run ${unfinished.id} was started with another input, other options or another tenant.`,
        { facts: { run: unfinished.id }, fix: 'Start over with --fresh.' },
      )
    return resume(request, unfinished!, alsoWrites)
  }
  if (notResumable !== undefined && !writes) {
    const asWritten = phases.some(({ plan }) => plan.sink.resumable === false)
    onEvent?.({ event: 'not-resumable', why: notResumable, asWritten })
  }
  const why = unfinished && (writes ? await replaced(request, unfinished, phases) : startOver(request, unfinished))
  if (unfinished && !why) return resume(request, unfinished, alsoWrites)
  await refuseStrange(request, phases)
  const { tenant: _, ...same } = identity
  const run = await store.create({
    ...same,
    ...given({ tenant: request.graph?.tenant, phases: namesOf(phases) }),
    ...(alsoWrites.length > 0 && { alsoWrites }),
    codeHash: request.codeHash,
    resumable: notResumable === undefined || writes,
    ...(writes && { writes }),
  })
  try {
    await run.saveNote('cwd', request.environment.cwd)
    for (const [name, note] of Object.entries(request.notes ?? {})) await run.saveNote(name, note)
    const supersedes = writes ? supersededBy(phases.map(({ plan }) => plan.sink)) : []
    const { id, info } = run
    await noteSuperseded({ id, info, request, saveRunNote: (name, note) => run.saveNote(name, note) }, supersedes)
    if (request.changing?.restOf) await run.copyDatabases(request.changing.restOf.run)
    await clearTargets(request, phases, run.id)
  } catch (error) {
    try {
      await run.release()
    } catch {
      // The run is released anyway. The error that prevented its start is reported.
    }
    throw error
  }
  onEvent?.(why ? { event: 'started-over', run: run.id, why } : { event: 'started', run: run.id })
  return run
}

/** The error for an existing file with the name of a partial, which must not be overwritten. */
export const inTheWay = (partial: string): EntrapipeError =>
  new EntrapipeError(
    'FILE_UNWRITABLE',
    `${partial} already exists, and the output has that name until it is complete`,
    {
      facts: { path: partial },
      fix: 'No run in the store left it, so it cannot be resumed. Move or remove it, then run the command again.',
    },
  )

const namesOf = (phases: readonly Prepared[]): readonly string[] | undefined =>
  phases.length === 1 && phases[0]!.name === onlyPhase ? undefined : phases.map(({ name }) => name)

const sinksOf = (phases: readonly Prepared[]) =>
  phases.flatMap(({ plan: { sink, rejects } }) => (rejects ? [sink, rejects] : [sink]))

/** The URLs of all outputs. */
const targetsOf = (request: RunRequest, phases: readonly Prepared[]): readonly string[] => {
  const ctx = checkContext({ ...request, graph: request.graph })
  return sinksOf(phases).flatMap(sink => sink.place?.target(ctx) ?? [])
}

/** Called before the run is created. Afterwards an existing partial would count as its own. */
const refuseStrange = async (request: RunRequest, phases: readonly Prepared[]): Promise<void> => {
  const ctx = checkContext({ ...request, graph: request.graph })
  for (const { place } of sinksOf(phases)) {
    const writesTo = place?.namedByRun ? undefined : place?.target(ctx)
    const partial = writesTo === undefined ? undefined : await place?.leftover(ctx)
    if (writesTo === undefined || partial === undefined) continue
    const runs = await request.store.list({ writesTo, status: ['running', 'interrupted', 'failed', 'short'] })
    if (!(await anyLeft(request, runs, writesTo, await place?.identity?.(ctx)))) throw inTheWay(partial)
  }
}

/**
 * A run that ended by itself has kept its partial only if it had a checkpoint or all rows, or if it had died before and ended
 * again without opening it.
 */
const mayHaveLeft = async ({ store }: RunRequest, info: RunInfo): Promise<boolean> =>
  info.endedAt === undefined ||
  info.status === 'short' ||
  info.resumed > 0 ||
  (await safeRows(store, info)) !== undefined

/** @param identity of what was left */
const anyLeft = async (
  request: RunRequest,
  runs: readonly RunInfo[],
  target: string,
  identity: string | undefined,
): Promise<boolean> => {
  for (const info of runs) {
    const own = (await openedBy(request.store, info.id)).get(target)
    if ((own === undefined || own === identity) && (await mayHaveLeft(request, info))) return true
  }
  return false
}

const startOver = (request: RunRequest, unfinished: RunInfo): string | undefined => {
  if (request.fresh) return 'as requested'
  if (request.clock.now() - unfinished.startedAt > oldestMs) return 'the unfinished run is older than a day'
  const { error } = unfinished
  return error?.code === 'TOO_MUCH_DRIFT' && driftsStill(error.facts, request.maxDrift)
    ? 'too much had changed while the unfinished run read'
    : undefined
}

/** A run that changes the directory works from its ledger, and does not need its input again. */
const isSameWork = (unfinished: RunInfo, identity: RunIdentity, writes: boolean): boolean =>
  unfinished.identity === identityOf(identity) ||
  (writes &&
    unfinished.pipeline === identity.pipeline &&
    unfinished.tenant?.id === identity.tenant &&
    JSON.stringify(unfinished.params) === JSON.stringify(identity.params))

/** Whether a run changes the directory. */
const isWriting = ({ changing }: RunRequest, phases: readonly Prepared[]): boolean =>
  changing?.dryRun !== true && phases.some(({ plan }) => isChangeSink(plan.sink))

/**
 * Ends an unfinished run that changes the directory, so that a new one can start over, and returns why. Undefined if it only pauses, or
 * has made all of its changes and waits for what follows: it is then resumed.
 *
 * @throws EntrapipeError `RUN_UNFINISHED` if some of its changes were sent, `RUN_UNDECIDED` if the fate of some is open
 */
const replaced = async (
  request: RunRequest,
  unfinished: RunInfo,
  phases: readonly Prepared[],
): Promise<string | undefined> => {
  const { store, fresh } = request
  const changing = phases.filter(({ plan }) => isChangeSink(plan.sink))
  const { hasSent, pauses, isMade } = await store.read(unfinished.id, async run => {
    const ends = await Promise.all(changing.map(({ name }) => run.phase(name).loadEnd()))
    return {
      hasSent: (await run.loadNote(sendingNote)) !== undefined,
      pauses: typeof (await run.loadNote(pausedNote)) === 'number',
      isMade: ends.every(end => end !== undefined),
    }
  })
  if (hasSent && (pauses || isMade) && !fresh) return undefined
  if (hasSent && !fresh)
    throw new EntrapipeError(
      'RUN_UNFINISHED',
      `Run ${unfinished.id} of the same changes is unfinished, and some of them were sent.`,
      {
        facts: { run: unfinished.id },
        fix: `Continue it with \`entrapipe runs resume ${unfinished.id}\`. With --fresh, it is ended and a new run starts over.`,
      },
    )
  await discard(request, unfinished.id)
  return fresh ? 'as requested' : 'the unfinished run had sent nothing'
}

const resume = async (request: RunRequest, unfinished: RunInfo, alsoWrites: readonly string[]): Promise<Run> => {
  if (unfinished.codeHash !== request.codeHash && !request.force)
    throw new EntrapipeError(
      'RUN_CHANGED',
      `The code of pipeline ${request.pipeline} has changed since run ${unfinished.id} started.`,
      {
        facts: { run: unfinished.id },
        fix: 'Resume it anyway with --force, or start over with --fresh.',
      },
    )
  await expectNewest(request.store, unfinished)
  const run = await request.store.hold(
    unfinished.id,
    alsoWrites.length > 0 ? alsoWrites : undefined,
    request.retry !== undefined,
  )
  const now = writtenBy(run.info)
  try {
    // Its rejects may be written elsewhere from now on.
    const before = writtenBy(unfinished).filter(target => !now.includes(target))
    await removeLeft(request, before, [run.id])
  } catch (error) {
    await run.release()
    throw error
  }
  if (unfinished.writes) request.onEvent?.({ event: 'continued', run: run.id })
  return run
}

/**
 * Discards unfinished runs whose partials the new run would overwrite: they could not be resumed. Called once the new run is
 * held, because another process may just have started to write there.
 */
const clearTargets = async (request: RunRequest, phases: readonly Prepared[], run: string): Promise<void> => {
  const targets = phases.flatMap(({ described }) => described.target ?? [])
  if (targets.length === 0) return
  let left = false
  for (const info of await request.store.list({ status: ['interrupted', 'failed', 'short'] })) {
    const written = writtenBy(info)
    const target = targets.find(each => written.includes(each))
    if (target === undefined) continue
    // Its changes are not undone by an output of another run.
    if (info.writes)
      throw new EntrapipeError(
        'RUN_UNFINISHED',
        `Run ${info.id}, which changes a directory and is unfinished, also writes ${target}.`,
        {
          facts: { run: info.id },
          fix: `Finish it with \`entrapipe runs resume ${info.id}\`, or write to another file.`,
        },
      )
    const rows = (await safeRows(request.store, info)) ?? 0
    if (rows > 0) request.onEvent?.({ event: 'discarding', other: info.id, rows, target })
    await discard(request, info.id, run)
    left = true
  }
  const ctx = checkContext({ ...request, graph: request.graph })
  if (left) for (const sink of sinksOf(phases)) await sink.place?.discard(ctx)
}
