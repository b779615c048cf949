import type { Clock } from '../core/clock.ts'
import type { Queries } from '../store/tables/tables.ts'
import type { JobState } from './job.ts'

const uuids = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g

const isNamedIn = async (tables: Queries, text: string): Promise<boolean> =>
  (await tables.query('select id from jobs where job_order like $1 limit 1', [`%${text}%`])).length > 0

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
  isNamed: (text: string): Promise<boolean> => isNamedIn(tables, text),

  /** Reads all orders once. Returns what tells whether one has an id: only those that none had then are looked for again. */
  async named(): Promise<(id: string) => Promise<boolean>> {
    const ids = new Set<string>()
    for (let after = ''; ;) {
      const lines = await tables.query('select id, job_order from jobs where id > $1 order by id limit 1000', [after])
      for (const line of lines) for (const [id] of String(line['job_order']).matchAll(uuids)) ids.add(id)
      const last = lines.at(-1)
      if (!last) return async id => ids.has(id) || (await isNamedIn(tables, id))
      after = String(last['id'])
    }
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
