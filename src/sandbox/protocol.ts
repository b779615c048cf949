/**
 * The seam inside the sandbox: the server (sockets, tokens, throttling, faults, `$batch`) hands requests over, the
 * resources (users, groups, delta …) answer them. A sub-request of `$batch` comes the same way.
 */
export interface Caller {
  readonly appId: string
  /** Object id of the app's service principal, or of the signed-in user. */
  readonly objectId: string
  /** Application permissions (`roles`) or delegated ones (`scp`). */
  readonly permissions: ReadonlySet<string>
  readonly delegated: boolean
}

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
  /** What links and contexts begin with: `https://host:port/v1.0`. */
  readonly root: string
}

export interface SandboxReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Serialised JSON (or plain text, as the content type says); undefined for none. */
  readonly body: string | undefined
}

/** Thrown by resources; the server makes the documented envelope of it. */
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

export type Resources = (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>
