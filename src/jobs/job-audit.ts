import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Json } from '../core/json.ts'
import type { Line, Queries, Value } from '../store/tables/tables.ts'
import type { Job, JobState } from './job.ts'
import { seenBy } from './seen-by.ts'

/** An entry of the audit of jobs. It stays when its job is deleted. */
export interface JobAudit {
  readonly job: string
  readonly revision: number
  /** ISO 8601, UTC. */
  readonly at: string
  readonly tenant: string
  readonly who: string
  readonly action: string
  readonly from?: JobState
  readonly to?: JobState
  readonly facts?: Json
}

/** Who changes a job, and how that is called in the audit. */
export interface JobAct {
  readonly who: string
  readonly action: string
  readonly facts?: Json
}

/** Selects entries. */
export interface AuditQuery {
  /** The tenants that the person may see. @default all */
  readonly tenants?: readonly string[]
  readonly job?: string
  /** Entries from this time on, in milliseconds. */
  readonly since?: number
  /** @default 100 */
  readonly limit?: number
  /** Entries older than this one: see `cursorOf`. */
  readonly cursor?: string | undefined
}

/** Names an entry, for `AuditQuery.cursor`. */
export const cursorOf = ({ at, revision, job }: Pick<JobAudit, 'at' | 'revision' | 'job'>): string =>
  `${Date.parse(at)}.${revision}.${job}`

/** What an entry is about: a job, a schedule by the id `schedule/NAME`, or a token by `access/ID`. */
type Audited = Pick<Job, 'id' | 'revision' | 'tenant'> & { readonly state?: JobState }

/** Adds the entry of a change, in its transaction. @param subject as it is afterwards */
export const addAudit = (
  on: Queries,
  subject: Audited,
  { who, action, facts }: JobAct,
  { at, from }: { readonly at: number; readonly from?: JobState | undefined },
): Promise<unknown> =>
  on.query(
    `insert into job_audit (job, revision, at, tenant, who, action, from_state, to_state, facts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[subject.id, subject.revision, at, subject.tenant, who, action, from ?? null, subject.state ?? null],
      facts === undefined ? null : JSON.stringify(facts),
    ],
  )

/** @throws EntrapipeError `OPTION_INVALID` for a cursor that is none */
const olderThan = (cursor: string | undefined, add: (value: Value) => string): readonly string[] => {
  if (cursor === undefined) return []
  const [, at, revision, job] = /^(\d{1,15})\.(\d{1,9})\.(.+)$/s.exec(cursor) ?? []
  if (at === undefined)
    throw new EntrapipeError('OPTION_INVALID', 'The cursor is not one of a page of the audit.', {
      fix: 'Use next of the page before, as it is.',
    })
  return [`(at, job, revision) < (${add(Number(at))}, ${add(job!)}, ${add(Number(revision))})`]
}

/** Reads entries, newest first. @throws EntrapipeError `OPTION_INVALID` for a cursor that is none */
export const readAudit = async (
  on: Queries,
  { tenants, job, since, limit = 100, cursor }: AuditQuery,
): Promise<readonly JobAudit[]> => {
  const values: Value[] = []
  const add = (value: Value): string => `$${values.push(value)}`
  const where = [
    ...(tenants ? [seenBy(tenants, 'job_audit.job', add).jobs] : []),
    ...(job === undefined ? [] : [`job = ${add(job)}`]),
    ...(since === undefined ? [] : [`at >= ${add(since)}`]),
    ...olderThan(cursor, add),
  ]
  const lines = await on.query(
    `select * from job_audit ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
     order by at desc, job desc, revision desc limit ${add(Math.max(1, Math.floor(limit)))}`,
    values,
  )
  return lines.map(auditIn)
}

const auditIn = (line: Line): JobAudit => ({
  job: String(line['job']),
  revision: Number(line['revision']),
  at: new Date(Number(line['at'])).toISOString(),
  tenant: String(line['tenant']),
  who: String(line['who']),
  action: String(line['action']),
  ...given({
    from: (line['from_state'] ?? undefined) as JobState | undefined,
    to: (line['to_state'] ?? undefined) as JobState | undefined,
    facts: typeof line['facts'] === 'string' ? (JSON.parse(line['facts']) as Json) : undefined,
  }),
})
