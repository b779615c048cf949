/** An access token. It is a secret: it is in no message, fact or event. */
export interface Token {
  readonly token: string
  readonly expiresAtMs: number
}

interface TokenOptions {
  readonly signal?: AbortSignal
  /** Asks for a new token: the last one is about to expire, or Graph refused it. */
  readonly refresh?: boolean
}

/**
 * Signs in, as an app or a person.
 *
 * @throws EntrapipeError `SIGN_IN_FAILED` with what to do about it; `GRAPH_UNAVAILABLE` when a retry may work
 */
export interface Credential {
  /** As in the configuration: `secret`, `azure-cli` … */
  readonly kind: string
  token(options?: TokenOptions): Promise<Token>
}
