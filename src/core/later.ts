import type { Json } from './json.ts'

/** When a change is made that is not made now. */
export interface Later {
  /** Milliseconds after the rows are read, or a time: milliseconds since 1970. In the ledger it is always a time. */
  readonly from: { readonly afterMs: number } | { readonly atMs: number }
  /** Names in the operation's `Before` that must still be as they are now. */
  readonly holds: readonly string[]
  /** What must be there then, whatever is there now. */
  readonly expected?: { readonly [name: string]: Json }
}
