import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Manifest } from '../core/manifest.ts'
import { expectAtMost, type AtMost } from '../core/at-most.ts'
import type { Run } from '../store/store.ts'
import { onlyPhase, phasesOf } from '../store/types.ts'
import { nobody, sharedIn } from './around.ts'
import { beginRun } from './begin-run.ts'
import { checkWithGraph, checkWithoutGraph, type CheckedPhase } from './check-parts.ts'
import { checkPlaces } from './check-places.ts'
import { checkContext } from './contexts.ts'
import { describe, identify } from './identity.ts'
import { joinManifests } from './join-manifests.ts'
import { changeRows, isChangeSink, type ChangedRows } from './changes/change-rows.ts'
import { joinChanges } from './changes/join-changes.ts'
import { mayBeRetried } from './changes/reasons-to-retry.ts'
import { completeChanges } from './changes/complete-changes.ts'
import { complete } from './complete.ts'
import { flowRows } from './flow-rows.ts'
import { readyPhases } from './phases.ts'
import { beginPhase, newProgress } from './progress.ts'
import type { Changed, Prepared, RunEnd, RunRequest, Started } from './run-request.ts'
import { earlierOfRest } from './changes/earlier-of-rest.ts'
import { earlierPhases, type Earlier } from './earlier-phases.ts'
import { inputsNote, filesReadBy } from './run-inputs.ts'
import { runToEnd, type Work } from './run-to-end.ts'
import { canSpread } from './spread/can-spread.ts'
import { help } from './spread/help.ts'
import { spreading } from './spread/spread-rows.ts'

/**
 * Runs a plan, or the phases of a pipeline in order. Resumes an unfinished run of the same work, or starts a new one.
 *
 * @throws EntrapipeError as the parts do, and the signal's reason when it was aborted. The output is then kept for a resumed
 *   run, or removed.
 */
export const execute = async (request: RunRequest): Promise<RunEnd> => {
  try {
    const progress = request.progress ?? newProgress(request.clock.now())
    const checked = request.checked ?? (await checkWithoutGraph(readyPhases(request.plan), request))
    const around = { ...request, graph: request.graph, ...sharedIn(request, nobody) }
    await checkWithGraph(checked, around)
    const ctx = checkContext(around)
    const phases = await describeAll(checked, ctx)
    const inputs = await filesReadBy(request, phases, ctx)
    checkPlaces(phases, ctx, inputs, request.changing?.outputs)
    expectOnePlan(request, phases)
    if (request.spread?.share !== undefined) return await help(request, request.spread.share, phases)
    const run = await beginRun(request, phases, identify(request, phases))
    try {
      if (inputs.length > 0) await run.saveNote(inputsNote, inputs)
      return await inOrder(whileHeld(request, run), phases, run, progress, inputs)
    } finally {
      // Has no effect if a phase has ended the run.
      await run.release()
    }
  } catch (error) {
    // An abort surfaces as various errors. Its reason is what ended the run.
    throw request.signal.aborted ? request.signal.reason : error
  }
}

/** A run that another process may continue stops. */
const whileHeld = (request: RunRequest, { lost }: Run): RunRequest =>
  lost ? { ...request, signal: AbortSignal.any([request.signal, lost]) } : request

const flowing: Work = { move: flowRows, complete }
const changing: Work<ChangedRows> = { move: changeRows, complete: completeChanges }

const describeAll = async (phases: readonly CheckedPhase[], ctx: Context): Promise<readonly Prepared[]> => {
  const prepared: Prepared[] = []
  for (const phase of phases) prepared.push({ ...phase, described: await describe(phase.plan, ctx) })
  return prepared
}

const inOrder = async (
  request: RunRequest,
  phases: readonly Prepared[],
  run: Run,
  progress: RunEnd['progress'],
  inputs: readonly string[],
): Promise<RunEnd> => {
  const done: Manifest[] = []
  let changed: Changed | undefined
  const joined = (last: Manifest | undefined): Manifest | undefined => last && joinManifests([...done, last])
  const limits = { ...(await keptLimit('maxFailed', request, run)), ...(await keptLimit('maxDrift', request, run)) }
  const changesAny = phases.some(({ plan }) => isChangeSink(plan.sink))
  let isFirst = true
  for (const prepared of phases) {
    const phase = { ...prepared, plan: { ...prepared.plan, ...limits } }
    const { name } = phase
    const record = await run.phase(name)
    const before = await record.loadEnd()
    if (before && !(request.retry && isChangeSink(phase.plan.sink))) {
      await expectPublished(request, phase, run.id, before)
      done.push(before)
      continue
    }
    const isLast = prepared === phases.at(-1)
    beginPhase(progress, name === onlyPhase ? undefined : name, request.clock.now())
    const started: Started = {
      ...phase,
      request: withLimitLeft(request, changed),
      id: run.id,
      info: run.info,
      run: record,
      progress,
      inputs,
      // What is written beside the changes is about the people of the input.
      ...given({ like: changesAny ? inputs[0] : undefined }),
      earlier: await earlierOf(
        request,
        run,
        // What a later phase takes away is counted from the rows of this one.
        phases.slice(0, phases.indexOf(prepared) + (phase.plan.foresees ? 1 : 0)).map(({ name }) => name),
        name,
      ),
      expectHeld: run.expectHeld,
      saveRunNote: run.saveNote,
      tellsResumed: isFirst && run.info.resumed > 0,
      async finish(status, ended = {}) {
        if (status === 'done' && ended.manifest && !isLast) return record.saveEnd(ended.manifest)
        const manifest = joined(ended.manifest)
        await run.finish(status, {
          ...ended,
          ...given({ manifest }),
          mayBeRetried: status === 'done' && run.info.writes === true && (await mayBeRetriedLater(request, run)),
        })
      },
      async saveOver({ manifest, error }) {
        await run.saveOver({ error, ...given({ manifest: joined(manifest) }) })
      },
    }
    const moving = request.spread && canSpread(phase) ? spreading : flowing
    const end = await (isChangeSink(phase.plan.sink) ? runToEnd(started, changing) : runToEnd(started, moving))
    isFirst = false
    changed = joinChanges(changed, end.changes)
    if (end.end !== 'done' || isLast)
      return { ...end, manifest: joined(end.manifest), ...(changed && { changes: changed }) }
    done.push(end.manifest!)
  }
  throw new EntrapipeError(
    'RUN_CHANGED',
    `Run ${run.id} has no phase left to run: its pipeline had more when it began.`,
    {
      fix: 'Start over with --fresh.',
    },
  )
}

/** Whether rows of a run that changes the directory may be sent or decided again once it has ended. */
const mayBeRetriedLater = ({ store }: RunRequest, { id, info }: Run): Promise<boolean> =>
  store.read(id, reader => mayBeRetried(reader, phasesOf(info)))

const earlierOf = async (
  { store, changing }: RunRequest,
  run: Run,
  earlier: readonly string[],
  phase: string,
): Promise<Earlier> =>
  changing?.restOf ? earlierOfRest(store, changing.restOf, run, earlier, phase) : earlierPhases(run, earlier)

/** A limit counts the changes of all phases. */
const withLimitLeft = (request: RunRequest, before: Changed | undefined): RunRequest => {
  const { changing } = request
  if (changing?.mostChanges === undefined || !before) return request
  return { ...request, changing: { ...changing, mostChanges: Math.max(0, changing.mostChanges - before.sent) } }
}

/** @throws EntrapipeError `OPTION_INVALID` for a plan of several phases that change the directory */
const expectOnePlan = ({ changing }: RunRequest, phases: readonly Prepared[]): void => {
  const names = phases.filter(({ plan }) => isChangeSink(plan.sink)).map(({ name }) => name)
  if (!changing?.planned || names.length < 2) return
  throw new EntrapipeError(
    'OPTION_INVALID',
    `A plan has the changes of one phase, and ${names.join(' and ')} both change the directory.`,
    { fix: 'Use --dry-run to see what would be changed.' },
  )
}

/** A resumed run keeps its limits: without them a run that a limit ended would finish. */
const keptLimit = async (
  name: 'maxFailed' | 'maxDrift',
  { [name]: limit }: RunRequest,
  run: Run,
): Promise<{ readonly [name in 'maxFailed' | 'maxDrift']?: AtMost }> => {
  if (limit === undefined) return given({ [name]: (await run.loadNote(name)) as AtMost | undefined })
  expectAtMost(name, limit)
  await run.saveNote(name, limit)
  return { [name]: limit }
}

/** A phase that is done is not repeated, so its output must still be there. @throws EntrapipeError `PARTIAL_CHANGED` */
const expectPublished = async (
  request: RunRequest,
  { name, plan }: Prepared,
  run: string,
  { files }: Manifest,
): Promise<void> => {
  const ctx = checkContext({ ...request, graph: request.graph }, run)
  const { place } = plan.sink
  if (place?.target(ctx) === undefined || (await place.published(ctx, files))) return
  throw new EntrapipeError(
    'PARTIAL_CHANGED',
    `The output of phase ${name} is missing or was changed, so the run cannot be resumed.`,
    { fix: 'Start over with --fresh.' },
  )
}
