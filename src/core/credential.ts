/** A password or a pass that a run has made for a user: a line of a file of credentials. */
export interface Credential {
  readonly kind: 'password' | 'pass'
  /** The display name. */
  readonly name: string
  /** The user principal name or mail. */
  readonly user: string
  readonly secret: string
}
