import { EntrapipeError, isCode } from '../../core/errors.ts'
import { forgetUndos, undoneBy } from '../../engine/changes/undos.ts'
import { discard } from '../../engine/discard.ts'
import { destinationAt } from '../../places/place-to.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { dueStates, saveNextDue, type DueState } from './due-state.ts'

/** The result of a row that is not made at its time any more. */
const cancelled = {
  outcome: 'skipped',
  code: 'CANCELLED',
  message: 'It was cancelled before its time, so nothing was sent.',
  fix: 'Run the command again if it is still wanted.',
} as const

/**
 * The rows of a run that wait for their time, or have waited for it and are not made.
 *
 * @throws EntrapipeError `RUN_ACTIVE` while a run makes them
 */
export const expectNoneMade = async (store: Store, origin: RunInfo): Promise<readonly DueState[]> => {
  const open = (await dueStates(store, origin)).filter(({ state }) => state !== 'taken')
  const active = open.find(({ made }) => made?.status === 'running')?.made
  if (active)
    throw new EntrapipeError('RUN_ACTIVE', `Run ${active.id} is making what waited in run ${origin.id}.`, {
      facts: { run: active.id },
      fix: 'Wait until it ends, or stop its process. What it has made is undone by an undo of its own.',
    })
  return open
}

/**
 * Cancels the rows of a run that wait for their time, and returns their number. Those that another run has begun to make stay.
 *
 * @throws EntrapipeError `RUN_ACTIVE` while a run makes them, or the run itself is in progress
 */
export const cancelWaiting = async (store: Store, origin: RunInfo, cli: Cli): Promise<number> => {
  const open = await expectNoneMade(store, origin)
  let rows = 0
  for (const { state, phase, dueMs, made } of open) {
    if (state === 'begun') continue
    // It has sent nothing, and would otherwise send them when it is resumed.
    if (made) await discard({ ...cli, store, places: destinationAt }, made.id)
    rows += await store.alter(origin.id, run => run.endWaiting(phase, cancelled, dueMs))
  }
  await saveNextDue(store, origin)
  // What another run has begun to make is not cancelled by this.
  if (open.every(({ state }) => state === 'open')) await store.alter(origin.id, forgetUndos)
  return rows
}

/** What was cancelled, as a sentence. */
export const cancelledLine = (rows: number): string =>
  `Cancelled ${rows === 1 ? '1 row that was' : `${rows} rows that were`} due later: nothing will be sent for ${rows === 1 ? 'it' : 'them'}.`

/**
 * Cancels what waits in a run that was undone, and says how many rows: they would otherwise be made to people to whom everything was given back.
 *
 * @throws EntrapipeError `RUN_ACTIVE` while a run makes them
 */
export const cancelUndone = async (store: Store, origin: RunInfo, cli: Cli): Promise<void> => {
  if (origin.dueAt === undefined) return
  const cancelled = await cancelWaiting(store, origin, cli)
  if (cancelled > 0 && !cli.json()) cli.say(cancelledLine(cancelled))
}

/** As `cancelUndone`, after an undo that was stopped and is now resumed. Other runs cancel nothing, nor do undos of runs that were pruned. */
export const cancelUndoneBy = async (store: Store, undo: RunInfo, cli: Cli): Promise<void> => {
  const run = undoneBy(undo)
  if (run === undefined) return
  try {
    await cancelUndone(store, await store.get(run), cli)
  } catch (error) {
    if (!isCode(error, 'RUN_UNKNOWN')) throw error
  }
}
