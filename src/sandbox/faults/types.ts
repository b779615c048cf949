import type { PageFault } from '../protocol.ts'

/**
 * The kinds of faults. A status replaces the reply, and the request has no effect unless the rule is `applied`.
 *
 * - `reset`: no reply, the connection is reset, and the request has no effect
 * - `resetBeforeWrite`: the same, also for an entry of a batch
 * - `lostReply`: the request is performed, then the connection is reset
 * - `lateWrite`: the connection is reset, and the request is performed `delayMs` later, as if it arrived then
 * - `missingEntry`: the reply of a batch lacks the entry, which has no effect unless the rule is `applied`
 * - `resetMidBody`: the connection is reset after about half of the body
 * - `truncatedJson`: a complete reply whose JSON ends in the middle
 * - `malformedJson`: a complete reply that is not JSON
 * - `slowBody`: the body is sent in pieces
 * - `tokenExpired`: the token of the request is no longer valid
 *
 * The entries of a `$batch` share its connection. `resetBeforeWrite`, `lostReply` and `lateWrite` of one entry reset it in
 * place of the whole reply, after all other entries have been performed. The other faults of a connection do not strike entries.
 */
type FaultKind =
  | '429'
  | '500'
  | '502'
  | '503'
  | '504'
  | 'reset'
  | 'resetMidBody'
  | 'truncatedJson'
  | 'malformedJson'
  | 'slowBody'
  | 'tokenExpired'
  | 'resetBeforeWrite'
  | 'lostReply'
  | 'lateWrite'
  | 'missingEntry'
  | PageFault

/** Faults that replace the status. */
export const statusFaults = ['429', '500', '502', '503', '504'] as const
/** Faults that change a page. */
export const pageFaults = [
  'emptyPage',
  'repeatedLink',
  'duplicatedPage',
  'expiredPageToken',
  'tokenGoneAfterRetry',
] as const satisfies readonly PageFault[]
const wireFaults = ['reset', 'resetMidBody', 'truncatedJson', 'malformedJson', 'slowBody', 'tokenExpired'] as const
/** Faults that decide whether a request is performed. */
const decidingFaults = ['resetBeforeWrite', 'lostReply', 'lateWrite', 'missingEntry'] as const
/** All faults. */
export const faultKinds: readonly FaultKind[] = [...statusFaults, ...wireFaults, ...decidingFaults, ...pageFaults]

/** A fault and the requests it strikes. */
export interface FaultRule {
  readonly fault: FaultKind
  /**
   * Method and path below the version root, without the query; `*` matches any characters: `GET /users`,
   * `GET /users/*`, `POST /oauth2/v2.0/token`. @default `*`, every Graph request
   */
  readonly match?: string
  /** Strikes once, at the nth matching request after the rule is set (1 is the next). */
  readonly nth?: number
  /** Strikes at every nth matching request. */
  readonly every?: number
  /** Strikes a share of matching requests, 0 to 1, derived from the seed. Without `nth`, `every` and `rate` it strikes all. */
  readonly rate?: number
  /** Largest number of strikes. */
  readonly times?: number
  /** For 429 and 503: seconds, possibly with a fraction; `decimal` is 0.128, `date` an HTTP date two seconds ahead. @default 1 for 429, else `none` */
  readonly retryAfter?: 'none' | 'decimal' | 'date' | number
  /** For `slowBody`: pause between two pieces. @default 50. For `lateWrite`: time until the request is performed. @default 1000 */
  readonly delayMs?: number
  /** For 500, 502, 503, 504 and `missingEntry`: the request is performed all the same. @default false */
  readonly applied?: boolean
  /**
   * For `lostReply` of a batch: the share of its entries that are performed, rounded down. A chain ends early; of parallel
   * entries, some are selected at random. The rest have no effect. The rule strikes batches only. @default 1
   */
  readonly share?: number
}

/** A rule with its counts so far. */
export interface FaultState extends FaultRule {
  readonly matched: number
  readonly struck: number
}
