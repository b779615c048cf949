import type { Line, Queries } from '../store/tables/tables.ts'
import { routeOf, type Route } from './fleet/routes.ts'
import type { FleetWorker } from './fleet/workers.ts'

/** What the queue holds: that a job can start. */
export interface Ticket {
  readonly job: string
  readonly priority: number
  /** Of the job when the ticket was made: once it has another one, the ticket is void. */
  readonly revision: number
  /** The kind of workers that take it. @default the only workers */
  readonly to?: string
  /** Whether it was given to a worker before, which has died. @default false */
  readonly again?: boolean
  /** Only shards of this run are read, beside the worker that runs the job. The number tells such tickets apart. @default the job is run */
  readonly share?: { readonly run: string; readonly at: number }
}

const mostAtOnce = 500
/** A ticket whose sender died before it was sent is sent again after this time. One that was sent is not doubled. */
const sentAgainMs = 120_000
const waits = `state in ('queued', 'interrupted') and parts is null`

/**
 * Returns a ticket for each job that can start, and marks the job. Of the write jobs of a pipeline and tenant only one can, so that a
 * job that waits for another one takes no place in the queue.
 *
 * @param live the workers of a fleet: a job that none of them can run waits, and tells what they lack
 */
export const makeTickets = async (
  on: Queries,
  now: number,
  live?: readonly FleetWorker[],
): Promise<readonly Ticket[]> => {
  const routes = live && (await route(on, live, now))
  const waiting = await on.query(
    `select id, tenant, pipeline, code, places, writes, priority, revision from jobs
     where ${waits} and ticketed_at is null and lacks is null and (start_at is null or start_at <= $1)
       and (writes = 0 or not exists (
         select 1 from write_slots where write_slots.tenant = jobs.tenant and write_slots.pipeline = jobs.pipeline
           and write_slots.job <> jobs.id))
     order by priority desc, created_at, id limit ${mostAtOnce}`,
    [now],
  )
  const made: Ticket[] = []
  for (const line of waiting) {
    const found = routes?.get(needsIn(line))
    // It was added since the workers were looked at.
    if (routes && !(found && 'to' in found)) continue
    if (await takeSlot(on, line)) made.push({ ...ticketOf(line), ...(found && 'to' in found && { to: found.to }) })
  }
  for (const { job, revision, to } of made)
    await on.query('update jobs set ticketed_at = $3, ticket_to = $4 where id = $1 and revision = $2', [
      ...[job, revision, now],
      to ?? null,
    ])
  return made
}

/** Jobs with the same needs share their route. */
const needsIn = ({ tenant, pipeline, code, places }: Line): string => JSON.stringify([tenant, pipeline, code, places])

/** Finds workers for what waits, and marks jobs that have none. Tickets whose workers have all gone are made again. */
const route = async (on: Queries, live: readonly FleetWorker[], now: number): Promise<ReadonlyMap<string, Route>> => {
  const kinds = [...new Set(live.map(({ kind }) => kind))]
  const there = kinds.length === 0 ? '' : `and ticket_to in (${kinds.map((_, at) => `$${at + 2}`).join(', ')})`
  await on.query(
    `update jobs set ticketed_at = null where ${waits} and ticketed_at is not null
     and not (ticketed_at > $1 and ticket_to is not null ${there})`,
    [now - sentAgainMs, ...kinds],
  )
  const routes = new Map<string, Route>()
  for (const line of await on.query(
    `select distinct tenant, pipeline, code, places, lacks from jobs where ${waits} and ticketed_at is null`,
  )) {
    const { tenant, pipeline, code, places, lacks } = line
    const found = routeOf(
      {
        ...{ tenant: String(tenant), pipeline: String(pipeline) },
        code: code === null ? undefined : String(code),
        places: places === null ? undefined : String(places),
      },
      live,
    )
    routes.set(needsIn(line), found)
    const told = 'lacks' in found ? found.lacks : null
    if (told !== lacks)
      await on.query(
        `update jobs set lacks = $1 where ${waits} and ticketed_at is null and tenant = $2 and pipeline = $3
         and coalesce(code, '') = $4 and coalesce(places, '') = $5`,
        [told, tenant!, pipeline!, code ?? '', places ?? ''],
      )
  }
  return routes
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
