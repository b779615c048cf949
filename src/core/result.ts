import type { Key } from './row.ts'

/**
 * `done` it was changed as asked · `unchanged` it already was so · `skipped` an earlier step of the row failed ·
 * `failed` refused, `message` says why · `unknown` sent, no reply came, and a look-up could not tell.
 */
export type Outcome = 'done' | 'unchanged' | 'skipped' | 'failed' | 'unknown'

/** Rows, by what became of them. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>

/** No results. */
export const noOutcomes: OutcomeCounts = { done: 0, unchanged: 0, skipped: 0, failed: 0, unknown: 0 }

/** Rows that were not dealt with as asked. */
export const failuresIn = ({ failed, unknown }: Pick<OutcomeCounts, 'failed' | 'unknown'>): number => failed + unknown

/** Whether a row was not dealt with as asked. */
export const hasFailed = ({ outcome }: Pick<Result, 'outcome'>): boolean =>
  outcome === 'failed' || outcome === 'unknown'

/**
 * What became of one row (of one step of it). Flat, so that it fits a CSV line as well as a JSON object.
 * Append-only: the last result of (key, step) holds.
 */
export interface Result {
  readonly key: Key
  /** Which of several steps of the row. @default 0 */
  readonly step?: number
  readonly operation: string
  /** What it was about, for a person: a UPN, a group's name, a column. */
  readonly target?: string
  readonly outcome: Outcome
  readonly action?: string
  /** Id of the object in the directory. */
  readonly id?: string
  readonly status?: number
  /** Graph's code, or one of ours. */
  readonly code?: string
  /** What went wrong, in words. */
  readonly message?: string
  /** What to do about it. */
  readonly fix?: string
  readonly requestId?: string
  readonly attempt?: number
}
