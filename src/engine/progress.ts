import type { Doing } from '../core/context.ts'
import type { Json } from '../core/json.ts'
import type { ReadPace } from '../core/parts.ts'
import { noOutcomes, type Outcome } from '../core/result.ts'

/** The current progress of a run, in rows. The engine updates it; others only read it. */
export interface Progress {
  /** The current activity. */
  state: 'checking' | 'counting' | 'running' | 'finishing' | 'ended'
  /** What is checked: options, inputs and the sign-in; rows that were read, against the directory; what must not be touched. */
  checking: 'parts' | 'rows' | 'protection'
  /** What the source does, until its first row. */
  doing: Doing | undefined
  /** Name of the current phase, if the run has several. The numbers are those of the phase. */
  phase: string | undefined
  read: number
  written: number
  dropped: number
  /** Number of results so far. */
  readonly outcomes: Record<Outcome, number>
  repeated: number
  /** Number of shards that the rows are read in, as far as they are planned. */
  shards: number
  /** Number of rows of a complete read, if it is known. */
  expected: number | undefined
  /** The pace that the service allows, if it is far slower than usual. */
  pace: ReadPace | undefined
  /** Number of rows before this process resumed the run. */
  resumedAt: number
  startedAtMs: number
  /** Present while changes are sent. */
  sending: SendingProgress | undefined
  /** Present while the run sends nothing on purpose. */
  pausing: Pausing | undefined
}

/** A pause of a run. */
export interface Pausing {
  /** Milliseconds since 1970. */
  readonly untilMs: number
  /** `window`: its window is closed. `wave`: a wave is over. */
  readonly why: 'window' | 'wave'
}

/** The progress of sending changes. Those with a result are counted by the outcomes. */
interface SendingProgress {
  /** Number of changes of the run. */
  readonly total: number
  /** Number of results before this process sent the first one. */
  readonly settledBefore: number
  readonly startedAtMs: number
}

/** Creates the progress of a new run. */
export const newProgress = (startedAtMs: number): Progress => ({
  ...nothingYet(),
  startedAtMs,
})

const nothingYet = (): Omit<Progress, 'startedAtMs'> => ({
  state: 'checking',
  checking: 'parts',
  doing: undefined,
  phase: undefined,
  read: 0,
  written: 0,
  dropped: 0,
  outcomes: { ...noOutcomes },
  repeated: 0,
  shards: 1,
  expected: undefined,
  pace: undefined,
  resumedAt: 0,
  sending: undefined,
  pausing: undefined,
})

/** Resets the counts for a phase. The object stays the same for those who watch it. */
export const beginPhase = (progress: Progress, phase: string | undefined, now: number): void => {
  const { outcomes, ...fresh } = nothingYet()
  Object.assign(progress.outcomes, outcomes)
  Object.assign(progress, fresh, { phase, startedAtMs: now })
}

/**
 * Returns the time in milliseconds that the service takes for the remaining rows.
 *
 * @param read rows that this process read in `elapsedMs`
 */
export const pacedMs = (
  { rowsPerMinute, rowsAtOnce }: ReadPace,
  rowsLeft: number,
  read: number,
  elapsedMs: number,
): number => {
  const allowed = Math.max(0, rowsAtOnce + (rowsPerMinute * elapsedMs) / 60_000 - read)
  return (Math.max(0, rowsLeft - allowed) / rowsPerMinute) * 60_000
}

/** Events that users should know while a run is in progress. */
export type RunEvent =
  | { readonly event: 'started'; readonly run: string }
  /** A run that changes the directory continues. */
  | { readonly event: 'continued'; readonly run: string }
  | { readonly event: 'resumed'; readonly run: string; readonly rows: number; readonly startedAtMs: number }
  /** An unfinished run wrote to the same file. `rows` of its rows were safe. */
  | { readonly event: 'discarding'; readonly other: string; readonly rows: number; readonly target: string }
  /** The service is so slow that `rows` take `takesMs`. Both are undefined if it does not count them. */
  | {
      readonly event: 'slow'
      readonly why: string
      readonly rows: number | undefined
      readonly takesMs: number | undefined
    }
  /** What must be known before the first row, as a sentence. */
  | { readonly event: 'noted'; readonly note: string }
  /** A part told a value, which is kept with the run. */
  | { readonly event: 'told'; readonly name: string; readonly value: Json }
  | { readonly event: 'started-over'; readonly run: string; readonly why: string }
  /** An earlier run that was unfinished has ended finally. `done` of its rows are done. */
  /** `changes`: those that it has made, in rows that are done and in others. */
  | { readonly event: 'superseded'; readonly other: string; readonly done: number; readonly changes: number }
  | ({ readonly event: 'pausing' } & Pausing)
  /** The directory may not show yet what this store wrote moments ago. */
  | { readonly event: 'waiting'; readonly ms: number }
  /** `asWritten`: the output cannot be truncated, as with a pipe. */
  | { readonly event: 'not-resumable'; readonly why: string; readonly asWritten: boolean }
