// @ts-check
/** @import { Job } from '../../jobs/job.ts' */
import { useEffect } from 'preact/hooks'
import { isOver } from '../words/states.js'
import { useLoaded } from './load.js'

const againMs = 2000

/** The jobs of a job over several tenants, as they change; undefined for another job, and until they are read. @param {Job | undefined} job */
export const useParts = job => {
  const isWhole = job?.tenants !== undefined
  const { value, again } = useLoaded(isWhole ? `/api/jobs?partOf=${job.id}&limit=1000` : undefined)
  const isMoving = isWhole && !isOver(job.state)
  useEffect(() => {
    if (isWhole) again()
    if (!isMoving) return undefined
    const timer = setInterval(() => document.hidden || again(), againMs)
    return () => clearInterval(timer)
  }, [isWhole && job.revision, isMoving])
  return /** @type {{ items: readonly Job[] } | undefined} */ (value)?.items
}
