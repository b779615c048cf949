import { given } from '../core/given.ts'
import type { Line } from '../store/tables/tables.ts'
import type { Job, JobOrder, JobState } from './job.ts'

/** What is stored as JSON: what no query asks for. */
type Kept = Omit<
  Job,
  | 'id'
  | 'run'
  | 'pipeline'
  | 'tenant'
  | 'state'
  | 'writes'
  | 'priority'
  | 'createdAt'
  | 'endedAt'
  | 'at'
  | 'notAfter'
  | 'parent'
  | 'partOf'
  | 'revision'
>

/** How often in a row the process of a job has died, and what was settled when it did. */
export interface Crashes {
  readonly inRow: number
  readonly settled: string
}

/** A job with what only its workers see. */
export interface StoredJob {
  readonly job: Job
  readonly order: JobOrder
  /** The process that runs it. */
  readonly holder: string | undefined
  readonly crashes: Crashes
  /** The hash of its pipeline file, or the version of a built-in one; undefined for any. */
  readonly code: string | undefined
  /** When its ticket was sent, in milliseconds. */
  readonly ticketedAt: number | undefined
  /** What no worker has, as its `reason` tells while it waits. */
  readonly lacks: string | undefined
}

const text = (line: Line, name: string): string => String(line[name])
const some = <T>(line: Line, name: string, as: (value: string | number) => T): T | undefined => {
  const value = line[name]
  return value === null || value === undefined ? undefined : as(value)
}

/** Milliseconds as ISO 8601. */
const iso = (ms: string | number): string => new Date(Number(ms)).toISOString()

/** The job of a line of the table. */
export const jobIn = (line: Line): Job => ({
  ...(JSON.parse(text(line, 'job')) as Kept),
  ...given({
    id: text(line, 'id'),
    reason: some(line, 'lacks', String),
    run: some(line, 'run', String),
    pipeline: text(line, 'pipeline'),
    tenant: text(line, 'tenant'),
    state: text(line, 'state') as JobState,
    writes: line['writes'] === 1,
    priority: Number(line['priority']),
    createdAt: iso(line['created_at']!),
    endedAt: some(line, 'ended_at', iso),
    at: some(line, 'start_at', iso),
    notAfter: some(line, 'not_after', iso),
    parent: some(line, 'parent', String),
    partOf: some(line, 'part_of', String),
    revision: Number(line['revision']),
  }),
})

/** The job and the order of a line of the table. */
export const storedIn = (line: Line): StoredJob => ({
  job: jobIn(line),
  order: JSON.parse(text(line, 'job_order')) as JobOrder,
  holder: some(line, 'holder', String),
  crashes: some(line, 'crashes', text => JSON.parse(String(text)) as Crashes) ?? { inRow: 0, settled: '' },
  code: some(line, 'code', String),
  ticketedAt: some(line, 'ticketed_at', Number),
  lacks: some(line, 'lacks', String),
})

/** What is stored of a job as JSON. */
export const keptOf = (job: Job): string => {
  const {
    id,
    run,
    pipeline,
    tenant,
    state,
    writes,
    priority,
    createdAt,
    endedAt,
    at,
    notAfter,
    parent,
    partOf,
    revision,
    ...kept
  } = job
  void [id, run, pipeline, tenant, state, writes, priority, createdAt, endedAt, at, notAfter, parent, partOf, revision]
  return JSON.stringify(kept satisfies Kept)
}
