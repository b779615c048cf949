import type { Clock } from '../../core/clock.ts'
import { addNotice } from '../notices.ts'
import { addAudit, type JobAct } from '../job-audit.ts'
import { severalTenants } from '../job.ts'
import type { Queries } from '../../store/tables/tables.ts'
import type { ScheduledTenants } from './schedule.ts'
import { iso, type StoredSchedule } from './schedule-lines.ts'

/** The subject of its entries in the audit. */
export const auditedAs = (name: string): string => `schedule/${name}`

/** What is written about schedules for persons: the audit, and notices. */
export const scheduleNotes = (clock: Clock, tenantsOf: (tenants: ScheduledTenants) => readonly string[]) => {
  /** Lets others know why a time started no job. */
  const tell = async (on: Queries, { name, revision, order, kept: { skipped } }: StoredSchedule): Promise<void> => {
    if (skipped === undefined) return
    await addNotice(on, {
      ...{ id: `${auditedAs(name)}.${revision}`, type: 'schedule.skipped', at: iso(clock.now()), isProblem: true },
      ...{ tenant: order.tenant, pipeline: order.pipeline, schedule: name, alert: skipped },
    })
  }

  const audited = (on: Queries, { name, revision, order }: StoredSchedule, act: JobAct): Promise<unknown> =>
    addAudit(on, { id: auditedAs(name), revision, tenant: order.tenant }, act, { at: clock.now() })

  /** Only who sees all of its tenants sees its entries in the audit. */
  const noteTenants = async (on: Queries, { name, order }: StoredSchedule): Promise<void> => {
    for (const tenant of order.tenant === severalTenants ? tenantsOf(order) : [])
      await on.query('insert into job_tenants (job, tenant) values ($1, $2) on conflict do nothing', [
        ...[auditedAs(name), tenant],
      ])
  }

  return { tell, audited, noteTenants }
}
