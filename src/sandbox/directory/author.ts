/** The attempt that made a change. */
export interface Author {
  /** `request-id` of the reply; `control` for changes by the control endpoint. */
  readonly request: string
  /** `client-request-id` that was sent, for an entry of a batch its own. */
  readonly client?: string
}
