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
  /** The same twice does no harm, so it may be sent again when its reply was lost. @default true for what only reads */
  readonly repeatable?: boolean
}

/** What Graph answered for good: retries are over. */
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

/** How a collection is read. */
export interface PagesOptions {
  readonly signal?: AbortSignal
  /** Repeated on every page: links do not carry headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where the listing starts when a page token has expired. @default the first link */
  readonly restart?: string
}

/**
 * A client of Microsoft Graph, bound to one tenant. It signs in, waits, retries and batches; who calls it does not.
 *
 * @throws EntrapipeError `GRAPH_THROTTLED` or `GRAPH_UNAVAILABLE` when the wait budget is spent, `GRAPH_REFUSED` (facts:
 *   status, code, requestId) on a final refusal, `SIGN_IN_FAILED`, `NOT_PERMITTED`
 */
export interface Graph {
  readonly tenant: Tenant
  /** True when the client lets through nothing that changes the directory. */
  readonly readOnly: boolean
  /** Sends one request until it is answered for good. A refusal is thrown. */
  request<T = unknown>(request: GraphRequest, signal?: AbortSignal): Promise<GraphReply<T>>
  /** Sends one request until it is answered for good. A refusal (4xx, 5xx) is a reply. */
  attempt<T = unknown>(request: GraphRequest, signal?: AbortSignal): Promise<GraphReply<T>>
  /**
   * Any number of requests, 20 a round trip; replies in the order asked, each retried by itself. A refusal is a reply; so
   * is status 0: it was sent, its reply was lost, and it is not `repeatable`.
   */
  batch(requests: readonly GraphRequest[], signal?: AbortSignal): Promise<GraphReply[]>
  /**
   * Reads a collection page by page, following `@odata.nextLink` byte for byte and one page ahead of its reader.
   * Empty pages travel, large ones come in pieces. After an expired page token the listing starts again, and so does a page that turns
   * out to be broken: rows come again, and the reader drops them by id.
   *
   * @throws EntrapipeError `GRAPH_LINK_REPEATED` when a link comes a second time
   */
  pages<T>(link: string, options?: PagesOptions): AsyncIterable<GraphPage<T>>
  /** `$count` of a collection path such as `/users`, with an optional filter. */
  count(path: string, filter?: string, signal?: AbortSignal): Promise<number>
}
