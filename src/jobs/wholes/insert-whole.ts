import { given } from '../../core/given.ts'
import type { Queries } from '../../store/tables/tables.ts'
import { fileNameIn, insertJob, type NewJob } from '../insert-job.ts'
import { partIdOf } from '../job-id.ts'
import { severalTenants, type Job, type Person } from '../job.ts'

/** A job over several tenants that is submitted: the same for each, besides the tenant, its files and its run. */
export type WholeOrder = Omit<NewJob, 'tenant' | 'paths' | 'work'> & {
  readonly parts: readonly Pick<NewJob, 'tenant' | 'paths' | 'work' | 'params' | 'parent'>[]
}

/** Adds a job over several tenants, with a job for each. */
export const insertWhole = async (
  on: Queries,
  { parts, ...order }: WholeOrder,
  person: Person,
  now: number,
): Promise<Job> => {
  const tenants = parts.map(({ tenant }) => tenant)
  const own: NewJob = { ...order, tenant: severalTenants, paths: {}, work: { kind: 'run' } }
  const whole = await insertJob(on, own, person, now, {
    tenants,
    ...given({ fileName: fileNameIn(parts[0]!.paths) }),
  })
  for (const [at, part] of parts.entries()) {
    await on.query('insert into job_tenants (job, tenant) values ($1, $2)', [whole.id, part.tenant])
    await insertJob(on, { ...order, ...part }, person, now, { id: partIdOf(whole.id, at + 1) })
  }
  return whole
}
