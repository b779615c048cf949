/** An attempt that changed an object or a link. */
export interface Attempt {
  /** `request-id` of its reply; `control` for changes by the control endpoint. */
  readonly request: string
  /** `client-request-id` that was sent, for an entry of a batch its own. */
  readonly client: string | null
  readonly what: 'created' | 'updated' | 'deleted' | 'restored' | 'purged' | 'added' | 'removed'
}

/** What happened to an object: how often, and by which attempts, oldest first. */
export interface ObjectTruth {
  readonly id: string
  readonly created: number
  readonly updated: number
  readonly deleted: number
  readonly restored: number
  readonly purged: number
  readonly by: readonly Attempt[]
  /** Of users. The name that a user in the bin had, and that of a purged one to the end. */
  readonly userPrincipalName?: string | null
  /** Of users: SHA-256 of the last password, in lower-case hex. Null if none was set. */
  readonly passwordSha256?: string | null
  /** Of users: whether that password must be changed at the next sign-in, if the request that set it said so. */
  readonly forceChangePasswordNextSignIn?: boolean
  /** Of users that have a Temporary Access Pass: SHA-256 of its value, in lower-case hex. */
  readonly accessPassSha256?: string
  /** Of users that were invited: how often, and how many mails of invitation went out. */
  readonly invitations?: number
  readonly invitationMails?: number
  /** Of other objects than users. */
  readonly displayName?: string | null
}

/** What happened to a link: how often, and by which attempts, oldest first. */
export interface LinkTruth {
  /** Id of the target. */
  readonly target: string
  readonly added: number
  readonly removed: number
  /** Whether the link is there now. False while its target is deleted. */
  readonly isThere: boolean
  readonly by: readonly Attempt[]
}

/** What happened to an assignment of a role: how often, and by which attempts, oldest first. */
export interface AssignmentTruth {
  /** Id of the principal. */
  readonly principal: string
  /** Id of the service principal that has the app role, or of the template of the directory role. */
  readonly of: string
  /** Id of the app role, or the scope of the directory role. */
  readonly within: string
  readonly added: number
  readonly removed: number
  /** Whether the assignment is there now. */
  readonly isThere: boolean
  readonly by: readonly Attempt[]
}
