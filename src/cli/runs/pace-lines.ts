import { hoursText, wallTime, windowText } from '../../core/time-window.ts'
import { pausedNote, paceNote, type Pace } from '../../engine/changes/pacing.ts'
import type { RunReader } from '../../store/run-store.ts'
import { isGivenUp, type RunInfo } from '../../store/types.ts'
import { counted, duration, minute } from '../report/words.ts'

/** When a run sends its changes. */
export interface KnownPace {
  readonly pace: Pace
  /** When it can continue, if it pauses; milliseconds since 1970. */
  readonly pausedUntil?: number
}

/** Reads when a run sends its changes. Undefined if nothing was said about it. */
export const paceOfRun = async (run: Pick<RunReader, 'loadNote'>): Promise<KnownPace | undefined> => {
  const pace = (await run.loadNote(paceNote)) as Pace | undefined
  if (!pace) return undefined
  const pausedUntil = await run.loadNote(pausedNote)
  return { pace, ...(typeof pausedUntil === 'number' && { pausedUntil }) }
}

const isOver = (status: RunInfo['status']): boolean => status === 'done' || isGivenUp({ status })

/** It as JSON, without the pause of a run that is over. */
export const publicPace = ({ pace: { window, wave }, pausedUntil }: KnownPace, status: RunInfo['status']) => ({
  ...(window && { window: hoursText(window), timeZone: window.timeZone }),
  ...(wave && { wave: wave.rows, pauseMs: wave.pauseMs }),
  ...(pausedUntil !== undefined && !isOver(status) && { continuesAt: new Date(pausedUntil).toISOString() }),
})

/** It as text, without the pause of a run that is over. */
export const paceLines = (
  { pace: { window, wave }, pausedUntil }: KnownPace,
  status: RunInfo['status'],
): readonly string[] => [
  ...(window ? [`Window ${windowText(window)}`] : []),
  ...(wave ? [`Waves of ${counted(wave.rows, 'change')}, then a pause of ${duration(wave.pauseMs)}`] : []),
  ...(pausedUntil === undefined || isOver(status)
    ? []
    : [`It is paused, and can continue at ${timeOf(pausedUntil, window?.timeZone)}.`]),
]

const timeOf = (ms: number, timeZone = 'UTC'): string =>
  `${timeZone === 'UTC' ? '' : `${wallTime(ms, timeZone)}, `}${minute(ms)} UTC`

/** What a run says that ends because its window is closed. */
export const pausedLine = async (run: Pick<RunReader, 'loadNote'>): Promise<string> => {
  const { pace, pausedUntil } = (await paceOfRun(run))!
  const { window } = pace
  return `The window ${windowText(window!)} is closed. The run can continue at ${timeOf(pausedUntil!, window!.timeZone)}: run the same command again then, or resume it.`
}
