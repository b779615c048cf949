import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { hoursOf, windowText, type TimeWindow } from '../../core/time-window.ts'
import type { Pausing } from '../progress.ts'

/** When a run sends its changes. */
export interface Pace {
  /** Nothing is sent outside these hours. */
  readonly window?: TimeWindow
  /** So many changes are sent, then none for a while. */
  readonly wave?: { readonly rows: number; readonly pauseMs: number }
}

/** The note of a run with its pace, for the process that resumes it. */
export const paceNote = 'pace'

/** The note of a run that pauses, with the time at which it can continue, in milliseconds since 1970; null once it has. */
export const pausedNote = 'paused'

/** The note of a run with the beginning of its wave, in milliseconds since 1970. It is ahead while the run pauses. */
const waveNote = 'wave'

/** Timers do not run while a computer sleeps. */
const longestSleepMs = 60_000

interface Pacing {
  readonly pace: Pace
  /** Whether the process waits until its window opens. */
  readonly waits: boolean
  /** Most rows that are sent in all. */
  readonly mostRows: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly load: (note: string) => Promise<Json | undefined>
  readonly save: (note: string, value: Json) => Promise<void>
  /** Number of rows that the run has sent since then. */
  readonly sentSince: (ms: number) => Promise<number>
  /** Number of rows without a result. */
  readonly left: () => Promise<number>
  /** Called when a pause begins, and when it is over. */
  readonly pausing: (pausing: Pausing | undefined) => void
}

/** What a paced run has sent. */
export interface Paced {
  readonly sent: number
  /** When it can continue, if its window is closed; milliseconds since 1970. */
  readonly pausedUntil?: number
}

/**
 * Returns when a window opens, if it is closed now.
 *
 * @throws EntrapipeError `OPTION_INVALID` if it opens on no day
 */
export const opensAt = (window: TimeWindow | undefined, nowMs: number): number | undefined => {
  if (!window) return undefined
  const { isOpen, nextChange } = hoursOf(window)
  if (isOpen(nowMs)) return undefined
  const at = nextChange(nowMs)
  if (at !== undefined) return at
  throw new EntrapipeError('OPTION_INVALID', `The window ${windowText(window)} never opens.`)
}

/**
 * Sends changes in waves and within a window. Each wave is over when all its rows have results. A pause that was begun continues in the
 * process that resumes the run.
 *
 * @param apply sends at most so many rows, as `apply` does. Its signal aborts when the window closes.
 * @throws EntrapipeError as `apply` does, and the signal's reason
 */
export const paced = async (
  { pace: { window, wave }, waits, mostRows, clock, signal, load, save, sentSince, left, pausing }: Pacing,
  apply: (mostRows: number, signal: AbortSignal) => Promise<number>,
): Promise<Paced> => {
  if (!window && !wave) return { sent: await apply(mostRows, signal) }
  const begunMs = clock.now()
  let sent = 0

  /** @param longestMs where the clock may be set back meanwhile, and the pause must not become longer */
  const pause = async (untilMs: number, why: Pausing['why'], longestMs?: number): Promise<void> => {
    await save(pausedNote, untilMs)
    pausing({ untilMs, why })
    await sleepUntil(untilMs, clock, signal, longestMs)
    pausing(undefined)
  }
  /** Rows sent since then, without those that were sent before the clock was set back. */
  const sentIn = async (sinceMs: number): Promise<number> =>
    (await sentSince(sinceMs)) - (await sentSince(clock.now() + 1))
  /** When the wave began, or will begin. */
  const waveStart = async (): Promise<number> => {
    const noted = (await load(waveNote)) as number | undefined
    if (noted !== undefined) return noted
    await save(waveNote, clock.now())
    return clock.now()
  }
  const endWave = ({ pauseMs }: NonNullable<Pace['wave']>): Promise<void> => save(waveNote, clock.now() + pauseMs)

  for (;;) {
    const opens = opensAt(window, clock.now())
    if (opens !== undefined) {
      if (!waits) {
        await save(pausedNote, opens)
        return { sent, pausedUntil: opens }
      }
      await pause(opens, 'window')
      continue
    }
    let most = mostRows - sent
    if (wave) {
      const since = await waveStart()
      const aheadMs = since - clock.now()
      if (aheadMs > 0) {
        // It is further ahead if the clock was set back since it was noted.
        const pauseMs = Math.min(aheadMs, wave.pauseMs)
        await pause(clock.now() + pauseMs, 'wave', pauseMs)
        await save(waveNote, Math.min(since, clock.now()))
        continue
      }
      const left = wave.rows - (await sentIn(since))
      if (left <= 0) {
        await endWave(wave)
        continue
      }
      most = Math.min(most, left)
    }
    await save(pausedNote, null)
    const closing = untilClosed(window, clock, signal)
    try {
      sent += await apply(most, closing.signal)
    } catch (error) {
      if (error !== closing.reason) throw error
      sent = await sentIn(begunMs)
      continue
    } finally {
      closing.over()
    }
    if (!wave || sent >= mostRows || (await left()) === 0) return { sent }
    await endWave(wave)
  }
}

/** A signal that aborts when the window closes, until `over` is called. */
const untilClosed = (window: TimeWindow | undefined, clock: Clock, signal: AbortSignal) => {
  const [closed, ended] = [new AbortController(), new AbortController()]
  const reason = new Error('The window has closed.')
  const closesAt = window && hoursOf(window).nextChange(clock.now())
  const watch = async (atMs: number): Promise<void> => {
    try {
      await sleepUntil(atMs, clock, AbortSignal.any([signal, ended.signal]))
      closed.abort(reason)
    } catch {
      // The run has ended before.
    }
  }
  if (closesAt !== undefined) void watch(closesAt)
  return { signal: AbortSignal.any([signal, closed.signal]), reason, over: () => ended.abort() }
}

const sleepUntil = async (atMs: number, clock: Clock, signal: AbortSignal, longestMs = Infinity): Promise<void> => {
  signal.throwIfAborted()
  let left = longestMs
  for (let ms = atMs - clock.now(); ms > 0 && left > 0; ms = atMs - clock.now()) {
    const sleepMs = Math.min(ms, left, longestSleepMs)
    await clock.sleep(sleepMs, signal)
    left -= sleepMs
  }
}
