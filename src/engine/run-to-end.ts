import { DownstreamClosed } from '../core/downstream-closed.ts'
import { EntrapipeError, type Code } from '../core/errors.ts'
import { operationsBy } from './changes/ledger-sink.ts'
import { sharedIn } from './around.ts'
import { readingDue } from './changes/reading-due.ts'
import { noteUndoIfHere } from './changes/undos.ts'
import { undoing } from './changes/undoing.ts'
import { completed } from './complete.ts'
import { given } from '../core/given.ts'
import type { Surroundings } from './contexts.ts'
import type { Flowed, Output } from './flow-rows.ts'
import type { RunEnd, Started } from './run-request.ts'

/** The work of a phase, and its completion. */
export interface Work<F extends Flowed = Flowed> {
  /** Moves the rows. What it puts into `output` is closed however the phase ends. */
  readonly move: (started: Started, around: Surroundings, output: Output) => Promise<F>
  readonly complete: (started: Started, around: Surroundings, output: Output, flowed: F) => Promise<RunEnd>
}

/** Does the work of a phase, unless its output is already complete, and commits, keeps or removes the output. */
export const runToEnd = async <F extends Flowed>(started: Started, { move, complete }: Work<F>): Promise<RunEnd> => {
  const { request, progress } = started
  const ending = new AbortController()
  const signal = AbortSignal.any([request.signal, ending.signal])
  const around: Surroundings = {
    ...request,
    graph: request.graph,
    run: started.id,
    signal,
    undoing: undoingIn(started),
    due: dueIn(started),
    undoes: undoesIn(started),
    ...sharedIn(request, { run: started.id, phase: started.name }),
    async tell(name, value) {
      await started.saveRunNote(`told/${name}`, value)
      request.onEvent?.({ event: 'told', name, value })
    },
    ...started.earlier,
  }
  const output: Output = { writer: undefined, stopCheckpoints: () => false }
  try {
    return (
      (await completed(started, around)) ??
      (await complete(started, around, output, await move(started, around, output)))
    )
  } catch (error) {
    if (error instanceof DownstreamClosed) {
      output.stopCheckpoints()
      await tried(() => output.writer?.close('abort'))
      await tried(() => started.finish('done'))
      return { run: started.id, end: 'closed', manifest: undefined, progress }
    }
    // An abort surfaces as various errors of streams. Its reason is what ended the run.
    const reason: unknown = request.signal.aborted ? request.signal.reason : error
    await stop(started, output, reason)
    throw reason
  } finally {
    progress.state = 'ended'
    ending.abort(new DownstreamClosed('the run has ended'))
  }
}

const undoingIn = ({ request: { store, operations, graph, changing }, id }: Started): Surroundings['undoing'] =>
  operations &&
  graph &&
  ((run, phase) =>
    undoing({
      ...{ store, run, operationOf: operationsBy(operations), tenant: graph.tenant },
      ...given({ phase }),
      ...(changing?.dryRun !== true && { by: id }),
    }))

const undoesIn = ({ request: { store, changing }, id }: Started): Surroundings['undoes'] =>
  changing?.dryRun === true ? undefined : run => noteUndoIfHere(store, run, id)

const dueIn = ({ request: { store, graph, changing }, id }: Started): Surroundings['due'] =>
  graph &&
  ((run, dueMs) =>
    readingDue({ store, run, dueMs, tenant: graph.tenant, ...(changing?.dryRun !== true && { by: id }) }))

const forGood: ReadonlySet<Code> = new Set<Code>(['COLUMN_UNKNOWN', 'FEED_UNSAFE', 'RUN_SUPERSEDED'])

/** What a later process needs to know of the end of a run. */
const factsKept: ReadonlySet<Code> = new Set<Code>(['TOO_MANY_REMOVALS', 'TOO_MUCH_DRIFT'])

/** Keeps the output if the run can be resumed, else removes it. Never hides why the run ended. */
const stop = async (
  { info, finish, saveOver }: Started,
  { writer, stopCheckpoints }: Output,
  reason: unknown,
): Promise<void> => {
  const canResume = stopCheckpoints() && info.resumable
  const told = reason instanceof EntrapipeError ? reason : undefined
  // A column that no row has would still be missing after a resume, an unsafe feed still unsafe, and a newer run still newer.
  const isOver = told !== undefined && forGood.has(told.code)
  const error = {
    code: told?.code ?? 'INTERNAL',
    message: reason instanceof Error ? reason.message : String(reason),
    ...(told !== undefined && factsKept.has(told.code) && { facts: told.facts }),
  } as const
  if (isOver) await tried(() => saveOver({ error }))
  // Another process may be writing on what is there.
  const isLost = told?.code === 'LEASE_LOST'
  await tried(() => writer?.close((canResume && !isOver) || isLost ? 'keep' : 'abort'))
  const interrupted = told?.code === 'INTERRUPTED' || told?.code === 'TERMINATED'
  await tried(() => finish(interrupted ? 'interrupted' : 'failed', { error, ...(isOver && { isOver }) }))
}

/**
 * A step of ending a run. After a failure it fails for the same reason (a full disk, a closed pipe), so the first error is
 * reported. The run is released in any case.
 */
const tried = async (step: () => Promise<void> | undefined): Promise<void> => {
  try {
    await step()
  } catch {
    // The first error is reported.
  }
}
