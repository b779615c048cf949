import type { Unit } from '../../core/graph.ts'
import type { Json } from '../../core/json.ts'
import type { Notable, Operation, Sent, Values } from '../../core/operation.ts'
import type { Entry } from '../../store/ledger-types.ts'

/** Rows of a request that was refused because of one of them. They only share a request with each other, and fewer of them. */
interface Together {
  readonly most: number
  /** A whole unit was refused because of one of them: they also share a unit with nobody else. */
  readonly alone?: true
}

/** The last request of a row. */
export interface Asked {
  /** `PATCH /groups/…`, as results show it. */
  readonly action: string
  readonly clientRequestId: string
}

/** A row of the ledger that this process works on. */
export interface Working {
  readonly entry: Entry
  readonly operation: Operation
  /** With its secrets. */
  readonly value: Values
  /** What was read before the first attempt. */
  readonly before: Values
  readonly notable: readonly Notable[]
  /** What a preview counts. */
  readonly impact?: Json | undefined
  /** Number of attempts so far, also by earlier processes. */
  attempts: number
  /** When the first attempt was announced, by this machine's clock. */
  firstSentAt: number | undefined
  /** When the last one was. */
  lastSentAt: number | undefined
  together: Together | undefined
  /** Undefined if an earlier process sent it, or nobody yet. */
  asked: Asked | undefined
  /** The last attempt got a reply that leaves open what becomes of the row; see `Sent.answered`. */
  answered: Sent['answered'] | undefined
  /** An attempt was lost, and later found not performed. */
  lost: boolean
  /** An earlier process made the last attempt, and ended without its reply. */
  recalled: boolean
}

/** A unit of changes, with the rows of each of its requests. */
export interface ChangeUnit extends Unit {
  readonly rows: readonly (readonly Working[])[]
}

/** What limits and waves count a row as: rows of one object may count as one. */
export const countedAs = ({ operation, entry }: Pick<Working, 'operation' | 'entry'>): number | string =>
  operation.countsObjects ? entry.locks[0]! : entry.ordinal

/** The first lock of a row. */
export const laneOf = ({ entry }: Pick<Working, 'entry'>): string => entry.locks[0]!
