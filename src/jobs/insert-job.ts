import { given } from '../core/given.ts'
import type { Queries } from '../store/tables/tables.ts'
import { addAudit } from './job-audit.ts'
import { newJobId, wholeIdOf } from './job-id.ts'
import { placesIn } from './placed-paths.ts'
import { jobIn } from './job-lines.ts'
import type { Job, JobOrder, Person } from './job.ts'

/** A job that is submitted. Times are milliseconds since 1970. */
export interface NewJob extends Omit<JobOrder, 'byId'> {
  readonly writes: boolean
  /** The hash of its pipeline file, which its worker needs. @default its pipeline is built in */
  readonly code?: string | undefined
  readonly dryRun?: boolean | undefined
  readonly at?: number | undefined
  readonly notAfter?: number | undefined
  /** From -100 to 100: the higher, the sooner. @default 0 */
  readonly priority?: number | undefined
  readonly parent?: string | undefined
  readonly schedule?: string | undefined
}

/** The name of the file that people know a job by: what it writes comes before what it reads. That of a folder ends with a slash. */
export const fileNameIn = (paths: JobOrder['paths']): string | undefined =>
  /[^/\\]+[/\\]?$/.exec(paths['to'] ?? paths['from'] ?? Object.values(paths)[0] ?? '')?.[0]

/** Where a job stands among others. */
interface Place {
  /** @default a new one */
  readonly id?: string
  /** Of a job over several: their names. */
  readonly tenants?: readonly string[]
  /** @default that of its paths */
  readonly fileName?: string | undefined
}

/** Adds a job: `queued`, or `scheduled` if its time is to come. */
export const insertJob = async (
  on: Queries,
  order: NewJob,
  person: Person,
  now: number,
  place: Place = {},
): Promise<Job> => {
  const { at, notAfter, priority = 0, dryRun, writes, parent, schedule, code, ...rest } = order
  const state = at !== undefined && at > now ? 'scheduled' : 'queued'
  const { id = newJobId(now), tenants, fileName = fileNameIn(order.paths) } = place
  const job: Pick<Job, 'params' | 'by' | 'dryRun' | 'schedule' | 'fileName' | 'tenants' | 'parts'> = {
    params: order.params,
    by: person.name,
    ...given({
      dryRun: dryRun === true ? true : undefined,
      schedule,
      fileName,
      tenants,
      parts: tenants && { [state]: tenants.length },
    }),
  }
  const [line] = await on.query(
    `insert into jobs (id, state, pipeline, tenant, writes, priority, created_at, start_at, not_after, parent, part_of, parts, code, places, revision, job, job_order)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $16) returning *`,
    [
      ...[id, state, order.pipeline, order.tenant, writes ? 1 : 0, priority, now],
      ...[at ?? null, notAfter ?? null, parent ?? null, wholeIdOf(id) ?? null, tenants?.length ?? null],
      ...[code ?? null, placesIn(order.paths) ?? null],
      JSON.stringify(job),
      JSON.stringify({ ...rest, byId: person.id } satisfies JobOrder),
    ],
  )
  const created = jobIn(line!)
  await addAudit(on, created, { who: person.name, action: 'submit' }, { at: now })
  return created
}
