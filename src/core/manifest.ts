import type { Json } from './json.ts'
import type { OutcomeCounts } from './result.ts'

/**
 * `complete` all that was counted was read, or as many rows as `limit` asked · `drifted` what was read is not just what was
 * counted, and is explained: it lies between the two counts, widened by what was created and deleted meanwhile, or the
 * count lags behind a listing that gave more · `short` less was read than there is · `unverified` there is nothing to
 * compare with.
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
  /** How often the run was interrupted and resumed. */
  readonly resumed: number
  /** Of which phase it is, where the run has several. */
  readonly phase?: string
  /** Absent where `phases` have each their own. */
  readonly source?: Json
  readonly transforms?: readonly Json[]
  /** Every row that was not dropped failed: nothing was written, and what stood there before is still there. */
  readonly status?: 'failed'
  readonly completeness: Completeness
  /** Why it is not `complete`, in words. */
  readonly why?: string
  /** Rows after which the reading ended because it was asked to; absent where the listing ended by itself. */
  readonly limit?: number
  readonly counts: Counts
  /** Records of the input that are not rows. */
  readonly ignored?: readonly IgnoredRecords[]
  /** What changed while it was read, where the service can say. */
  readonly drift?: Drift
  /** What the parts have to say of the rows, in sentences. */
  readonly notes?: readonly string[]
  readonly files: readonly FileFacts[]
  /** Those of a run of several phases, in order: its own counts are their sums, its files are theirs. */
  readonly phases?: readonly Manifest[]
}

/** Records of an input that are no rows, of one kind. */
export interface IgnoredRecords {
  /** `separator line`, `repeated header`, `empty row` … */
  readonly what: string
  readonly records: number
  readonly firstLine: number
}

/**
 * Rows, by what became of them; `read` is `dropped`, `failed` and `written` together unless steps make several rows
 * of one.
 */
export interface Counts extends OutcomeCounts {
  /** By the service, before the first and after the last page. */
  readonly before?: number
  readonly after?: number
  /** Rows of the source, without those that came again. */
  readonly read: number
  /** Rows that the service gave a second time, dropped by id. */
  readonly repeated: number
  /** Rows that steps dropped. */
  readonly dropped: number
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
  /**
   * Other columns in which no row has a value: null, or an empty list. The directory has none, or does not show them to
   * this sign-in: Graph gives null for properties that an app may not read.
   */
  readonly blankColumns?: readonly string[]
}

/** What changed in a listing while it was read. */
export interface Drift {
  readonly created: number
  readonly deleted: number
  /** The first thousand, by id. */
  readonly objects: readonly { readonly id: string; readonly change: 'created' | 'deleted' }[]
}
