import type { OperationRow, Values } from '../core/operation.ts'
import type { StepOf } from '../core/steps.ts'
import type { Fields } from '../core/json.ts'
import type { Outcome, Result } from '../core/result.ts'
import type { Key } from '../core/row.ts'
import type { DueAt, DueRows } from './due-rows.ts'
import type { KeptInput } from './kept-input.ts'
import type { WrittenPage } from './written-page.ts'

/**
 * `waiting` for another row · `pending` may be sent · `sent` an attempt was announced, and its end is not recorded · `settled` has a
 * result.
 */
export type LedgerState = 'waiting' | 'pending' | 'sent' | 'settled'

/**
 * Why a row waits for another one. `same`: it is the same change, and gets the same result · `then`: it is a later step of the
 * same row, and is only sent after the earlier one has succeeded · `after`: it changes the same link, and is sent in the
 * order of the file, or takes a name that the other one frees · `made`: it names the object that the other one creates, and is only
 * sent after that one has succeeded.
 */
export type Waits = 'same' | 'then' | 'after' | 'made'

/**
 * A step of another row that ends before a row is sent. `made`: it must succeed, because it creates an object that the row names · `done`: it
 * must succeed · `ended`, `after`: it only ends; after the last one the directory must show it, too.
 */
export interface Need extends StepOf {
  readonly waits: 'made' | 'done' | 'ended' | 'after'
}

/** A change that intake adds to the ledger. */
export interface NewEntry {
  readonly key: Key
  /** @default 0 */
  readonly step?: number
  /** Without the secret values. */
  readonly row: OperationRow
  /** Secret values by name. They are sealed with the key of the run. */
  readonly secrets?: Values | undefined
  /** The secrets are sealed apart from those of other rows, so that they can be destroyed. @default false */
  readonly isAlone?: boolean
  /** What it changes, as text. */
  readonly about: string
  /** Rows about the same thing are sent in order. @default false */
  readonly ordered?: boolean
  /** At least one. */
  readonly locks: readonly string[]
  /** The row as it was read. Secret columns are sealed. Only with step 0. */
  readonly input?: Fields | undefined
  /** It waits for the previous step of its row. */
  readonly waits?: 'then' | undefined
  readonly needs?: readonly Need[] | undefined
}

/** A change in the ledger. */
export interface Entry {
  /** Ascending in the order of intake. Unique in the run: a later phase continues where the earlier one ended. */
  readonly ordinal: number
  readonly key: Key
  readonly step: number
  readonly row: OperationRow
  readonly secrets?: Values
  /** Whether it has secrets, in an entry without them. */
  readonly hasSecrets?: true
  readonly about: string
  readonly locks: readonly string[]
  readonly state: LedgerState
  readonly waits?: Waits
  readonly needs?: readonly Need[]
  /** When it was released, if it waited for another row; 0 if that one was not sent. */
  readonly releasedAt?: number
  /** What was read before the attempts that may have been performed. */
  readonly before?: Values
  /** When the first attempt that may have been performed was announced, by this machine's clock, and the last one of all; milliseconds since 1970. */
  readonly firstSentAt?: number
  readonly lastSentAt?: number
  /** Number of attempts that were announced and not withdrawn. */
  readonly attempts: number
  /** An attempt got no reply, and was then found not performed. */
  readonly lost?: true
  /** The last attempt got a reply that leaves open what becomes of the row: true if the service accepted it. */
  readonly answered?: true | 'refused'
  /** Id of the object, once it is known. */
  readonly id?: string
  readonly outcome?: Outcome
  /** The outcome stays so when the run is retried. */
  readonly isFinal?: true
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
export interface WaitingRow extends Pick<Entry, 'ordinal' | 'key' | 'step' | 'about'> {
  readonly kind: string
  readonly for: number
  readonly waits: Waits
  readonly needs?: readonly Need[]
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
  /** The change, of a row that was looked at. */
  readonly row?: OperationRow
  /** It stays so when the run is retried. */
  readonly isFinal?: true
  /** When a `waiting` row is made, milliseconds since 1970. */
  readonly dueMs?: number
  /** Secret values that came with the end. They replace those of the row, and are sealed with the key of the run. */
  readonly secrets?: Values
}

/** Where a claim continues. */
export interface ClaimPlace {
  readonly lock: string
  readonly ordinal: number
}

/** A waiting row, and the result of the row for which it waits. */
interface Stranded {
  readonly row: WaitingRow
  readonly first: Result
}

/**
 * The changes of one phase of a run, updated in place. Only the process that holds the run writes. Writes take effect in the order of the calls,
 * each in one transaction.
 *
 * @throws EntrapipeError `INTERNAL` when a row is not in the state that a call requires. The call then had no effect.
 */
export interface Ledger extends LedgerReader {
  /** Removes all rows: an interrupted intake starts over. @throws EntrapipeError `RUN_UNDECIDED` when anything was ever sent */
  clear(): Promise<void>
  /** Adds rows, one at a time. The steps of a row follow one another. */
  add(entries: Iterable<NewEntry>): Promise<void>
  /** Called once after the last `add`: rows have a state from now on. A second call has no effect. */
  arrange(): Promise<void>
  /**
   * Rows that share what they are about, several groups at a time. Called after `arrange`.
   *
   * @param digestOf makes the digest of such a row; it must not use the store
   */
  sameAbout(digestOf: (change: Pick<Entry, 'row' | 'secrets'>) => string): AsyncIterable<readonly SameAbout[]>
  /** Lets pending or waiting rows wait for another row. */
  wait(rows: readonly { readonly ordinal: number; readonly for: number; readonly waits: Waits }[]): Promise<void>
  /** Lets waiting rows be claimed. */
  release(ordinals: readonly number[]): Promise<void>
  /** Rows that wait for these, in the order of intake. */
  waitingFor(ordinals: readonly number[]): Promise<readonly WaitingRow[]>
  /** Rows that wait for a settled row: a process died before it settled or released them. */
  stranded(limit: number): Promise<readonly Stranded[]>
  /** Pending rows in the order of their first lock, then of intake, after a place. Secrets are opened. */
  claim(limit: number, after?: ClaimPlace): Promise<readonly Entry[]>
  /** Rows in state `sent`, in the order of intake, after an ordinal. Secrets are opened. */
  sent(limit: number, after?: number): Promise<readonly Entry[]>
  /** Keeps what a dry run read before each pending or waiting row that was never sent. The first mark replaces it. */
  keepBefore(rows: readonly Pick<SentMark, 'ordinal' | 'before'>[]): Promise<void>
  /** Records attempts of pending or sent rows, flushed to disk before it resolves. State `sent`. `before` is kept from the first mark since the row was pending. */
  markSent(marks: readonly SentMark[]): Promise<void>
  /** Takes back attempts that did not leave. A row without another attempt is `pending` again; returns the others, which are still sent. */
  withdraw(marks: readonly Pick<SentMark, 'ordinal' | 'attempt'>[]): Promise<readonly number[]>
  /**
   * Makes sent rows pending again: no attempt was performed. Attempts stay recorded. What was read before them is forgotten, and so is
   * when the first was announced, unless one was lost: the directory may change until the next mark.
   *
   * @param why `lost` if the last attempt got no reply; see `Entry.lost`
   */
  resend(ordinals: readonly number[], why?: 'lost'): Promise<void>
  /** Notes that the last attempt of sent rows got a reply which leaves open what becomes of them; see `Entry.answered`. */
  answered(rows: readonly { readonly ordinal: number; readonly how: NonNullable<Entry['answered']> }[]): Promise<void>
  /**
   * Reopens rows that ended so: failed ones are pending again, unknown ones are sent, so that they are decided again, and those that
   * waited for them wait again. Rows that ended `isFinal` stay. Returns the number of reopened rows, without waiting ones.
   */
  reopen(query: { readonly outcomes: readonly Outcome[] }): Promise<number>
  /**
   * Makes rows `sent` again that are done although no reply came (`seenAfterLostReply`), and whose last request had fewer rows than
   * `fewestWitnesses`. Returns their number.
   */
  reopenUnwitnessed(): Promise<number>
  /** Records results and ends rows. */
  settle(settlements: readonly Settlement[]): Promise<void>
  /**
   * Gives the rows that wait for this time another result, and returns their number.
   *
   * @param dueMs @default any time
   */
  endWaiting(
    result: Pick<Result, 'code' | 'message' | 'fix'> & { readonly outcome: 'skipped' },
    dueMs?: number,
  ): Promise<number>
  /** Destroys the secrets of rows that were sealed alone, flushed to disk before it resolves. */
  destroySecrets(ordinals: readonly number[]): Promise<void>
}

/** What any process can read of a ledger. */
export interface LedgerReader {
  count(): Promise<Readonly<Record<LedgerState, number>>>
  /** Number of waiting rows, by why. */
  waiting(): Promise<Readonly<Record<Waits, number>>>
  /** Rows that wait for another one, in the order of intake, after an ordinal, without secrets. */
  waitingEntries(limit: number, after?: number): Promise<readonly (Entry & { readonly waitsFor: number })[]>
  /**
   * A page of the rows that were sent lately, with when their replies came; or now, while they have none.
   *
   * @param after the number of the last attempt on the page before
   * @returns `number` of the last attempt on the page; undefined after the last page. `open`: that of the first one without a reply
   */
  writtenSince(sinceMs: number, after?: number): Promise<WrittenPage<Entry>>
  /** Whether a row was sent and is `unchanged`: somebody else made the same change in between. */
  isContested(): Promise<boolean>
  /** Rows in the order of intake (or backwards), after an ordinal, without secrets. */
  entries(query: EntryQuery): Promise<readonly Entry[]>
  /** The entry of a step; undefined if there is none. */
  find(of: StepOf): Promise<Entry | undefined>
  /** The row for which a row waits or waited; undefined if there is none. */
  firstOf(ordinal: number): Promise<Entry | undefined>
  /** Rows that need others, in the order of intake, after an ordinal, without secrets. */
  needy(limit: number, after?: number): Promise<readonly Entry[]>
  /** Rows that need the object that this step creates, in the order of intake, without secrets. */
  neededBy(of: StepOf): Promise<readonly Entry[]>
  /** The times for which rows wait, the first one first. */
  due(): Promise<readonly DueRows[]>
  /** Rows that wait for a time, in the order of intake, after an ordinal, without secrets. */
  dueAt(dueMs: number, limit: number, after?: number): Promise<readonly Entry[]>
  /** Rows about these things that wait for a time after another one, without secrets. */
  waitingAbout(abouts: readonly string[], afterMs: number): Promise<readonly (Entry & DueAt)[]>
  /** The sealed secrets of a row. */
  sealedOf(key: Key, step: number): Promise<string | undefined>
  /**
   * Number of rows of the whole run that were sent since then, milliseconds since 1970.
   *
   * @param together kinds of rows that count as one with others of the same first lock. @default none
   */
  sentSince(ms: number, together?: readonly string[]): Promise<number>
  /** Attempts of rows that were not withdrawn, by row in the order of these ordinals, oldest first. */
  attempts(ordinals: readonly number[]): Promise<readonly Omit<SentMark, 'before'>[]>
}

/** Selects rows of a ledger. */
interface EntryQuery {
  readonly after?: number
  readonly limit: number
  readonly backwards?: boolean
  /** @default all, also rows without a result */
  readonly outcomes?: readonly Outcome[]
}

/** A change as it is recorded. */
export interface KeptNewEntry extends Omit<NewEntry, 'secrets' | 'isAlone' | 'input'> {
  readonly sealed?: string | undefined
  readonly input?: KeptInput | undefined
}

/** An entry with its secrets as they are recorded. */
export interface KeptEntry extends Omit<Entry, 'secrets'> {
  readonly sealed?: string
}

/** The end of a row as it is recorded. */
export interface KeptSettlement extends Omit<Settlement, 'secrets'> {
  readonly sealed?: string
}

/** The ledger in the record of a run: secrets are sealed. */
export interface LedgerRecord extends Omit<Ledger, 'add' | 'claim' | 'sent' | 'sameAbout' | 'settle'> {
  settle(settlements: readonly KeptSettlement[]): Promise<void>
  add(entries: Iterable<KeptNewEntry>): Promise<void>
  sameAbout(
    digestOf: (change: Pick<KeptEntry, 'key' | 'step' | 'row' | 'sealed'>) => string,
  ): AsyncIterable<readonly SameAbout[]>
  claim(limit: number, after?: ClaimPlace): Promise<readonly KeptEntry[]>
  sent(limit: number, after?: number): Promise<readonly KeptEntry[]>
  /** Those of these rows that have secrets. */
  sealed(
    ordinals: readonly number[],
  ): Promise<readonly Required<Pick<KeptEntry, 'ordinal' | 'key' | 'step' | 'sealed'>>[]>
}
