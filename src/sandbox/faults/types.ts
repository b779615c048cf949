import type { PageFault } from '../protocol.ts'

/**
 * What may go wrong on purpose. Statuses are answered in place of the request, which then was not done.
 * `reset` no reply, the connection is reset · `resetMidBody` reset after about half of the body · `truncatedJson` a
 * complete reply whose JSON ends in the middle · `malformedJson` a complete reply that is not JSON · `slowBody` the body
 * comes in pieces · `tokenExpired` the token it came with is no longer valid. In a `$batch` a sub-request can have
 * statuses and page faults only; a connection belongs to the whole.
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
  | PageFault

/** Faults that are a status. */
export const statusFaults = ['429', '500', '502', '503', '504'] as const
/** Faults that are a page that is not as it should be. */
export const pageFaults = [
  'emptyPage',
  'repeatedLink',
  'duplicatedPage',
  'expiredPageToken',
  'tokenGoneAfterRetry',
] as const satisfies readonly PageFault[]
const wireFaults = ['reset', 'resetMidBody', 'truncatedJson', 'malformedJson', 'slowBody', 'tokenExpired'] as const
/** All faults. */
export const faultKinds: readonly FaultKind[] = [...statusFaults, ...wireFaults, ...pageFaults]

/** A fault, and the requests it strikes. */
export interface FaultRule {
  readonly fault: FaultKind
  /**
   * Method and path below the version root, `*` for any characters; the query is not looked at: `GET /users`,
   * `GET /users/*`, `POST /oauth2/v2.0/token`. @default `*`, every Graph request
   */
  readonly match?: string
  /** Strikes once, at the nth matching request counted from when the rule was given (1 is the next). */
  readonly nth?: number
  /** Strikes at every nth matching request. */
  readonly every?: number
  /** Strikes a share of matching requests, 0 to 1, drawn from the seed. Without `nth`, `every` and `rate`: each one. */
  readonly rate?: number
  /** At most this often. */
  readonly times?: number
  /** Of a 429 or 503, in seconds, a fraction included; `decimal` is 0.128, `date` an HTTP date two seconds ahead. @default 1 for 429, else `none` */
  readonly retryAfter?: 'none' | 'decimal' | 'date' | number
  /** Of `slowBody`: between its pieces. @default 50 */
  readonly delayMs?: number
}

/** A rule and what it did so far. */
export interface FaultState extends FaultRule {
  readonly matched: number
  readonly struck: number
}
