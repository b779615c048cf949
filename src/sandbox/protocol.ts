/**
 * The interface inside the sandbox: the server (sockets, tokens, throttling, faults, `$batch`) passes requests to the
 * resources (users, groups, delta …). Sub-requests of `$batch` are passed the same way.
 */
export interface Caller {
  readonly appId: string
  /** Object id of the app's service principal, or of the signed-in user. */
  readonly objectId: string
  /** Application permissions (`roles`) or delegated ones (`scp`). */
  readonly permissions: ReadonlySet<string>
  readonly delegated: boolean
  /** Template ids of the roles of a person from another tenant, whose object is not in this directory. */
  readonly foreignRoles?: readonly string[]
}

/**
 * A paging fault for one request. Replies that are not pages of a collection ignore it.
 *
 * - `emptyPage`: `value` is empty, and the `@odata.nextLink` begins where this request would have begun, so that no row
 *   is lost. `@odata.count` is unaffected.
 * - `repeatedLink`: the rows are unaffected. The `@odata.nextLink` is this request's own URL (root, path and query), byte
 *   for byte, also at the end of the listing.
 * - `duplicatedPage`: the rows are unaffected. The `@odata.nextLink` is new (never this request's URL) and begins where
 *   this page began: the same rows are repeated, then the listing continues.
 * - `expiredPageToken`: 400 `Directory_ExpiredPageToken` if the request has a `$skiptoken`, else ignored.
 * - `tokenGoneAfterRetry`: the rows are unaffected. The token in the `@odata.nextLink` (or `@odata.deltaLink`) is marked,
 *   inside its signature: every request with a marked token is answered 400 `DirectoryPageTokenNotFoundException`,
 *   permanently. Applies to `retried` requests only. If the page is requested again later, not as a retry, its link is
 *   valid.
 */
export type PageFault = 'emptyPage' | 'repeatedLink' | 'duplicatedPage' | 'expiredPageToken' | 'tokenGoneAfterRetry'

/** A request to Graph, after sign-in and throttling. */
export interface SandboxRequest {
  /** Upper case. */
  readonly method: string
  /** Below the version root, with a leading slash, still percent-encoded: `/users/a%23b`. */
  readonly path: string
  /** Without the question mark, as sent. */
  readonly query: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown
  readonly caller: Caller
  /** Prefix of links and contexts: `https://host:port/v1.0`. */
  readonly root: string
  /** The `request-id` of the reply. The ledger records it with each change. */
  readonly requestId?: string
  /** The `client-request-id` that the caller sent, for an entry of a batch its own. The ledger records it with each change. */
  readonly clientRequestId?: string
  /** True if the last reply to this URL was a failure (429, 5xx, a reset, a broken body) and this request follows soon after. */
  readonly retried?: boolean
  readonly pageFault?: PageFault
}

/** A reply of Graph, before faults of the connection. */
export interface SandboxReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Serialised JSON, or plain text as the content type says; undefined for an empty body. */
  readonly body: string | undefined
}

/**
 * A write that is accepted and not yet performed. The server holds its objects, waits for the latency of the write, then
 * applies it, unless a fault prevents that.
 */
export interface PendingWrite {
  /** Ids of the objects that it changes, in lower case. A link counts as a change of its owner. Empty for a creation. */
  readonly holds: readonly string[]
  /**
   * Checks the write against the directory as it is now, then performs all of it or nothing.
   *
   * @throws GraphFault when the write is refused
   */
  readonly apply: () => SandboxReply
}

/** An error reply. The server wraps it in the documented envelope. */
export class GraphFault extends Error {
  readonly status: number
  readonly code: string
  readonly details: readonly { readonly code: string; readonly message: string; readonly target?: string }[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      readonly details?: readonly { readonly code: string; readonly message: string; readonly target?: string }[]
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = more.details ?? []
    this.headers = more.headers ?? {}
  }
}

/** Answers requests to Graph's resources. @throws GraphFault when the request is invalid */
export type Resources = (request: SandboxRequest) => SandboxReply | PendingWrite | Promise<SandboxReply | PendingWrite>
