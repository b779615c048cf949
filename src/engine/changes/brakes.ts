import { EntrapipeError, isCode } from '../../core/errors.ts'
import type { Graph } from '../../core/graph.ts'
import type { Removals } from './count-removals.ts'

/** More than so many are never taken away without consent. */
const most = 500
const share = 0.05
/** So many always may. */
const least = 10

const verbs: Readonly<Record<Removals['what'], string>> = {
  delete: 'delete',
  disable: 'disable',
  remove: 'remove',
  rename: 'change the user principal name of',
}

/** Returns the number of objects that may be taken away of `live` ones. */
const allowed = (live: number): number => Math.max(least, Math.min(most, Math.floor(live * share)))

/**
 * Stops a run that would take away too much, before it sends anything: more than the lower of 500 and 5 % of the directory's users
 * or groups, or of the members of a group, but never fewer than 10.
 *
 * @param maxRemovals the user's own limit for all of them together, which replaces these
 * @param spent how many of them the run has already sent
 * @throws EntrapipeError `TOO_MANY_REMOVALS`
 */
export const expectFewRemovals = async (
  removals: readonly Removals[],
  maxRemovals: number | undefined,
  graph: Pick<Graph, 'count'>,
  signal: AbortSignal,
  spent = 0,
): Promise<void> => {
  const total = removals.reduce((sum, { count }) => sum + count, 0)
  if (maxRemovals !== undefined) {
    if (total > maxRemovals)
      throw braked(`This run would take away ${total} objects or links`, maxRemovals, total, spent)
    return
  }
  for (const [path, ofBase] of Map.groupBy(removals, each => each.path)) {
    const count = ofBase.reduce((sum, each) => sum + each.count, 0)
    if (count <= least) continue
    const limit = allowed(await liveOf(path, graph, signal))
    if (count > limit) throw braked(`This run would ${wordsOf(ofBase)}`, limit, total, spent)
  }
}

/** The number of live objects; 0 if the sign-in may not count them, so that only the least is allowed. */
const liveOf = async (path: string, graph: Pick<Graph, 'count'>, signal: AbortSignal): Promise<number> => {
  try {
    return await graph.count(path, undefined, signal)
  } catch (error) {
    if (isCode(error, 'NOT_PERMITTED')) return 0
    throw error
  }
}

const wordsOf = (removals: readonly Removals[]): string =>
  removals
    .map(({ what, count, changes, of, path }) =>
      of === undefined
        ? `${verbs[what]} ${count} ${changes}s`
        : `remove ${count} ${path.split('/').at(-1)} of group ${of}`,
    )
    .join(' and ')

const braked = (what: string, limit: number, total: number, spent: number): EntrapipeError =>
  new EntrapipeError(
    'TOO_MANY_REMOVALS',
    `${what}${spent > 0 ? `, ${spent} of them earlier` : ''}, and the limit is ${limit}. Nothing ${spent > 0 ? 'more ' : ''}was sent.`,
    {
      facts: { removals: total, limit },
      fix: `Look at them with --dry-run. If they are intended, add --max-removals ${total}.`,
    },
  )
