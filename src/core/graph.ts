import type { Json } from './json.ts'

/** Which directory a client is bound to. */
export interface Tenant {
  /** The name in the configuration, or `sandbox`. */
  readonly name: string
  /** The directory's id (GUID). */
  readonly id: string
}

/** One request to Graph, without its host, token and time. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Path and query below the version root, with a leading slash: `/users?$top=999`. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
  /** Sending it twice does no harm, so it is sent again when its reply was lost. @default true for what only reads */
  readonly repeatable?: boolean
}

/** Graph's final reply, after all retries. */
export interface GraphReply<T = unknown> {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON; text where the reply is text; undefined where there is none. */
  readonly body: T
  /** 1 when the first attempt was answered. */
  readonly attempts: number
}

/** One page of a collection, empty ones included, or a piece of a large one. */
export interface GraphPage<T> {
  readonly values: readonly T[]
  /** More values of the same page follow; what else the page has comes with the last of them. */
  readonly unfinished?: true
  /** `@odata.count`, on the first page of a listing that asked for it. */
  readonly count?: number
  /** Path and query of the next page, absent on the last one. */
  readonly next?: string
  /** `next`, where it may be saved as a position: it came with a first attempt. */
  readonly safe?: string
  /** `@odata.deltaLink` (path and query), on the last page of a delta. */
  readonly delta?: string
}

/** How many requests a quota allows: `burst` at once, then `perMinute`. */
export interface RequestPace {
  readonly perMinute: number
  readonly burst: number
}

/** How to read a collection. */
export interface PagesOptions {
  readonly signal?: AbortSignal
  /** Repeated on every page: links do not carry headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where the listing starts when a page token has expired. @default the first link */
  readonly restart?: string
  /**
   * How many different objects the reader has had so far. A listing that brings no new one for long, with links that are always
   * new, is stopped. @default every object counts as a new one
   */
  readonly distinct?: () => number
}

/**
 * Requests that stay together: one, or a chain of 2 to 20. Graph carries out a request of a chain only after the one before
 * it has succeeded. What a unit carries besides is its owner's: it comes back with everything that is told about it.
 */
export interface Unit {
  readonly requests: readonly GraphRequest[]
}

/** One request of a unit that is about to leave. */
export interface Leaving<U extends Unit = Unit> {
  readonly unit: U
  /** Index of the request in its unit. */
  readonly at: number
  /** 1 for the first physical attempt of this request. */
  readonly attempt: number
  /** Sent with this attempt of this request, and with no other. */
  readonly clientRequestId: string
}

/** How a request of a unit ended. */
export type Ending<U extends Unit = Unit> = {
  readonly unit: U
  readonly at: number
  /** Physical attempts; 0 when it never left. */
  readonly attempts: number
  /** That of the last attempt; absent when it never left. */
  readonly clientRequestId?: string
} & (
  | {
      /** Graph answered for good: it was carried out, or refused. */
      readonly end: 'answered'
      readonly reply: GraphReply
      /** An earlier attempt was lost, so the request may have been carried out before this reply. Only where it is repeatable. */
      readonly lostBefore: boolean
    }
  | {
      /**
       * It was not carried out, and may be submitted again: it never left, it was throttled until the wait budget was spent,
       * or the request before it in its chain did not succeed.
       */
      readonly end: 'not-sent'
      readonly error: Error
      /** What the service last asked to wait. */
      readonly retryAfterMs?: number
    }
  | {
      /** It left, and nobody knows whether it was carried out. It was sent once, or is repeatable and was sent until the wait budget was spent. */
      readonly end: 'lost'
      readonly error: Error
    }
)

/** What the owner of a submission is told. */
export interface SubmissionOptions<U extends Unit = Unit> {
  /**
   * Called and awaited once per physical attempt, also after a 401, a 429 or a reset, with all requests that leave
   * together: after every wait, just before the bytes leave. When it throws, nothing leaves. What was announced may still
   * end `not-sent`, as when no connection can be made.
   */
  readonly leaving: (requests: readonly Leaving<U>[]) => void | Promise<void>
  /**
   * Called with the requests that a reply settles, as it comes, and awaited before they count as ended. Every request of an
   * accepted unit ends exactly once, also after an abort or a throw. Calls may overlap.
   */
  readonly ended: (endings: readonly Ending<U>[]) => void | Promise<void>
  readonly signal?: AbortSignal
}

/**
 * An open way for changes. Units travel side by side, up to 20 single requests or one chain in a round trip, and in no
 * certain order: two units that may not be under way at once are submitted one after the other has ended.
 *
 * A request that was not carried out (429, a collision, no connection) is sent again after the wait that it was told, for as
 * long as the wait budget lasts. One that may have been carried out (no reply, a reply without it, 500, 502, 503, 504) is
 * sent again only if it is `repeatable`, and if nothing that follows it in its chain was carried out; else it ends `lost`.
 */
export interface Submission<U extends Unit = Unit> {
  /**
   * Accepts a unit, and resolves when the next one can be taken: about 400 requests are under way or wait. Once `leaving` or
   * `ended` has thrown, or the signal has aborted, it rejects with that, and nothing more leaves.
   *
   * @throws EntrapipeError `GRAPH_READ_ONLY` when the client only reads and the unit does not; `OPTION_INVALID` for a unit
   *   without requests, with more than 20, or with a `$batch`. The unit is then not accepted.
   */
  submit(unit: U): Promise<void>
  /** Resolves when everything submitted so far has ended. Rejects as `submit` does, when everything has ended. */
  drained(): Promise<void>
}

/**
 * What holds a run back: `quota` units of a quota, or the service asks to wait · `latency` the time that replies take · `cpu`
 * this process, which is never idle · `disk` none of these: what is written, or whoever reads it, takes the time.
 */
export type Bound = 'quota' | 'latency' | 'cpu' | 'disk'

/** What a client has spent since it was made, and what it waits for. */
export interface Usage {
  readonly requests: number
  /** Resource units and writes, as charged. */
  readonly units: number
  readonly writes: number
  /** How often the service refused a request, or an entry of a batch, because of a limit. */
  readonly throttled: number
  /** How many requests may be under way, are under way, and wait. */
  readonly limit: number
  readonly inFlight: number
  readonly waiting: number
  /** Sums over all requests: waiting for quota, for a place among those under way, for the reply. */
  readonly quotaWaitMs: number
  readonly placeWaitMs: number
  readonly sendMs: number
  /** What held the run back over the last ten seconds or so. */
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
  /** True when the client refuses whatever changes the directory. */
  readonly readOnly: boolean
  /** Sends a request, with retries. A refusal is thrown. A change that may have been carried out without a reply is `GRAPH_UNAVAILABLE`, fact `sent`. */
  request<T = unknown>(request: GraphRequest, signal?: AbortSignal): Promise<GraphReply<T>>
  /** Sends a request, with retries. A refusal (4xx, 5xx) is a reply; a 5xx leaves open whether a change was carried out. */
  attempt<T = unknown>(request: GraphRequest, signal?: AbortSignal): Promise<GraphReply<T>>
  /**
   * Sends any number of requests, 20 in a round trip, each with its own retries; replies are in the order of the requests. A
   * refusal is a reply; so is status 0: a change that is not `repeatable` may have been carried out.
   */
  batch(requests: readonly GraphRequest[], signal?: AbortSignal): Promise<GraphReply[]>
  /** Opens a way for changes; see `Submission`. Nothing is sent before the first unit. */
  submission<U extends Unit>(options: SubmissionOptions<U>): Submission<U>
  /**
   * Reads a collection page by page, following `@odata.nextLink` byte for byte and one page ahead of its reader.
   * Empty pages travel, large ones come in pieces. After an expired page token the listing starts over, and so does a page that turns
   * out to be broken: rows come again, and the reader drops them by id.
   *
   * @throws EntrapipeError `GRAPH_LINK_REPEATED` when a link comes a second time, or links bring nothing new for long
   */
  pages<T>(link: string, options?: PagesOptions): AsyncIterable<GraphPage<T>>
  /** The quota of its own that a GET of this link spends from, besides those of all requests: the narrowest; undefined without one. */
  pace(link: string): RequestPace | undefined
  /** `$count` of a collection path such as `/users`, with an optional filter. */
  count(path: string, filter?: string, signal?: AbortSignal): Promise<number>
  /** What was spent, and what holds the run back. */
  usage(): Usage
}
