import { EntrapipeError } from '../../core/errors.ts'
import { severalTenants } from '../../jobs/job.ts'
import type { ScheduledTenants } from '../../jobs/schedules/schedule.ts'
import type { Caller } from '../access/caller.ts'
import type { JobAccess } from './open-jobs.ts'
import type { JobBody } from './wish-of.ts'

/** Which tenants a request is about: one, or several, which are a job over several also if there is only one. */
type Chosen = { readonly tenant: string } | { readonly tenants: readonly string[] }

const invalid = (message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, fix === undefined ? {} : { fix })

/**
 * Chooses the tenants of a request.
 *
 * @param tags of tenants by name
 * @throws EntrapipeError `OPTION_INVALID`, `TENANT_UNKNOWN`
 */
export const chosenTenants = (
  { tenant, tenants, tags }: Pick<JobBody, 'tenant' | 'tenants' | 'tags'>,
  access: Pick<JobAccess, 'tenantsOf' | 'expectTenant'>,
  caller: Caller,
  tagsOf: (tenant: string) => readonly string[],
): Chosen => {
  const named = [tenant, tenants, tags].filter(value => value !== undefined)
  if (named.length !== 1)
    throw invalid(
      named.length === 0 ? 'The request names no tenant.' : 'Only one of tenant, tenants and tags can be given.',
      'Name one in tenant, several in tenants, all with tenants: "all", or those with a tag in tags.',
    )
  const own = access.tenantsOf(caller)
  if (tenant !== undefined && tenant !== 'all') {
    access.expectTenant(caller, tenant)
    return { tenant }
  }
  const isAll = tenant === 'all' || tenants === 'all'
  const chosen = isAll
    ? own
    : tags
      ? own.filter(name => tags.some(tag => tagsOf(name).includes(tag)))
      : [...new Set(tenants as readonly string[])]
  for (const name of chosen) access.expectTenant(caller, name)
  const unknown = tags?.find(tag => !own.some(name => tagsOf(name).includes(tag)))
  if (unknown !== undefined) throw invalid(`No tenant has the tag ${JSON.stringify(unknown)}.`)
  if (chosen.length === 0) throw invalid('The request names no tenant.')
  return { tenants: chosen }
}

/** The tenants of a schedule. Only for who sees all tenants, all and tags go by the tenants that there are when its time comes. */
export const scheduledTenants = (
  chosen: Chosen,
  { tenant, tenants, tags }: Pick<JobBody, 'tenant' | 'tenants' | 'tags'>,
  caller: Pick<Caller, 'tenants'>,
): ScheduledTenants => {
  if ('tenant' in chosen) return chosen
  const several = { tenant: severalTenants }
  if (caller.tenants !== 'all') return { ...several, tenants: chosen.tenants }
  if (tags) return { ...several, tags }
  return { ...several, tenants: tenant === 'all' || tenants === 'all' ? 'all' : chosen.tenants }
}
