import { worst } from '../core/completeness.ts'
import type { Context, Origin } from '../core/context.ts'
import { given } from '../core/given.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Completeness, DifferenceCounts, IgnoredRecords } from '../core/manifest.ts'
import type { Shard } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import type { Key } from '../core/row.ts'
import type { Checkpoint } from '../store/types.ts'
import type { Surroundings } from './contexts.ts'
import type { ResultLog } from './result-log.ts'
import type { Started } from './run-request.ts'
import { sourceContextOf } from './scoped-context.ts'
import type { UniqueKeys } from './unique.ts'

/** The origin of the rows, as reported so far. */
export interface OriginSeen {
  tenant: string | undefined
  completeness: Completeness | undefined
  limit: number | undefined
  why: string | undefined
  ignored: readonly IgnoredRecords[]
  differences: DifferenceCounts | undefined
  readonly notes: Set<string>
}

interface ShardsReading {
  readonly context: (shard: Shard) => Context
  /** Keys of the rows that a shard settled since its last page, in its order. */
  readonly settled: (shard: string) => readonly Key[]
  /** Called when its next page is passed on. Of the settled rows, only these were read. */
  readonly leaving: (shard: string, settled: readonly Key[]) => Promise<void>
  /** The origin as reported so far, to save with a cut: a shard that has ended does not report it again. */
  readonly states: () => Record<string, Json>
}

/** The name under which the origin is saved with a cut, beside the states of the steps. */
export const originScope = '$origin'

/** How complete a shard is, as it reported last. */
type Claim = Pick<Origin, 'completeness' | 'why'>

/** The origin as it is saved with a cut. */
export interface SavedOrigin extends Omit<OriginSeen, 'notes'> {
  readonly notes: readonly string[]
  readonly claims: readonly (readonly [shard: string, claim: Claim])[]
}

/** What a shard reported while it read one page. */
interface Held {
  readonly results: { readonly result: Result; readonly read: Fields | undefined }[]
  readonly origins: Origin[]
}

/** Results and origins that a shard reports while it reads a page are recorded when the page is passed on. */
export const readShards = (
  started: Started,
  around: Surroundings,
  log: ResultLog,
  seen: OriginSeen,
  unique: UniqueKeys | undefined,
  saved: Checkpoint | undefined,
  unparsed: () => boolean,
): ShardsReading => {
  const held = new Map<string, Held>()
  const before = saved?.states[originScope] as unknown as Partial<SavedOrigin> | undefined
  const claims = new Map(before?.claims)
  if (before) {
    const { notes = [], claims: _, ...rest } = before
    Object.assign(seen, rest)
    for (const note of notes) seen.notes.add(note)
  }
  const heldOf = (shard: string): Held => {
    const found = held.get(shard) ?? { results: [], origins: [] }
    held.set(shard, found)
    return found
  }
  return {
    context: shard =>
      sourceContextOf(
        around,
        started,
        (result, read) => void heldOf(shard.name).results.push({ result, read }),
        origin => void heldOf(shard.name).origins.push(origin),
        {
          ...(unique && { distinct: () => unique.distinct(shard.name), wasRead: unique.wasRead }),
          unparsed: unparsed(),
        },
      ),
    settled: shard => [...new Set(heldOf(shard).results.map(({ result }) => result.key))],
    async leaving(shard, settled) {
      const { results, origins } = heldOf(shard)
      held.delete(shard)
      const left = new Set(settled)
      for (const { result, read } of results) if (left.has(result.key)) log.settled(result, read)
      for (const origin of origins) {
        seen.tenant = origin.tenant ?? seen.tenant
        seen.limit = origin.limit ?? seen.limit
        seen.ignored = origin.ignored ?? seen.ignored
        seen.differences = origin.differences ?? seen.differences
        if (origin.note !== undefined) seen.notes.add(origin.note)
        const { completeness, why } = origin
        if (completeness !== undefined || why !== undefined)
          claims.set(shard, { ...claims.get(shard), ...given({ completeness, why }) })
      }
      if (origins.length > 0) Object.assign(seen, ofAll([...claims.values()]))
      await log.flush()
    },
    states() {
      const { notes, ignored, ...rest } = seen
      const known = given({
        ...rest,
        ignored: ignored.length > 0 ? ignored : undefined,
        notes: notes.size > 0 ? [...notes] : undefined,
        claims: claims.size > 0 ? [...claims] : undefined,
      })
      return Object.keys(known).length > 0 ? { [originScope]: known as unknown as Json } : {}
    },
  }
}

/** A run is as complete as the worst of its shards. */
const ofAll = (claims: readonly Claim[]): Claim => {
  const [first, ...others] = claims.flatMap(({ completeness }) => (completeness ? [{ completeness }] : []))
  const reasons = [...new Set(claims.flatMap(({ why }) => why ?? []))]
  return given({
    completeness: first && worst([first, ...others]).completeness,
    why: reasons.length > 0 ? joined(reasons) : undefined,
  })
}

/** Joins one reason of each kind, at least the first three, and the number of others: many shards may have one kind, with other numbers and names. */
const joined = (reasons: readonly string[]): string => {
  const kinds = new Map(reasons.toReversed().map(reason => [reason.split(/["\d]/, 1)[0]!, reason]))
  const ofEach = new Set(kinds.values())
  const inOrder = [...reasons.filter(reason => ofEach.has(reason)), ...reasons.filter(reason => !ofEach.has(reason))]
  const told = inOrder.slice(0, Math.max(3, ofEach.size))
  const more = reasons.length - told.length
  return more > 0 ? `${told.join('; ')}; and ${more} more` : told.join('; ')
}
