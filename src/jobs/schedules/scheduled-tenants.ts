import { severalTenants } from '../job.ts'
import type { ScheduledTenants } from './schedule.ts'

/** The tenants of a server. */
export interface KnownTenants {
  readonly names: readonly string[]
  readonly tagsOf: (tenant: string) => readonly string[]
}

/** Chooses the tenants of schedules. @param known undefined in a process that may not know all tenants */
export const scheduledTenants = (known: KnownTenants | undefined) => {
  /** The tenants of a schedule by now. */
  const tenantsOf = ({ tenant, tenants, tags = [] }: ScheduledTenants): readonly string[] => {
    if (tenant !== severalTenants) return [tenant]
    const { names = [], tagsOf = () => [] } = known ?? {}
    if (tenants === undefined) return names.filter(name => tags.some(tag => tagsOf(name).includes(tag)))
    return tenants === 'all' ? names : tenants
  }

  /** Whether it is one of somebody who sees these tenants. One whose tags no tenant has is of those who see all. */
  const isOf = (schedule: ScheduledTenants, tenants: readonly string[]): boolean => {
    const own = tenantsOf(schedule)
    return (own.length > 0 ? own : (known?.names ?? [])).every(tenant => tenants.includes(tenant))
  }

  return { tenantsOf, isOf }
}
