// @ts-check
/** @import { Job } from '../../jobs/job.ts' */
import { useEffect, useState } from 'preact/hooks'
import { get, sentenceOf } from './call.js'
import { follow } from './stream.js'

/** @typedef {Omit<Job, 'params' | 'preview'>} ListedJob */
/** @typedef {{ jobs: readonly ListedJob[], isComplete: boolean, isFull: boolean, error?: string }} JobList newest first; `isFull` if older ones were left out */

/** Jobs of a page of the list, and of all pages: what a browser filters and sorts at once. */
const [pageJobs, mostJobs] = [1000, 20_000]

/** Runs of a page, and pages of runs among which those of the command line are looked for; how often the newest are read again. */
const [pageRuns, mostRunPages, runsAgainMs] = [200, 10, 15_000]

/** @type {Map<string, ListedJob>} */
let byId = new Map()
/** @type {JobList} */
let list = { jobs: [], isComplete: false, isFull: false }
/** @type {(() => void) | undefined} */
let end
const changed = new EventTarget()
const ended = new EventTarget()

/** @param {Partial<JobList>} [more] */
const publish = more => {
  const jobs = [...byId.values()].sort((one, other) =>
    one.createdAt === other.createdAt ? (one.id < other.id ? 1 : -1) : one.createdAt < other.createdAt ? 1 : -1,
  )
  list = { ...list, jobs, ...more }
  changed.dispatchEvent(new Event('change'))
}

/**
 * Takes a job as it is now. One that has ended may never have been seen before, or only ended as well: it was quick, or continued meanwhile.
 *
 * @param {ListedJob} job
 */
const take = job => {
  const before = byId.get(job.id)
  byId.set(job.id, job)
  if (job.endedAt !== undefined && (before?.revision ?? 0) < job.revision)
    ended.dispatchEvent(new CustomEvent('ended', { detail: job }))
}

/** @param {AbortSignal} signal */
const load = async signal => {
  let cursor = ''
  try {
    do {
      const { items, next } = await get(
        `/api/jobs?brief=true&limit=${pageJobs}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        signal,
      )
      for (const job of items) if ((byId.get(job.id)?.revision ?? 0) <= job.revision) take(job)
      cursor = next ?? ''
      publish({ isComplete: cursor === '' })
    } while (cursor !== '' && byId.size < mostJobs)
    publish({ isComplete: true, isFull: cursor !== '' })
  } catch (error) {
    if (!signal.aborted) publish({ error: sentenceOf(error), isComplete: true })
  }
}

/** Reads runs of the command line, all or the newest. @param {AbortSignal} signal @param {boolean} all */
const loadRuns = async (signal, all) => {
  let cursor = ''
  try {
    for (let page = 0; page < (all ? mostRunPages : 1); page++) {
      const { items, next } = await get(
        `/api/runs?limit=${pageRuns}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        signal,
      )
      const isNew = items.some(
        (/** @type {ListedJob} */ run) => JSON.stringify(byId.get(run.id)) !== JSON.stringify(run),
      )
      for (const run of items) byId.set(run.id, run)
      if (isNew) publish()
      if (next === undefined) return
      cursor = next
    }
  } catch {
    // The list of jobs says it when the server cannot be reached.
  }
}

/** @param {{ items: ListedJob[], removed: string[] }} event */
const merge = ({ items, removed }) => {
  for (const job of items) take(job)
  for (const id of removed) byId.delete(id)
  publish()
}

/** Reads the jobs, and follows what happens to them. */
export const followJobs = () => {
  const leaving = new AbortController()
  const stop = follow('/api/jobs/events', { jobs: merge }, () => void load(leaving.signal))
  void load(leaving.signal)
  void loadRuns(leaving.signal, true)
  const timer = setInterval(() => document.hidden || void loadRuns(leaving.signal, false), runsAgainMs)
  end = () => {
    clearInterval(timer)
    leaving.abort()
    stop()
  }
}

/** Ends `followJobs`: somebody else may sign in. */
export const forgetJobs = () => {
  end?.()
  byId = new Map()
  list = { jobs: [], isComplete: false, isFull: false }
}

/** Takes jobs that were deleted from the list, before the server says so. @param {Iterable<string>} ids */
export const dropJobs = ids => {
  for (const id of ids) byId.delete(id)
  publish()
}

/** The jobs that the person sees, as they change. @returns {JobList} */
export const useJobs = () => {
  const [now, setNow] = useState(list)
  useEffect(() => {
    const look = () => setNow(list)
    look()
    changed.addEventListener('change', look)
    return () => changed.removeEventListener('change', look)
  }, [])
  return now
}

/** @param {(job: ListedJob) => void} heard called for each job that is found to have ended, also for those of the first list */
export const useEnded = heard => {
  useEffect(() => {
    const hear = (/** @type {Event} */ event) => heard(/** @type {CustomEvent<ListedJob>} */ (event).detail)
    ended.addEventListener('ended', hear)
    return () => ended.removeEventListener('ended', hear)
  }, [])
}
