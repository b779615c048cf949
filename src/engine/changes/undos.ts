import { isCode } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { isUnfinished } from '../../store/prune.ts'
import type { AlteredRun, Store, StoreReader } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import { sendingNote } from './run-notes.ts'

/** The note of a run that left rows for later with the runs that undo it, until those rows are cancelled. */
const undosNote = 'undos'

const undosIn = async (run: Pick<StoreReader, 'loadNote'>): Promise<readonly string[]> =>
  ((await run.loadNote(undosNote)) ?? []) as readonly string[]

const undoPipeline = 'runs undo'

/** The run that a run of `runs undo` undoes; undefined for another one. */
export const undoneBy = ({ pipeline, params }: Pick<RunInfo, 'pipeline' | 'params'>): string | undefined =>
  pipeline === undoPipeline ? (params as { readonly run: string }).run : undefined

/** As `noteUndo`, of a run that another store may have. */
export const noteUndoIfHere = async (
  store: Pick<Store, 'get' | 'alter'>,
  origin: string,
  by: string,
): Promise<void> => {
  try {
    await noteUndo(store, await store.get(origin), by)
  } catch (error) {
    if (!isCode(error, 'RUN_UNKNOWN')) throw error
  }
}

/** Notes that a run undoes another one of which rows wait for their time. Called before it sends anything. */
export const noteUndo = async (store: Pick<Store, 'alter'>, origin: RunInfo, by: string): Promise<void> => {
  if (origin.dueAt === undefined) return
  await store.alter(origin.id, async run => {
    const undos = await undosIn(run)
    if (!undos.includes(by)) await run.saveNote(undosNote, [...undos, by] as Json)
  })
}

/** Called when the rows that waited are cancelled. */
export const forgetUndos = async (run: Pick<AlteredRun, 'loadNote' | 'saveNote'>): Promise<void> => {
  if ((await undosIn(run)).length > 0) await run.saveNote(undosNote, [])
}

/**
 * A run that has begun to undo another one of which rows wait. `running`: a process works on it · `unfinished`: it was stopped, and can be
 * resumed · `done`: only the rows that wait are not cancelled yet · `ended`: it was given up after it had sent changes, or its records are gone.
 */
export interface Undo {
  readonly id: string
  readonly state: 'done' | 'running' | 'unfinished' | 'ended'
}

const order: readonly Undo['state'][] = ['done', 'running', 'unfinished', 'ended']

const stateOf = async (id: string, store: Pick<Store, 'get' | 'read'>): Promise<Undo['state'] | undefined> => {
  try {
    const info = await store.get(id)
    if (info.status === 'running' || info.status === 'done') return info.status
    const hasSent = await sentBy(id, store)
    // The user was asked and said no, so nothing is undone.
    if (!hasSent && info.error?.code === 'UNCONFIRMED') return undefined
    return isUnfinished(info) ? 'unfinished' : hasSent ? 'ended' : undefined
  } catch (error) {
    if (isCode(error, 'RUN_UNKNOWN')) return 'ended'
    throw error
  }
}

/** A run that is discarded before it sends anything leaves no records. */
const sentBy = async (id: string, store: Pick<Store, 'read'>): Promise<boolean> => {
  try {
    return await store.read(id, async run => (await run.loadNote(sendingNote)) === true)
  } catch (error) {
    if (isCode(error, 'RUN_UNKNOWN')) return false
    throw error
  }
}

/** The run that has begun to undo a run of which rows wait; of several, the one that comes first in the order of the states. */
export const undoOf = async (
  store: Pick<Store, 'get' | 'list' | 'read'>,
  origin: Pick<RunInfo, 'id'>,
): Promise<Undo | undefined> => {
  const undos: Undo[] = []
  const noted = await store.read(origin.id, undosIn)
  for (const id of noted) {
    const state = await stateOf(id, store)
    if (state) undos.push({ id, state })
  }
  // One that was stopped before its note: when it signed in, or by a kill.
  for (const info of await store.list({ pipeline: undoPipeline, writes: true })) {
    if (undoneBy(info) !== origin.id || noted.includes(info.id)) continue
    const state = await stateOf(info.id, store)
    if (state === 'running' || state === 'unfinished') undos.push({ id: info.id, state })
  }
  return undos.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state)).at(0)
}
