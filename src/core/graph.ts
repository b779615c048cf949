import type { Json } from './json.ts'
import type { JsonRows } from './json-rows.ts'

/** The directory that a client is bound to. */
export interface Tenant {
  /** The name in the configuration, or `sandbox`. */
  readonly name: string
  /** The directory's id (GUID). */
  readonly id: string
}

/** Who uses a client. */
export interface Identity {
  /** `application`: an app by itself · `delegated`: a person through an app. */
  readonly kind: 'application' | 'delegated'
  /** The app, as its registration and its service principal have it. */
  readonly appId: string
  /** Id of the person, or of the app's service principal. Absent if the token lacks it. */
  readonly objectId?: string
  /** What its token permits, by name. Absent if a directory role may permit more. */
  readonly permissions?: readonly string[]
}

/** A request to Graph, without host and token. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Path and query below the version root, with a leading slash: `/users?$top=999`. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
  /** A submission sends it by itself, not in a `$batch`. A unit with it has no other request. */
  readonly unbatched?: true
  /** Whether it is safe to send twice, so that it is retried after a lost reply. @default true for reads */
  readonly repeatable?: boolean
}

/** Graph's final reply, after all retries. */
export interface GraphReply<T = unknown> {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON, text if the reply is text, undefined without a body. */
  readonly body: T
  /** Number of attempts; 1 if the first one was answered. */
  readonly attempts: number
}

/** A page of a collection, possibly empty, or a piece of a large page. */
export interface GraphPage<T> {
  readonly values: readonly T[]
  /** The values, if they are unparsed because the reader allowed it. `values` is then empty. */
  readonly json?: JsonRows
  /** More values of the same page follow. The other fields come with the last piece. */
  readonly unfinished?: true
  /** So many of the last values before it are repeated from here on; `all` if the listing starts over. Comes with the first piece. */
  readonly repeats?: Repeats
  /** `@odata.count`, on the first page of a listing that requested it. */
  readonly count?: number
  /** Path and query of the next page, absent on the last one. */
  readonly next?: string
  /** `next`, if it may be saved as a position because it came with a first attempt. */
  readonly safe?: string
  /** `@odata.deltaLink` (path and query), on the last page of a delta. */
  readonly delta?: string
}

/** How many of the last values are repeated. */
export type Repeats = number | 'all'

/** How many are left of those that came. */
export const leftOf = (came: number, repeats: Repeats | undefined): number =>
  repeats === 'all' ? 0 : Math.max(0, came - (repeats ?? 0))

/** The requests that a quota allows: `burst` at once, then `perMinute`. */
export interface RequestPace {
  readonly perMinute: number
  readonly burst: number
}

/** How to read a collection. */
export interface PagesOptions {
  readonly signal?: AbortSignal
  /** Sent with every page, because links do not contain headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where the listing starts over when a page token has expired. @default the first link */
  readonly restart?: string
  /**
   * Returns the number of different objects that the reader has received. A listing with ever new links is stopped if it
   * returns no new object for a long time. @default of each page, only the first object is looked at
   */
  readonly distinct?: () => number
  /** The property that is the key of the values, if they may stay unparsed. @default they are parsed */
  readonly unparsed?: string | undefined
}

/**
 * Requests that stay together: one, or a chain of 2 to 20. Graph performs a request of a chain only after the previous one has
 * succeeded. Other fields of a unit belong to its owner: every callback about the unit gets them back.
 */
export interface Unit {
  readonly requests: readonly GraphRequest[]
}

/** A request of a unit that is about to be sent. */
export interface Leaving<U extends Unit = Unit> {
  readonly unit: U
  /** Index of the request in its unit. */
  readonly at: number
  /** 1 for the first physical attempt of this request. */
  readonly attempt: number
  /** Sent with this attempt of this request only. */
  readonly clientRequestId: string
}

/** The end of a request of a unit. */
export type Ending<U extends Unit = Unit> = {
  readonly unit: U
  readonly at: number
  /** Number of attempts that were announced; 0 if it was never announced. No bytes were sent if no connection was made. */
  readonly attempts: number
  /** Id of the last announced attempt. */
  readonly clientRequestId?: string
} & (
  | {
      /** Graph's reply is final: the request was performed or refused. */
      readonly end: 'answered'
      readonly reply: GraphReply
      /** An earlier attempt was lost, so the request may have been performed before this reply. Repeatable requests only. */
      readonly lostBefore: boolean
    }
  | {
      /** It was not performed, by this attempt or an earlier one. */
      readonly end: 'not-sent'
      readonly why: NotSent
      readonly error: Error
      /** The last wait that the service requested. */
      readonly retryAfterMs?: number
    }
  | {
      /**
       * It was sent, and may have been performed. A repeatable request was retried until the wait budget was spent. Any other was
       * not sent again after the attempt that was lost.
       */
      readonly end: 'lost'
      readonly error: Error
    }
)

/**
 * Why a request was not performed. `unsent`: for a reason that concerns every request: no connection, no sign-in, an abort, `leaving`
 * threw, the service refuses the token, or the round trip for anything but its content · `throttled`: the service throttled it until the
 * wait budget was spent, or requested a longer wait than `longestWaitMs` · `chain`: an earlier request of its chain did not succeed or
 * was lost, so that it can be submitted again · `refused`: the service refused the round trip for its content (400, 413), so that
 * resubmitting the same unit meets the same refusal. Such a round trip is divided until the unit at fault is alone.
 */
export type NotSent = 'unsent' | 'throttled' | 'chain' | 'refused'

/** Callbacks of a submission. */
export interface SubmissionOptions<U extends Unit = Unit> {
  /**
   * Called and awaited once per physical attempt, also after a 401, a 429 or a reset, with all requests that are sent
   * together: after every wait, just before the bytes are sent. If it throws, nothing is sent. Announced requests may still end
   * `not-sent`, for example if no connection can be made.
   */
  readonly leaving: (requests: readonly Leaving<U>[]) => void | Promise<void>
  /**
   * Called for each of these attempts once there is a connection, in the same turn in which the first byte is written. If it throws,
   * nothing is written: the requests end `not-sent` with that error.
   */
  readonly writing?: () => void
  /**
   * Called with the requests that a reply settles, when it arrives, and awaited before they count as ended. Every request of
   * an accepted unit ends exactly once, also after an abort or a throw. Calls may overlap.
   */
  readonly ended: (endings: readonly Ending<U>[]) => void | Promise<void>
  /**
   * A request that the service asks to delay for longer ends as `not-sent`, `throttled`, to make room for others.
   * @default the wait budget
   */
  readonly longestWaitMs?: number
  /** Its abort ends the submission: nothing more is sent, changes in flight are answered first, and reads are cut off. */
  readonly signal?: AbortSignal
}

/**
 * Sends changes. Units are sent concurrently and in any order, up to 20 single requests or one chain per round trip. Two units
 * that must not be in progress at the same time are submitted one after the other has ended.
 *
 * A request that was not performed (429, a collision, no connection) is retried after the requested wait, as long as the wait
 * budget lasts. A request may have been performed if it has no reply, a batch reply lacks it, or its status is 500, 502, 503
 * or 504. It is then only retried if it is `repeatable` and nothing after it in its chain was performed; else it ends `lost`.
 */
export interface Submission<U extends Unit = Unit> {
  /**
   * Accepts a unit, and resolves when there is room for the next one: about 400 requests may be in progress or waiting. After
   * `leaving` or `ended` has thrown, or the signal has aborted, it rejects with that error, and nothing more is sent.
   *
   * @throws EntrapipeError `GRAPH_READ_ONLY` when the client only reads and the unit does not; `OPTION_INVALID` for a unit
   *   without requests, with more than 20, or with a `$batch`. The unit is then not accepted.
   */
  submit(unit: U): Promise<void>
  /** Resolves when all submitted requests have ended. Rejects as `submit` does, once all have ended. */
  drained(): Promise<void>
}

/**
 * What limits the speed of a run: `quota` a quota is used up, or the service requested a wait · `latency` the time of replies
 * · `cpu` this process, which is never idle · `disk` none of these, so the output or its reader.
 */
export type Bound = 'quota' | 'latency' | 'cpu' | 'disk'

/** What a client has used since it was created, and what it waits for. */
export interface Usage {
  readonly requests: number
  /** Resource units and writes, as charged. */
  readonly units: number
  readonly writes: number
  /** Number of requests and entries of batches that the service refused because of a limit. */
  readonly throttled: number
  /** Number of requests that may be in flight, are in flight, and wait. */
  readonly limit: number
  readonly inFlight: number
  readonly waiting: number
  /** Sums over all requests: waiting for quota, for a slot, and for the reply. */
  readonly quotaWaitMs: number
  readonly placeWaitMs: number
  readonly sendMs: number
  /** What limited the run over about the last ten seconds. */
  readonly bound: Bound
}

/**
 * A client of Microsoft Graph, bound to one tenant. It signs in, waits, retries and batches; its callers do not.
 *
 * @throws EntrapipeError `GRAPH_THROTTLED` or `GRAPH_UNAVAILABLE` when the wait budget is spent, `GRAPH_REFUSED` (facts:
 *   status, code, requestId) on a final refusal, `SIGN_IN_FAILED`, `NOT_PERMITTED`
 */
export interface Graph {
  readonly tenant: Tenant
  /** Whether the client refuses requests that change the directory. */
  readonly readOnly: boolean
  /** Who signed in. @throws EntrapipeError `SIGN_IN_FAILED` */
  readonly signedInAs?: (signal?: AbortSignal) => Promise<Identity>
  /** Sends a request, with retries. A refusal is thrown. A change that may have been carried out without a reply is `GRAPH_UNAVAILABLE`, fact `sent`. */
  request<T = unknown>(request: GraphRequest, signal?: AbortSignal): Promise<GraphReply<T>>
  /** Sends a request, with retries. A refusal (4xx, 5xx) is a reply; a 5xx leaves open whether a change was carried out. */
  attempt<T = unknown>(request: GraphRequest, signal?: AbortSignal): Promise<GraphReply<T>>
  /**
   * Sends any number of requests, 20 in a round trip, each with its own retries; replies are in the order of the requests. A
   * refusal is a reply; so is status 0: a change that is not `repeatable` may have been carried out.
   */
  batch(requests: readonly GraphRequest[], signal?: AbortSignal): Promise<GraphReply[]>
  /** Opens a submission of changes. Nothing is sent before the first unit. */
  submission<U extends Unit>(options: SubmissionOptions<U>): Submission<U>
  /**
   * Reads a collection page by page, following `@odata.nextLink` byte for byte and one page ahead of its reader.
   * Empty pages are returned too, and large ones in pieces. After an expired page token the listing starts over, and a corrupted
   * page is requested again: rows are then repeated, and the reader drops them by id.
   *
   * @throws EntrapipeError `GRAPH_LINK_REPEATED` for a repeated link, or after many new links without a new object
   */
  pages<T>(link: string, options?: PagesOptions): AsyncIterable<GraphPage<T>>
  /** Returns the narrowest specific quota of a GET of this link, in addition to the quotas of all requests; undefined without one. */
  pace(link: string): RequestPace | undefined
  /** `$count` of a collection path such as `/users`, with an optional filter. */
  count(path: string, filter?: string, signal?: AbortSignal): Promise<number>
  /** Returns the service's time in milliseconds since 1970, from the date of its replies: at most a second too late. Undefined before the first. */
  readonly serviceTime?: () => number | undefined
  /** Returns what was used, and what limits the run. */
  usage(): Usage
}
