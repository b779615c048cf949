/** What a run that was killed again and again asked for twice, from the log of the server. */
import type { Logged } from './wire/request-log.ts'

/** What one kill cost. */
export interface Cost {
  /** Requests that were not answered when the process died. */
  readonly inFlight: number
  /** Pages that were answered before the kill and asked for again after it, by shard. */
  readonly answered: ReadonlyMap<string, number>
  /** Pages that were in flight at the kill and asked for again. */
  readonly unanswered: number
  /** Other requests asked for again, such as counts. */
  readonly others: number
}

/** The listing of a link to a page, without the page: its shard. Undefined for other requests. */
const shardOf = (url: string): string | undefined => {
  const { pathname, searchParams: query } = new URL(url, 'http://wire')
  if (pathname !== '/users' || !query.has('$select')) return undefined
  return query.get('$filter') ?? 'all'
}

/**
 * The cost of each kill. A page that a later process asks for again was lost by the last process that asked for it.
 *
 * @param attempts the requests of each process, in their order; all but the last one were killed
 */
export const costsOf = (attempts: readonly (readonly Logged[])[]): readonly Cost[] => {
  const costs = attempts.map(attempt => ({
    inFlight: attempt.filter(({ answered }) => !answered).length,
    answered: new Map<string, number>(),
    unanswered: 0,
    others: 0,
  }))
  const last = new Map<string, { readonly attempt: number; readonly answered: boolean }>()
  for (const [attempt, requests] of attempts.entries())
    for (const { url, answered } of requests) {
      const before = last.get(url)
      last.set(url, { attempt, answered })
      if (!before) continue
      const cost = costs[before.attempt]!
      const shard = shardOf(url)
      if (shard === undefined) cost.others++
      else if (!before.answered) cost.unanswered++
      else cost.answered.set(shard, (cost.answered.get(shard) ?? 0) + 1)
    }
  return costs.slice(0, -1)
}
