import type { Clock } from '../core/clock.ts'
import { wholeIdOf } from './job-id.ts'
import type { Job } from './job.ts'
import type { JobStore } from './job-store.ts'

/** Jobs of a list that have changed, as they are now, and ids of those that are gone. */
export interface JobListEvent {
  /** When it was read, in milliseconds: given as `since`, nothing after it is missed. */
  readonly at: number
  readonly items: readonly Job[]
  readonly removed: readonly string[]
}

interface ListEventsOptions {
  readonly jobs: Pick<JobStore, 'audit' | 'list'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

const lookEveryMs = 1000
/** Clocks of other machines may be behind by so much. */
const behindMs = 10_000
/** Entries that are looked at, and jobs that are read, at once. */
const [mostEntries, mostJobs] = [20_000, 500]

/**
 * Follows a list of jobs by the audit, where each change of a state is, and by the progress of those that run. It says nothing while
 * nothing happens.
 */
export async function* jobListEvents(
  { tenants, since }: { readonly tenants: readonly string[]; readonly since: number },
  { jobs, clock, signal }: ListEventsOptions,
): AsyncGenerator<JobListEvent, void> {
  let seen = new Map<string, number>()
  let progress = new Map<string, string>()
  for (let from = since; !signal.aborted;) {
    const at = clock.now()
    const entries = await jobs.audit({ tenants, since: from - behindMs, limit: mostEntries })
    const latest = new Map<string, number>()
    for (const { job, revision } of entries) latest.set(job, Math.max(revision, latest.get(job) ?? 0))
    const changed = [...latest].filter(([job, revision]) => seen.get(job) !== revision).map(([job]) => job)
    seen = latest
    const found: Job[] = []
    for (let next = 0; next < changed.length; next += mostJobs)
      found.push(...(await jobs.list({ tenants, ids: changed.slice(next, next + mostJobs), limit: mostJobs })).items)
    const running = (await jobs.list({ tenants, state: ['running', 'cancelling'], limit: mostJobs })).items
    const now = new Map(running.map(({ id, progress: of, counts }) => [id, JSON.stringify([of, counts])]))
    const there = new Set(found.map(({ id }) => id))
    const items = [...found, ...running.filter(({ id }) => !there.has(id) && progress.get(id) !== now.get(id))]
    progress = now
    // The jobs of one that is over several tenants are not in the list, nor are schedules and tokens.
    const isListed = (id: string): boolean => !id.includes('/') && wholeIdOf(id) === undefined
    const removed = changed.filter(id => !there.has(id) && isListed(id))
    if (items.length > 0 || removed.length > 0) yield { at, items, removed }
    from = at
    await clock.sleep(lookEveryMs, signal).catch(() => undefined)
  }
}
