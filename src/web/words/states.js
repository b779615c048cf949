// @ts-check
/** @import { JobState } from '../../jobs/job.ts' */

/** @type {Record<JobState, { word: string, tone: '' | 'good' | 'bad' | 'warn' | 'active', isOver?: true }>} */
const all = {
  scheduled: { word: 'Scheduled', tone: '' },
  queued: { word: 'Queued', tone: '' },
  'awaiting-approval': { word: 'Awaiting approval', tone: 'warn' },
  running: { word: 'In progress', tone: 'active' },
  paused: { word: 'Paused', tone: 'warn' },
  cancelling: { word: 'Cancelling', tone: 'warn' },
  cancelled: { word: 'Cancelled', tone: '', isOver: true },
  done: { word: 'Completed', tone: 'good', isOver: true },
  failed: { word: 'Failed', tone: 'bad', isOver: true },
  short: { word: 'Incomplete', tone: 'bad', isOver: true },
  interrupted: { word: 'Interrupted', tone: 'warn' },
  discarded: { word: 'Discarded', tone: '', isOver: true },
  missed: { word: 'Missed', tone: 'bad', isOver: true },
}

/** All states, in the order of a job's life. */
export const states = /** @type {JobState[]} */ (Object.keys(all))

/** How a state is shown. One that is done though rows failed is no success. @param {{ state: JobState, status?: string, counts?: { failed: number, unknown: number } }} job */
export const stateOf = ({ state, status, counts }) => {
  const shown = all[state]
  const isFlawed =
    state === 'done' && (status === 'Failed' || (counts !== undefined && counts.failed + counts.unknown > 0))
  return isFlawed ? { word: 'Completed with failures', tone: 'bad' } : shown
}

/** @param {JobState} state */
export const wordOf = state => all[state].word

/** Whether nothing happens to the job any more by itself. @param {JobState} state */
export const isOver = state => all[state].isOver === true
