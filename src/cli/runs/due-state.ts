import { sendingNote } from '../../engine/changes/run-notes.ts'
import { waitsOf, type Waits } from '../../engine/changes/reading-due.ts'
import { isCode } from '../../core/errors.ts'
import { isUnfinished } from '../../store/prune.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'

/** The pipeline that makes the rows of a run that have waited for their time. */
export const duePipeline = 'runs due'

/**
 * What became of the rows of a run that wait for a time. `open`: no run makes them · `begun`: a run makes them, and is unfinished · `taken`: a
 * run has made them, or was given up after it had begun to.
 */
export interface DueState extends Waits {
  readonly state: 'open' | 'begun' | 'taken'
  /** The run that makes them. If they are `open`, one that has sent nothing. */
  readonly made?: RunInfo
}

const hasSent = (store: Store, { id }: RunInfo): Promise<boolean> =>
  store.read(id, async run => (await run.loadNote(sendingNote)) !== undefined)

const isFor = (info: RunInfo, run: string, dueMs: number): boolean => {
  const { params } = info
  const of = params as { readonly run?: string; readonly at?: string }
  return of.run === run && of.at !== undefined && Date.parse(of.at) === dueMs
}

const stateOf = async (store: Store, origin: RunInfo, waits: Waits, runs: readonly RunInfo[]): Promise<DueState> => {
  // Newest first.
  const made = runs.find(info => isFor(info, origin.id, waits.dueMs))
  // It ended long ago, and was pruned.
  if (!made) return { ...waits, state: waits.by === undefined ? 'open' : 'taken' }
  if (made.status === 'running') return { ...waits, state: 'begun', made }
  if (isUnfinished(made)) return { ...waits, state: (await hasSent(store, made)) ? 'begun' : 'open', made }
  if (made.status === 'done' || (await hasSent(store, made))) return { ...waits, state: 'taken', made }
  return { ...waits, state: 'open' }
}

/** The rows of a run that wait, or have waited, for their time: the first time first. None if nothing is left of the run. */
export const dueStates = async (store: Store, origin: RunInfo): Promise<readonly DueState[]> => {
  let waits: readonly Waits[]
  try {
    waits = await store.read(origin.id, run => waitsOf(run, origin))
  } catch (error) {
    if (!isCode(error, 'RUN_UNKNOWN')) throw error
    return []
  }
  if (waits.length === 0) return []
  const runs = await store.list({ pipeline: duePipeline, writes: true })
  const states: DueState[] = []
  for (const each of waits) states.push(await stateOf(store, origin, each, runs))
  return states
}

/** Records when the next rows of a run are due that no run has made. */
export const saveNextDue = async (store: Store, origin: RunInfo): Promise<void> => {
  const left = (await dueStates(store, origin)).find(({ state }) => state !== 'taken')
  if (left?.dueMs !== origin.dueAt) await store.saveDue(origin.id, left?.dueMs)
}
