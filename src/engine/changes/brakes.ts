import { isCode } from '../../core/errors.ts'
import { joined } from '../../core/joined.ts'
import type { Stop } from '../../core/stop.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { Graph } from '../../core/graph.ts'
import { joinRemovals, removalVerb, type Removals } from './count-removals.ts'

/** More than so many are never taken away without consent. */
const most = 500
const share = 0.05
/** So many always may. */
const least = 10

/** Returns the number of objects that may be taken away of `live` ones. */
const allowed = (live: number): number => Math.max(least, Math.min(most, Math.floor(live * share)))

/** What a run takes away. */
interface TakenAway {
  /** What it would take away now. */
  readonly removals: readonly Removals[]
  /** What it has already taken away. */
  readonly spent: readonly Removals[]
  /** The user's own limit for all of them together, which replaces the usual ones. */
  readonly maxRemovals: number | undefined
}

const sumOf = (removals: readonly Removals[]): number => removals.reduce((sum, { count }) => sum + count, 0)

/**
 * Finds out whether a run would take away too much (`TOO_MANY_REMOVALS`): more than the lower of 500 and 5 % of the directory's objects
 * of the kind, or of the members of a group, as many as they were before the run, but never fewer than 10.
 */
export const findTooManyRemovals = async (
  { removals, spent, maxRemovals }: TakenAway,
  graph: Pick<Graph, 'count' | 'pages'>,
  signal: AbortSignal,
): Promise<Stop | undefined> => {
  const all = joinRemovals([...removals, ...spent])
  const total = sumOf(all)
  const braked = (what: string, limit: number, earlier: number): Stop => ({
    code: 'TOO_MANY_REMOVALS',
    why: `${what}${earlier > 0 ? `, ${earlier} of them earlier` : ''}, and the limit is ${limit}.`,
    facts: { removals: total, limit },
    fix: `If they are intended, add --max-removals ${total}.`,
  })
  if (maxRemovals !== undefined)
    return total > maxRemovals ? braked(`This run would ${wordsOf(all)}`, maxRemovals, sumOf(spent)) : undefined
  for (const [path, ofBase] of Map.groupBy(all, each => each.path)) {
    const count = sumOf(ofBase)
    // What is only spent was permitted before.
    if (count <= least || !removals.some(each => each.path === path)) continue
    const before = spent.filter(each => each.path === path)
    const gone = sumOf(before.filter(({ what }) => what === 'delete' || what === 'remove'))
    const limit = allowed((await liveOf(path, graph, signal)) + gone)
    const earlier = sumOf(before)
    if (count > limit) return braked(`This run would ${wordsOf(ofBase)}`, limit, earlier)
  }
  return undefined
}

const uncountable = ['NOT_PERMITTED', 'GRAPH_NOT_FOUND', 'GRAPH_REFUSED'] as const

/** The number of objects now; 0 if they cannot be counted, so that only the least is allowed. */
const liveOf = async (path: string, graph: Pick<Graph, 'count' | 'pages'>, signal: AbortSignal): Promise<number> => {
  try {
    if (!path.includes('?')) return await graph.count(path, undefined, signal)
    // What is filtered is only listed.
    let live = 0
    for await (const { values } of graph.pages(path, { signal })) live += values.length
    return live
  } catch (error) {
    if (uncountable.some(code => isCode(error, code))) return 0
    throw error
  }
}

/** What a list has, in words: `role assignments`. */
const listIn = (path: string): string =>
  path
    .split('?')[0]!
    .split('/')
    .at(-1)!
    .replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

const wordsOf = (removals: readonly Removals[]): string =>
  joined(
    removals.map(removal => {
      const { count, changes, of, path } = removal
      return of === undefined
        ? `${removalVerb(removal)} ${count} ${objectKinds[changes].word}${count === 1 ? '' : 's'}`
        : `remove ${count} ${listIn(path)} of ${objectKinds[changes].word} ${of}`
    }),
  )
