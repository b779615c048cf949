/**
 * The interface inside the sandbox: the server (sockets, tokens, throttling, faults, `$batch`) passes requests to the
 * resources (users, groups, delta …). Sub-requests of `$batch` take the same way.
 */
export interface Caller {
  readonly appId: string
  /** Object id of the app's service principal, or of the signed-in user. */
  readonly objectId: string
  /** Application permissions (`roles`) or delegated ones (`scp`). */
  readonly permissions: ReadonlySet<string>
  readonly delegated: boolean
}

/**
 * A paging fault for one request. Replies that are not pages of a collection ignore it.
 *
 * - `emptyPage`: `value` is empty and the `@odata.nextLink` begins just where this request would have begun, so that no
 *   row is lost. `@odata.count` is there as ever.
 * - `repeatedLink`: the rows as ever; the `@odata.nextLink` is, byte for byte, this request's own URL (root, path and
 *   query), also where the listing would have ended.
 * - `duplicatedPage`: the rows as ever; the `@odata.nextLink` is a new one (never this request's URL) that begins where
 *   this page began: the same rows are repeated, then the listing continues.
 * - `expiredPageToken`: 400 `Directory_ExpiredPageToken` where the request carries a `$skiptoken`; ignored without one.
 * - `tokenGoneAfterRetry`: the rows as ever, but the token in the `@odata.nextLink` (or `@odata.deltaLink`) is marked,
 *   inside its signature: every request that carries a marked token is answered 400
 *   `DirectoryPageTokenNotFoundException`, for ever. Only on a request that is `retried`. The link of a page asked for
 *   again later, not as a retry, is good.
 */
export type PageFault = 'emptyPage' | 'repeatedLink' | 'duplicatedPage' | 'expiredPageToken' | 'tokenGoneAfterRetry'

/** A request to Graph, after sign-in and quotas. */
export interface SandboxRequest {
  /** Upper case. */
  readonly method: string
  /** Below the version root, with a leading slash, as sent: still percent-encoded. `/users/a%23b`. */
  readonly path: string
  /** Without the question mark, as sent. */
  readonly query: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed JSON, or undefined. */
  readonly body: unknown
  readonly caller: Caller
  /** Prefix of links and contexts: `https://host:port/v1.0`. */
  readonly root: string
  /** The `request-id` of the reply; what the ledger of truth names as the doer. */
  readonly requestId?: string
  /** True when the server's last answer to this URL was a failure (429, 5xx, a reset, a broken body) and this comes soon after. */
  readonly retried?: boolean
  readonly pageFault?: PageFault
}

/** What Graph answers, before faults of the wire. */
export interface SandboxReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Serialised JSON (or plain text, as the content type says); undefined for none. */
  readonly body: string | undefined
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

/** Answers requests to Graph's resources. @throws GraphFault for errors of the client */
export type Resources = (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>
