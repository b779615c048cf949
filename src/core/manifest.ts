import type { Json } from './json.ts'

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

/** A file that was written. */
export interface FileFacts {
  /** Path as given, or `-`. */
  readonly path: string
  readonly format: string
  readonly rows: number
  readonly bytes: number
  /** Hex; of the bytes as they stand in the file. Absent for stdout. */
  readonly sha256?: string
  readonly columns?: readonly string[]
  /** False for CSV whose first line is a row and not the names of the columns. @default true */
  readonly header?: boolean
  /** Columns that are there because a layout has them, although the directory does not give them: always empty. */
  readonly emptyColumns?: readonly string[]
}

/** What changed in a listing while it was read. */
export interface Drift {
  readonly created: number
  readonly deleted: number
  /** The first thousand, by id. */
  readonly objects: readonly { readonly id: string; readonly change: 'created' | 'deleted' }[]
}
