/** What happens below a client, for progress and logs. Paths are without their query. */
export type GraphEvent =
  | { readonly kind: 'signed-in'; readonly appId: string; readonly expiresAtMs: number }
  | {
      readonly kind: 'retry'
      readonly method: string
      readonly path: string
      readonly attempt: number
      readonly waitMs: number
      /** The status, or what failed in words. */
      readonly why: string
      readonly status?: number
    }
  /** A listing goes back: to its last trusted link, or to its start. Rows come again. */
  | { readonly kind: 'back'; readonly path: string; readonly to: 'link' | 'start'; readonly why: string }

/** Is told what happens, as it happens. */
export type OnGraphEvent = (event: GraphEvent) => void
