import type { OperationRow, Values } from '../core/operation.ts'
import type { Fields } from '../core/json.ts'
import type { Outcome, Result } from '../core/result.ts'
import type { Key } from '../core/row.ts'

/**
 * `waiting` for another row · `pending` may be sent · `sent` an attempt was announced, and its end is not recorded · `settled` has a
 * result.
 */
export type LedgerState = 'waiting' | 'pending' | 'sent' | 'settled'

/**
 * Why a row waits for another one. `same`: it is the same change, and gets the same result · `then`: it is a later step of the
 * same row, and is only sent after the earlier one has succeeded · `after`: it changes the same link, and is sent in the
 * order of the file.
 */
export type Waits = 'same' | 'then' | 'after'

/** A change that intake adds to the ledger. */
export interface NewEntry {
  readonly key: Key
  /** @default 0 */
  readonly step?: number
  /** Without the secret values. */
  readonly row: OperationRow
  /** Secret values by name. They are sealed with the key of the run. */
  readonly secrets?: Values
  /** What it changes, as text. */
  readonly about: string
  /** Rows about the same thing are sent in order. @default false */
  readonly ordered?: boolean
  /** Digest of operation, values and secrets: equal for equal changes. */
  readonly digest: string
  /** At least one. */
  readonly locks: readonly string[]
  /** The row as it was read. Secret columns are sealed. Only with step 0. */
  readonly input?: Fields
  /** It waits for the previous step of its row. */
  readonly waits?: 'then'
}

/** A change in the ledger. */
export interface Entry {
  /** Ascending in the order of intake, from 1. */
  readonly ordinal: number
  readonly key: Key
  readonly step: number
  readonly row: OperationRow
  readonly secrets?: Values
  readonly about: string
  readonly locks: readonly string[]
  readonly state: LedgerState
  readonly waits?: Waits
  /** When the row for which it waited was settled. */
  readonly releasedAt?: number
  /** What was read before the first attempt. */
  readonly before?: Values
  /** When the first attempt was announced, by this machine's clock, and the last; milliseconds since 1970. */
  readonly firstSentAt?: number
  readonly lastSentAt?: number
  /** Number of attempts that were announced and not withdrawn. */
  readonly attempts: number
  /** Id of the object, once it is known. */
  readonly id?: string
  readonly outcome?: Outcome
}

/** Some rows about the same thing, in the order of intake. */
export interface SameAbout {
  readonly about: string
  readonly entries: readonly (Pick<Entry, 'ordinal' | 'key' | 'step'> & {
    readonly kind: string
    readonly ordered: boolean
    readonly digest: string
  })[]
}

/** A row that waits for another one. */
export interface WaitingRow extends Pick<Entry, 'ordinal' | 'key' | 'step'> {
  readonly kind: string
  readonly for: number
  readonly waits: Waits
}

/** An attempt that is about to leave. */
export interface SentMark {
  readonly ordinal: number
  /** From 1, within the run of `markSent` calls of this row. */
  readonly attempt: number
  /** The client-request-id of the attempt. */
  readonly client: string
  readonly atMs: number
  readonly before: Values
}

/** The end of a row. */
export interface Settlement {
  readonly ordinal: number
  readonly result: Result
}

/** Where a claim goes on. */
export interface ClaimPlace {
  readonly lock: string
  readonly ordinal: number
}

/** The changes of a run, updated in place. Only the process that holds the run writes. Writes take effect in the order of the calls. */
export interface Ledger extends LedgerReader {
  /** Removes all rows: an interrupted intake starts over. @throws EntrapipeError `RUN_UNDECIDED` when anything was ever sent */
  clear(): Promise<void>
  /** Adds rows in one transaction. */
  add(entries: readonly NewEntry[]): Promise<void>
  /** Called once after the last `add`: creates the indexes. */
  arrange(): Promise<void>
  /** Rows that share what they are about, several groups at a time. Called after `arrange`. */
  sameAbout(): AsyncIterable<readonly SameAbout[]>
  /** Lets rows wait for another row. */
  wait(rows: readonly { readonly ordinal: number; readonly for: number; readonly waits: Waits }[]): Promise<void>
  /** Lets waiting rows be claimed. */
  release(ordinals: readonly number[]): Promise<void>
  /** Rows that wait for these. */
  waitingFor(ordinals: readonly number[]): Promise<readonly WaitingRow[]>
  /** Pending rows in the order of their first lock, then of intake, after a place. Secrets are opened. */
  claim(limit: number, after?: ClaimPlace): Promise<readonly Entry[]>
  /** Rows in state `sent`, in the order of intake, after an ordinal. Secrets are opened. */
  sent(limit: number, after?: number): Promise<readonly Entry[]>
  /** Records attempts, flushed to disk before it resolves. State `sent`. `before` is kept from the first mark. */
  markSent(marks: readonly SentMark[]): Promise<void>
  /** Takes back attempts that did not leave. A row without another attempt is `pending` again. */
  withdraw(marks: readonly Pick<SentMark, 'ordinal' | 'attempt'>[]): Promise<void>
  /** Makes sent rows pending again: it is decided that no attempt was performed. Attempts stay recorded. */
  resend(ordinals: readonly number[]): Promise<void>
  /** Records results and ends rows in one transaction. */
  settle(settlements: readonly Settlement[]): Promise<void>
}

/** What any process can read of a ledger. */
export interface LedgerReader {
  count(): Promise<Readonly<Record<LedgerState, number>>>
  /** Rows in the order of intake (or backwards), after an ordinal, without secrets. */
  entries(query: {
    readonly after?: number
    readonly limit: number
    readonly backwards?: boolean
    readonly outcomes?: readonly Outcome[]
  }): Promise<readonly Entry[]>
  /** Attempts of rows: client-request-ids and times. */
  attempts(ordinals: readonly number[]): Promise<readonly Omit<SentMark, 'before'>[]>
}
