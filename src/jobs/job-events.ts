import type { Clock } from '../core/clock.ts'
import { hasEnded, type Job } from './job.ts'
import type { JobHub } from './job-hub.ts'
import type { JobStore } from './job-store.ts'

/** What happens to a job. After `end` there is nothing more. */
export interface JobEvent {
  /** Given as `after`, it continues behind this event. */
  readonly id: string
  readonly event: 'progress' | 'state' | 'end'
  readonly data: Job
}

interface JobEventsOptions {
  readonly jobs: Pick<JobStore, 'get'>
  readonly hub: JobHub
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What another process changes is seen so late. */
const lookEveryMs = 1000

/**
 * The events of a job until it has ended: first its state, unless `after` names it. Progress that nobody has read is left out: an event
 * has the whole job.
 *
 * @param after id of the last event that was read
 * @throws EntrapipeError `JOB_UNKNOWN`, also once it is deleted
 */
export async function* jobEvents(
  job: string,
  after: string | undefined,
  { jobs, hub, clock, signal }: JobEventsOptions,
): AsyncGenerator<JobEvent, void> {
  let [seen, step] = (after ?? '0.0').split('.').map(Number) as [number, number]
  let progress: string | undefined
  for (;;) {
    const next = hub.next(job)
    const data = await jobs.get(job)
    const now = JSON.stringify([data.progress, data.counts, data.run])
    const ends = hasEnded(data.state)
    if (data.revision !== seen) {
      ;[seen, step] = [data.revision, 0]
      yield { id: `${seen}.0`, event: ends ? 'end' : 'state', data }
    } else if (progress !== undefined && now !== progress && !ends)
      yield { id: `${seen}.${(step += 1)}`, event: 'progress', data }
    progress = now
    if (ends) return
    const waited = new AbortController()
    const either = AbortSignal.any([signal, waited.signal])
    await Promise.race([next, clock.sleep(lookEveryMs, either).catch(() => undefined)])
    waited.abort()
    if (signal.aborted) return
  }
}
