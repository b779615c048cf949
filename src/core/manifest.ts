import type { Json } from './json.ts'
import type { Drift, FileFacts } from './parts.ts'

/**
 * `complete` all that was counted was read · `drifted` the directory changed meanwhile, and what was read lies between
 * the two counts · `short` less was read than there is · `unverified` there is nothing to compare with.
 */
export type Completeness = 'complete' | 'drifted' | 'short' | 'unverified'

/** What a run did and how it can be checked; `<file>.manifest.json`, beside the file. Times are ISO 8601, UTC. */
export interface Manifest {
  readonly entrapipe: string
  readonly run: string
  readonly pipeline: string
  readonly tenant?: { readonly name: string; readonly id: string }
  readonly startedAt: string
  readonly endedAt: string
  /** How often the run was interrupted and gone on with. */
  readonly resumed: number
  readonly source: Json
  readonly transforms: readonly Json[]
  readonly completeness: Completeness
  /** Why it is not `complete`, in words. */
  readonly why?: string
  readonly counts: Counts
  /** What changed while it was read, where the service can say. */
  readonly drift?: Drift
  readonly files: readonly FileFacts[]
}

/**
 * Rows, by what became of them; `read` is `dropped`, `failed` and `written` together unless steps make several rows
 * of one.
 */
export interface Counts {
  /** By the service, before the first and after the last page. */
  readonly before?: number
  readonly after?: number
  /** Rows of the source, without those that came again. */
  readonly read: number
  /** Rows that the service gave a second time, dropped by id. */
  readonly repeated: number
  /** Rows that steps dropped. */
  readonly dropped: number
  readonly failed: number
  readonly written: number
}
