import type { ReadPace } from '../core/parts.ts'
import { noOutcomes, type Outcome } from '../core/result.ts'

/** What a run has done so far, by the moment; the engine writes, who shows it reads. Rows. */
export interface Progress {
  /** What it is doing. */
  state: 'checking' | 'counting' | 'running' | 'finishing' | 'ended'
  /** Name of the phase in progress, where the run has several; the numbers are those of the phase. */
  phase: string | undefined
  read: number
  written: number
  dropped: number
  /** Results so far. */
  readonly outcomes: Record<Outcome, number>
  repeated: number
  /** How many rows a full read gives, as far as that is known. */
  expected: number | undefined
  /** How fast the service lets the source read, where that is far slower than usual. */
  pace: ReadPace | undefined
  /** Rows that were there before this process resumed the run. */
  resumedAt: number
  startedAtMs: number
}

/** The progress of a run that has just begun; the engine changes it as it goes. */
export const newProgress = (startedAtMs: number): Progress => ({
  ...nothingYet(),
  startedAtMs,
})

const nothingYet = (): Omit<Progress, 'startedAtMs'> => ({
  state: 'checking',
  phase: undefined,
  read: 0,
  written: 0,
  dropped: 0,
  outcomes: { ...noOutcomes },
  repeated: 0,
  expected: undefined,
  pace: undefined,
  resumedAt: 0,
})

/** A phase counts from nothing. Who watches the progress keeps the object. */
export const beginPhase = (progress: Progress, phase: string | undefined, now: number): void => {
  const { outcomes, ...fresh } = nothingYet()
  Object.assign(progress.outcomes, outcomes)
  Object.assign(progress, fresh, { phase, startedAtMs: now })
}

/**
 * The time that the service takes for the rows that are left, in milliseconds.
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

/** What a person should know while a run goes on. */
export type RunEvent =
  | { readonly event: 'started'; readonly run: string }
  | { readonly event: 'resumed'; readonly run: string; readonly rows: number; readonly startedAtMs: number }
  /** An unfinished run wrote to the same file: `rows` of it were safe. */
  | { readonly event: 'discarding'; readonly other: string; readonly rows: number; readonly target: string }
  /** The service lets `rows` be read so slowly that they take `takesMs`; both are undefined where it does not count them. */
  | {
      readonly event: 'slow'
      readonly why: string
      readonly rows: number | undefined
      readonly takesMs: number | undefined
    }
  | { readonly event: 'started-over'; readonly run: string; readonly why: string }
  /** `asWritten`: what is written cannot be cut back, which who writes to a pipe knows. */
  | { readonly event: 'not-resumable'; readonly why: string; readonly asWritten: boolean }
