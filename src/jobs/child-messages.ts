import type { Json } from '../core/json.ts'
import type { JobCounts, JobError, JobProgress, JobWork } from './job.ts'

/** What a child process is to do. It comes through its stdin, never by arguments or the environment. */
export interface ChildOrder {
  readonly job: string
  readonly pipeline: string
  /** With paths. */
  readonly params: { readonly [name: string]: Json }
  /** Outputs at named places, by param: `lake:users.csv`. */
  readonly places?: { readonly [param: string]: string }
  readonly tenant: string
  readonly options: { readonly [name: string]: Json }
  readonly work: JobWork
  /** Whether it changes the directory. */
  readonly writes: boolean
  /** The run of the job, if it has one: it is resumed. */
  readonly run?: string
  /** A run that another process holds: this one only reads some of its shards. */
  readonly share?: string
  /** When the job was submitted, in milliseconds: its run has not begun before. */
  readonly since: number
  /** File to write the plan to; nothing is sent. */
  readonly planTo?: string
  /** The plan that was approved, and its hash. */
  readonly plan?: { readonly path: string; readonly sha256: string }
  /** What its pipeline has to be: see `LoadedPipeline.codeHash`. @default any */
  readonly code?: string
  /** What its input files have to be, by param, as SHA-256. */
  readonly sha256?: { readonly [param: string]: string }
  /** Its run is in the store that machines share. */
  readonly fleet?: ChildFleet
}

/** What a child of a fleet's worker has to know. The address of the database is in its environment. */
export interface ChildFleet {
  /** The folder that all machines share, or the address: paths of the order are then names there. */
  readonly files: string
  /** By which times of leases are multiplied, for tests. @default 1 */
  readonly pace?: number
}

/** From the worker. `cancel` and `stop` end the run as Ctrl-C does. */
export type ToChild =
  { readonly type: 'order'; readonly order: ChildOrder } | { readonly type: 'cancel' } | { readonly type: 'stop' }

/** How a run ended, in the words of the portal. */
export interface ChildSummary {
  readonly status: string
  readonly reason?: string
  readonly continuesAt?: string
  readonly counts: JobCounts
  /** Of a dry run: what would stop the run that sends the changes. */
  readonly stops?: readonly JobError[]
}

/** From the child. The last one is `end` or `error`. */
export type FromChild =
  | { readonly type: 'run'; readonly run: string }
  /** Others can read shards of its run, too. */
  | { readonly type: 'spread'; readonly shards: number }
  /** It starts over, because what its run keeps is on another machine. @param rows that it had read */
  | { readonly type: 'read-again'; readonly rows: number }
  | { readonly type: 'progress'; readonly progress: JobProgress; readonly counts: JobCounts }
  | { readonly type: 'preview'; readonly preview: Json }
  | { readonly type: 'plan'; readonly sha256: string; readonly kinds: readonly string[] }
  | { readonly type: 'summary'; readonly summary: ChildSummary }
  | { readonly type: 'end'; readonly end: 'done' | 'short' | 'closed' | 'failed' | 'pending' }
  /** @param isCutOff it lost the database, or its run to another worker, and can be continued */
  | { readonly type: 'error'; readonly error: JobError; readonly isCutOff?: boolean }
