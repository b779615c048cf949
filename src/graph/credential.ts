/** An access token. It is secret and must not appear in a message, fact or event. */
export interface Token {
  readonly token: string
  readonly expiresAtMs: number
}

interface TokenOptions {
  readonly signal?: AbortSignal
  /** Whether to get a new token, because the last one is about to expire or Graph refused it. */
  readonly refresh?: boolean
}

/**
 * Signs in, as an app or a person.
 *
 * @throws EntrapipeError `SIGN_IN_FAILED` with a fix; `GRAPH_UNAVAILABLE` if a retry may succeed
 */
export interface Credential {
  /** As in the configuration: `secret`, `azure-cli` … */
  readonly kind: string
  token(options?: TokenOptions): Promise<Token>
}
