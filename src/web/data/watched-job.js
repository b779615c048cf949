// @ts-check
/** @import { Job } from '../../jobs/job.ts' */
import { useEffect, useState } from 'preact/hooks'
import { now } from '../clock.js'
import { get, sentenceOf } from './call.js'
import { addressOf, isRun } from './job-address.js'
import { follow } from './stream.js'

/** @typedef {{ times: number[], rows: number[], rates: number[] }} Course rows, and rows per second, at seconds since 1970 */
/** @typedef {{ job?: Job, error?: string, course: Course }} Watched */

/** Of jobs that were watched, so that a chart continues when a job is shown again. @type {Map<string, Course>} */
const courses = new Map()
const mostPoints = 3600

/** A rate is that of the last few seconds, so that the chart shows each pause. */
const spanSeconds = 3

/** Runs of the command line have no events. */
const runAgainMs = 2000

/** @returns {Course} */
const none = () => ({ times: [], rows: [], rates: [] })

/** @param {string} id @param {Job} job @returns {Course} */
const noted = (id, { progress }) => {
  const before = courses.get(id) ?? none()
  // It counts something else now: first the rows that it reads, then the changes that it makes.
  const { times, rows, rates } = progress && progress.rows < (before.rows.at(-1) ?? 0) ? none() : before
  if (!progress) return { times, rows, rates }
  const at = now() / 1000
  const last = times.findLastIndex(time => time <= at - spanSeconds)
  const rate =
    last < 0
      ? progress.rowsPerSecond
      : Math.max(0, (progress.rows - /** @type {number} */ (rows[last])) / (at - /** @type {number} */ (times[last])))
  const course = {
    times: [...times, at].slice(-mostPoints),
    rows: [...rows, progress.rows].slice(-mostPoints),
    rates: [...rates, rate].slice(-mostPoints),
  }
  courses.set(id, course)
  return course
}

/** A job as it changes. @param {string} id @returns {Watched & { setJob: (job: Job) => void }} */
export const useWatchedJob = id => {
  const [watched, setWatched] = useState(/** @type {Watched} */ ({ course: courses.get(id) ?? none() }))
  const [turn, setTurn] = useState(0)
  // One that had ended may continue.
  const setJob = (/** @type {Job} */ job) => {
    setWatched(({ course }) => ({ job, course }))
    setTurn(turn => turn + 1)
  }
  useEffect(() => {
    const leaving = new AbortController()
    /** @type {(() => void) | undefined} */
    let stop
    const see = (/** @type {Job} */ job) => setWatched({ job, course: noted(id, job) })
    const begin = async () => {
      try {
        const job = await get(addressOf(id), leaving.signal)
        setWatched(({ course }) => ({ job, course }))
        if (leaving.signal.aborted) return
        if (isRun(id)) {
          const timer = job.state === 'running' ? setTimeout(begin, runAgainMs) : undefined
          stop = () => clearTimeout(timer)
          return
        }
        stop = follow(`/api/jobs/${id}/events`, {
          progress: see,
          state: see,
          end: job => {
            see(job)
            stop?.()
          },
        })
      } catch (error) {
        if (!leaving.signal.aborted) setWatched(({ course }) => ({ error: sentenceOf(error), course }))
      }
    }
    void begin()
    return () => {
      leaving.abort()
      stop?.()
    }
  }, [id, turn])
  return { ...watched, setJob }
}
