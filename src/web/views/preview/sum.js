// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
/** @import { PreviewData } from './removals.js' */
import { previewOf } from './removals.js'

/** @param {Record<string, number>} all @param {Readonly<Record<string, number | undefined>>} more */
const addTo = (all, more) => {
  for (const [name, many = 0] of Object.entries(more)) all[name] = (all[name] ?? 0) + many
}

/** What the jobs of a job over several tenants would do in all; undefined if none says. @param {readonly Job[]} parts @returns {PreviewData | undefined} */
export const sumOfPreviews = parts => {
  const shown = parts.filter(({ preview }) => preview !== undefined)
  if (shown.length === 0) return undefined
  const counts = { send: {}, final: {}, notable: {}, remarks: {}, waits: {} }
  /** @type {Map<string, any>} */
  const removals = new Map()
  const stops = []
  const notes = []
  let [writes, requests] = [0, 0]
  for (const { tenant, preview } of shown) {
    const one = previewOf(preview)
    for (const name of /** @type {(keyof typeof counts)[]} */ (Object.keys(counts)))
      addTo(counts[name], one[name] ?? {})
    for (const { count, ...what } of one.removals ?? []) {
      const key = JSON.stringify(what)
      removals.set(key, { ...what, count: count + (removals.get(key)?.count ?? 0) })
    }
    for (const stop of one.stops ?? []) stops.push({ ...stop, why: `${tenant}: ${stop.why}` })
    for (const note of one.unchecked ?? []) notes.push(`${tenant}: not checked: ${note}`)
    writes += one.writes ?? 0
    requests += one.requests ?? 0
  }
  return { ...counts, removals: [...removals.values()], stops, notes, writes, requests }
}
