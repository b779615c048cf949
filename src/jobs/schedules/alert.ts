import type { Job } from '../job.ts'

/** `197 done, 3 failed`. */
const partsText = (parts: Job['parts'] = {}): string =>
  Object.entries(parts)
    .map(([state, many]) => `${many} ${state}`)
    .join(', ')

/** What a person should look at in the last job of a schedule; undefined if there is nothing. */
export const alertOf = ({ id, state, counts, error, reason, parts }: Job): string | undefined => {
  if (state === 'missed') return `Job ${id} was missed: it could not start in time.`
  if (state === 'failed' || state === 'short' || state === 'discarded')
    return `Job ${id} is ${state}${error ? `: ${error.message}` : reason === undefined ? '.' : ` (${reason}).`}`
  if (reason === 'NotAllTenantsSucceeded') return `Job ${id} did not succeed for all tenants: ${partsText(parts)}.`
  if (state === 'done' && counts?.rows === 0) return `Job ${id} had no rows.`
  if (state === 'done' && counts && counts.failed + counts.unknown > 0)
    return `Job ${id} has rows that failed or are unknown: ${counts.failed + counts.unknown} of ${counts.rows}.`
  return undefined
}
