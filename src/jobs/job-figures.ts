import type { Clock } from '../core/clock.ts'
import type { Queries } from '../store/tables/tables.ts'
import type { JobState } from './job.ts'

/** What is asked about all jobs at once. */
export const jobFigures = (tables: Queries, clock: Clock) => ({
  /** How many jobs of these tenants are in each state. States without any are left out. */
  async countByState(tenants: readonly string[]): Promise<Partial<Record<JobState, number>>> {
    if (tenants.length === 0) return {}
    const list = tenants.map((_, at) => `$${at + 1}`).join(', ')
    const lines = await tables.query(
      `select state, count(*) as jobs from jobs where parts is null and tenant in (${list}) group by state`,
      tenants,
    )
    return Object.fromEntries(lines.map(line => [line['state'], Number(line['jobs'])]))
  },

  /** Whether the order of a job has a text, such as the id of a file. @param text without wildcards of SQL */
  async isNamed(text: string): Promise<boolean> {
    return (await tables.query('select id from jobs where job_order like $1 limit 1', [`%${text}%`])).length > 0
  },

  /** When the next job that waits for a time is due, in milliseconds; undefined if none waits. */
  async nextDue(): Promise<number | undefined> {
    const [line] = await tables.query(
      `select min(start_at) as at from jobs where state in ('scheduled', 'paused', 'queued', 'awaiting-approval') and parts is null and ticketed_at is null and start_at > $1`,
      [clock.now()],
    )
    const at = line?.['at']
    return at === null || at === undefined ? undefined : Number(at)
  },
})
