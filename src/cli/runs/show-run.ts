import { given } from '../../core/given.ts'
import { loadOperations } from '../../catalogue/operations.ts'
import { undoableIn, type Undoable } from '../../engine/changes/can-undo.ts'
import { countRows } from '../../engine/changes/count-rows.ts'
import { phasesWithChanges } from '../../engine/changes/undoing.ts'
import { tenantTakenIn } from '../../engine/changes/intake-note.ts'
import { whyNote } from '../../engine/changes/run-notes.ts'
import { auditHead } from '../../engine/changes/auditing.ts'
import { noOutcomes } from '../../core/result.ts'
import { destinationAt } from '../../places/place-to.ts'
import { isCode } from '../../core/errors.ts'
import type { Store, StoreReader } from '../../store/store.ts'
import { dueStates } from './due-state.ts'
import { isGivenUp, phasesOf, type RunInfo } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { knownCredentials, publicCredentials } from '../credentials/left.ts'
import { checkContext } from '../../engine/contexts.ts'
import { printLines } from '../command-line/print.ts'
import { retryOf } from '../changes/retry-of.ts'
import { paceOfRun, publicPace } from './pace-lines.ts'
import { publicRun } from './public-run.ts'
import { resumeCommand } from '../report/next-step.ts'
import { startOverCommand } from './command-of.ts'
import { hasChanges } from '../../engine/results/read-rows.ts'
import { showLines, type KnownChanges } from './run-lines.ts'

/** `entrapipe runs show`: one run, its progress, how it ended, and how to resume it. */
export const showRun = async (id: string, cli: Cli): Promise<void> => {
  const store = await cli.store()
  const info = await store.get(id)
  const { isCommitting, credentials, changes, retry, undoable, why = {}, ...more } = await look(info, store)
  if (cli.json())
    return printLines(cli, [
      JSON.stringify({
        ...(await publicRun(info, store)),
        ...more,
        ...why,
        ...changes,
        ...(changes?.paced && { paced: publicPace(changes.paced, info.status) }),
        ...(credentials && { credentials: publicCredentials(credentials) }),
      }),
    ])
  // A run killed just after its commit has no partial file. It can be resumed, and is then found to be done.
  const isKept = !more.checkpoint || isCommitting || info.status === 'running' || info.target === undefined
  const isGone =
    !isKept && (await destinationAt(info.target)?.leftover(checkContext({ ...cli, graph: undefined }))) === undefined
  const startOver = isGone && info.resumable ? await startOverCommand(info) : undefined
  const resume = await resumeCommand(store, info.id, isGivenUp(info) ? undefined : info.error)
  await printLines(cli, showLines(info, { ...more, startOver, resume, retry, undoable, why, credentials, changes }))
}

const noChanges = {
  credentials: undefined,
  changes: undefined,
  retry: undefined,
  undoable: { can: 'all' } as Undoable,
  why: {},
}

const look = async (info: RunInfo, store: Store) => {
  try {
    const due = (await dueStates(store, info)).map(({ dueMs, rows, state, made, by }) => ({
      at: new Date(dueMs).toISOString(),
      rows,
      ...(state !== 'open' && given({ run: made?.id ?? by })),
    }))
    const known = await store.read(info.id, run => facts(run, info))
    return known.changes && due.length > 0 ? { ...known, changes: { ...known.changes, due } } : known
  } catch (error) {
    // A discarded run has only its entry in the list of runs left.
    if (isCode(error, 'RUN_UNKNOWN'))
      return { checkpoint: undefined, results: noOutcomes, isCommitting: false, ...noChanges }
    throw error
  }
}

/** Facts of the phase in which the run is resumed. */
const facts = async (run: StoreReader, info: RunInfo) => {
  const { results, credentials, changes, retry, undoable, why } = (await hasChanges(run, info))
    ? await changesOf(run, info)
    : { results: await run.countResults(), ...noChanges }
  for (const name of phasesOf(info)) {
    const phase = run.phase(name)
    if (await phase.loadEnd()) continue
    const isCommitting = (await phase.loadCommitting()) !== undefined
    return {
      ...(info.phases && { phase: name }),
      checkpoint: await phase.loadCheckpoint(),
      results,
      isCommitting,
      changes,
      retry,
      undoable,
      why,
      credentials,
    }
  }
  return { checkpoint: undefined, results, isCommitting: false, credentials, changes, retry, undoable, why }
}

const changesOf = async (run: StoreReader, info: RunInfo) => {
  const changing = await phasesWithChanges(run, info)
  const phases = changing.length > 0 ? changing : phasesOf(info)
  const { pending, ...results } = await countRows(run, phases)
  const takenIn = await Promise.all(changing.map(phase => tenantTakenIn(run.phase(phase))))
  const why = ((await run.loadNote(whyNote)) ?? {}) as Readonly<Record<string, string>>
  const retry = await retryOf(run, phases)
  const known = {
    pending,
    canRetry: retry !== undefined,
    ...(takenIn.includes(undefined) && { intake: 'unfinished' as const }),
    ...given({ audit: await auditHead(run), paced: await paceOfRun(run) }),
  }
  const operations = await loadOperations()
  const undoable = await undoableIn(run, phases, operations)
  const credentials = await knownCredentials(run, info, operations)
  return { results, credentials, changes: known satisfies KnownChanges, retry, undoable, why }
}
