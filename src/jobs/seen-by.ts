import type { Value } from '../store/tables/tables.ts'
import { severalTenants } from './job.ts'

/**
 * SQL for what somebody sees who sees these tenants: their jobs, and jobs over several if all of them are among these.
 *
 * @param id the column with the id of the job
 * @param add adds a value to the statement
 */
export const seenBy = (
  tenants: readonly string[],
  id: 'jobs.id' | 'jobs.part_of' | 'job_audit.job',
  add: (value: Value) => string,
): { readonly jobs: string; readonly others: string } => {
  if (tenants.length === 0) return { jobs: '1 = 0', others: '1 = 1' }
  const list = tenants.map(add).join(', ')
  // It is asked once, not for each job of one that is over hundreds of tenants.
  const others = `${id} in (select job from job_tenants where job_tenants.tenant not in (${list}))`
  // Most of the time somebody sees most jobs: an index by tenant would read and sort all of them, for the newest few.
  const tenant = `coalesce(tenant, '')`
  return { jobs: `(${tenant} in (${list}) or (${tenant} = '${severalTenants}' and not ${others}))`, others }
}
