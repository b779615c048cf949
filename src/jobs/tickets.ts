import type { Line, Queries } from '../store/tables/tables.ts'

/** What the queue holds: that a job can start. */
export interface Ticket {
  readonly job: string
  readonly priority: number
  /** Of the job when the ticket was made: once it has another one, the ticket is void. */
  readonly revision: number
  /** Whether it was given to a worker before, which has died. @default false */
  readonly again?: boolean
}

const mostAtOnce = 500

/**
 * Returns a ticket for each job that can start, and marks the job. Of the write jobs of a pipeline and tenant only one can, so that a
 * job that waits for another one takes no place in the queue.
 */
export const makeTickets = async (on: Queries, now: number): Promise<readonly Ticket[]> => {
  const waiting = await on.query(
    `select id, tenant, pipeline, writes, priority, revision from jobs
     where state in ('queued', 'interrupted') and parts is null and ticketed_at is null and (start_at is null or start_at <= $1)
       and (writes = 0 or not exists (
         select 1 from write_slots where write_slots.tenant = jobs.tenant and write_slots.pipeline = jobs.pipeline
           and write_slots.job <> jobs.id))
     order by priority desc, created_at, id limit ${mostAtOnce}`,
    [now],
  )
  const made: Ticket[] = []
  for (const line of waiting) if (await takeSlot(on, line)) made.push(ticketOf(line))
  for (const { job, revision } of made)
    await on.query('update jobs set ticketed_at = $3 where id = $1 and revision = $2', [job, revision, now])
  return made
}

const ticketOf = (line: Line): Ticket => ({
  job: String(line['id']),
  priority: Number(line['priority']),
  revision: Number(line['revision']),
})

/** Takes the slot of a write job. Others of its pipeline and tenant wait until it is free. */
const takeSlot = async (on: Queries, { id, tenant, pipeline, writes }: Line): Promise<boolean> => {
  if (writes !== 1) return true
  const slot = [tenant!, pipeline!]
  await on.query('insert into write_slots (tenant, pipeline, job) values ($1, $2, $3) on conflict do nothing', [
    ...slot,
    id!,
  ])
  const [held] = await on.query('select job from write_slots where tenant = $1 and pipeline = $2', slot)
  return held?.['job'] === id
}
