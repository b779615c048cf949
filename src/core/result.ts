import type { Key } from './row.ts'

/**
 * `done` changed as requested · `unchanged` already in that state · `skipped` an earlier step of the row failed, or it
 * is known that the change cannot be made this way · `failed`
 * refused, `message` has the reason · `waiting` left for a later time, when `runs due` makes it · `unknown` sent without a reply, and a look-up could not tell whether it was performed.
 */
export type Outcome = 'done' | 'unchanged' | 'waiting' | 'skipped' | 'failed' | 'unknown'

/** Numbers of rows by outcome. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>

/** No results. */
export const noOutcomes: OutcomeCounts = { done: 0, unchanged: 0, waiting: 0, skipped: 0, failed: 0, unknown: 0 }

/** All outcomes, in the order of reports. */
export const outcomes = Object.keys(noOutcomes) as readonly Outcome[]

/** Returns the number of rows that were not processed as requested. */
export const failuresIn = ({ failed, unknown }: Pick<OutcomeCounts, 'failed' | 'unknown'>): number => failed + unknown

/** Whether it is the only or the first result of its row, so that rows can be counted by it. */
export const isOfRow = ({ step = 0 }: Pick<Result, 'step'>): boolean => step === 0

/** Whether a row was not processed as requested. */
export const hasFailed = ({ outcome }: Pick<Result, 'outcome'>): boolean =>
  outcome === 'failed' || outcome === 'unknown'

/**
 * The result of a row, or of one step of it. It is flat, so that it fits a CSV line as well as a JSON object. Results are
 * append-only: the last one of a key and step is valid.
 */
export interface Result {
  readonly key: Key
  /** Index of the step, for rows with several steps. @default 0 */
  readonly step?: number
  readonly operation: string
  /** What it refers to, for a person: a UPN, a group's name, a column. */
  readonly target?: string
  readonly outcome: Outcome
  /** The request that was sent: `PATCH /users/…`. */
  readonly action?: string
  /** Id of the object in the directory. */
  readonly id?: string
  readonly status?: number
  /** Graph's code, or one of ours. */
  readonly code?: string
  /** What went wrong. */
  readonly message?: string
  /** What to do. */
  readonly fix?: string
  /** Graph's id of the reply; if it has none, the client-request-id that was sent. */
  readonly requestId?: string
  readonly attempt?: number
  /** The reader of the input rejected the row: its cells may be in other columns than they were. Kept with the input. */
  readonly isUnread?: true
}
