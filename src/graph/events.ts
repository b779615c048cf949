/** Events of a client, for progress and logs. Paths have no query. */
export type GraphEvent =
  | { readonly kind: 'signed-in'; readonly appId: string; readonly expiresAtMs: number }
  | {
      readonly kind: 'retry'
      readonly method: string
      readonly path: string
      readonly attempt: number
      readonly waitMs: number
      /** The status, or what failed. */
      readonly why: string
      readonly status?: number
    }
  /** A listing returns to its last trusted link, or to its start. Rows are repeated. */
  | { readonly kind: 'back'; readonly path: string; readonly to: 'link' | 'start'; readonly why: string }

/** Receives events as they happen. */
export type OnGraphEvent = (event: GraphEvent) => void
