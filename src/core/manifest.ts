import type { ColumnType } from './column-type.ts'
import type { Json } from './json.ts'
import { failuresIn, type OutcomeCounts } from './result.ts'

/**
 * `complete` all counted rows were read, or as many as `limit` requested · `drifted` the rows read differ from the count, for
 * a known reason: they are between the two counts, extended by what was created and deleted meanwhile, or the count lags
 * behind a listing that returned more · `short` fewer rows were read than exist · `unverified` there is nothing to compare
 * with.
 */
export type Completeness = 'complete' | 'drifted' | 'short' | 'unverified'

/**
 * What a run did and how it can be checked; `<file>.manifest.json`, beside the file, and `_manifest.json` in a folder of part files.
 * Times are ISO 8601, UTC. The published schema, docs/manifest.schema.json, is made of these types: `npm run schema`.
 */
export interface Manifest {
  readonly entrapipe: string
  readonly run: string
  readonly pipeline: string
  readonly tenant?: { readonly name: string; readonly id: string }
  /** @format date-time */
  readonly startedAt: string
  /** @format date-time */
  readonly endedAt: string
  /** How often the run was resumed. */
  readonly resumed: number
  /** Name of the phase that it describes, if the run has several. */
  readonly phase?: string
  /** Absent if each of the `phases` has its own. */
  readonly source?: Json
  readonly transforms?: readonly Json[]
  /** Every row that was not dropped failed (see `nothingSucceeded`). Nothing was written, and an earlier file is unchanged. */
  readonly status?: 'failed'
  readonly completeness: Completeness
  /** Why it is not `complete`, as a sentence. It begins with `permission:` if the sign-in may not see all of it. */
  readonly why?: string
  /** Limit that ended reading; absent if the listing ended by itself. With `phases`, the sum of those of limited phases. */
  readonly limit?: number
  readonly counts: Counts
  /** The number of shards that the rows were read in, if it is not one. */
  readonly shards?: number
  /** What was used of the service. Absent without a tenant. With `phases`, the sum of theirs. */
  readonly used?: Used
  /** Records of the input that are not rows. */
  readonly ignored?: readonly IgnoredRecords[]
  /** How two inputs differ, if the rows are their differences. */
  readonly differences?: DifferenceCounts
  /** Which changes the rows are, if the next run is to report those since. */
  readonly delta?: DeltaFacts
  /** What changed while it was read, if the service reports it. */
  readonly drift?: Drift
  /** Notes of the parts about the rows, as sentences. */
  readonly notes?: readonly string[]
  readonly files: readonly FileFacts[]
  /** The manifests of the phases, in order, if the run has several. Its own counts are their sums, its files are theirs. */
  readonly phases?: readonly Manifest[]
}

/** What was used of a service, in all processes of the run. A process that was killed counts up to its last checkpoint, or of changes up to the last 1,000 results. */
export interface Used {
  readonly requests: number
  /** Resource units and writes, as charged. */
  readonly units: number
  readonly writes: number
  /** Requests, and entries of batches, that the service refused because of a limit. They were sent again. */
  readonly throttled: number
}

/** How the rows of two inputs differ, in numbers of keys. */
export interface DifferenceCounts {
  readonly added: number
  readonly removed: number
  readonly changed: number
  readonly unchanged: number
}

/** Which changes the rows of a run are. */
export interface DeltaFacts {
  /**
   * `changes`: what has changed since an earlier run · `full`: every object, as in the first run, and if there was an earlier one, what it
   * had that is no longer there
   */
  readonly kind: 'full' | 'changes'
  /** The run that these rows continue. Absent in the first one. */
  readonly after?: string
  /** When the changes begin; absent in a full load. */
  readonly from?: string
  /** The next run reports what changes from here on. */
  readonly to: string
  /** Rows of objects that no earlier run had, that one had, and that are removed. In a full load, only removed ones are known. */
  readonly created?: number
  readonly updated?: number
  readonly removed: number
}

/** Records of an input that are not rows, of one kind. */
export interface IgnoredRecords {
  /** `separator line`, `repeated header`, `empty row` … */
  readonly what: string
  readonly records: number
  readonly firstLine: number
}

/**
 * Numbers of rows. Each row that was read is counted once: `read` is the sum of `dropped`, `written`, `done`, `unchanged`,
 * `waiting`, `skipped`, `failed` and `unknown`, unless steps make several rows of one, or a row has results of several steps.
 */
export interface Counts extends Omit<OutcomeCounts, 'waiting'> {
  /** Changes that are left for a later time. Absent if there are none. */
  readonly waiting?: number
  /** The service's count before the first and after the last page. With `phases`, absent unless each has one. */
  readonly before?: number
  readonly after?: number
  /** Rows of the source, without repeated ones. */
  readonly read: number
  /** Repeated rows, dropped by id. Rows that a resumed run reads again do not count. */
  readonly repeated: number
  /** Rows that steps dropped without a result. */
  readonly dropped: number
  /** Rows that were written without a result of their own. */
  readonly written: number
}

/** Whether rows failed, and no other row had another result than being dropped. */
export const nothingSucceeded = (counts: Counts): boolean =>
  failuresIn(counts) > 0 &&
  counts.written + counts.done + counts.unchanged + counts.skipped + (counts.waiting ?? 0) === 0

/** A file that was written. */
export interface FileFacts {
  /** Path as given, or `-`. */
  readonly path: string
  /** Its name in the folder, for a part of a load. */
  readonly name?: string
  readonly format: string
  readonly rows: number
  readonly bytes: number
  /**
   * SHA-256 of the bytes in the file, in hex. Absent for stdout.
   *
   * @pattern ^[0-9a-f]{64}$
   */
  readonly sha256?: string
  readonly columns?: readonly string[]
  /** The types of the columns, if the format has types. */
  readonly types?: readonly ColumnType[]
  /** False for CSV without a header line. @default true */
  readonly header?: boolean
  /** Columns of a layout that the directory does not return. They are always empty. */
  readonly emptyColumns?: readonly string[]
  /**
   * Other columns without a value in any row: null, or an empty list. The directory has no values, or does not show them to
   * this app: Graph returns null for properties that an app may not read.
   */
  readonly blankColumns?: readonly string[]
}

/** What changed in a listing while it was read. */
export interface Drift {
  readonly created: number
  readonly deleted: number
  /** Objects that existed before and were renamed or moved, or were restored: the service reports both alike. */
  readonly changed: number
  /** The first thousand objects, by id. */
  readonly objects: readonly { readonly id: string; readonly change: 'created' | 'deleted' | 'changed' }[]
  /** Absent if it is not known which of them were read. */
  readonly evidence?: DriftEvidence
}

/** Which of the changed objects were read, in numbers. */
interface DriftEvidence {
  /** Absent if it is not known when objects were created: `unreadCreated` then has all that were not read. */
  readonly readCreated?: number
  /** Created so late that they were not read. */
  readonly unreadCreated: number
  /** Existed before, and changed so late that they were not read. */
  readonly unreadChanged: number
  /** Not read, and no longer in the listing. With a filter, they may never have been. */
  readonly gone: number
}
