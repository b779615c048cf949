import type { Version } from '../faces.ts'
import type { Author } from '../types.ts'
import type { Holdings } from './holdings.ts'
import { given } from './judge.ts'
import { isSoldIn } from './plan-rules.ts'
import type { GroupJob, Queue } from './queue.ts'
import type { LicenceReader } from './reader.ts'
import type { Seats } from './seats.ts'
import { isActive, type Licence, type LicenceState, type Share, type UnitRule } from './types.ts'
import type { UserKeys } from './user-keys.ts'

/** How the processing reads the directory as it is, whatever the views show. */
export interface Truth {
  /** A live user. */
  user(id: string): Version | undefined
  /** Where the licences of a user are used: its usage location, else the directory's. */
  locationOf(user: Version): unknown
  /** What a group assigns to its members: nothing if it is gone or has no security. */
  licencesOf(group: string): readonly Licence[]
  isLive(group: string): boolean
  isMember(group: string, user: string): boolean
  /** Some users among the direct members of a group, and where the next ones begin. */
  members(
    group: string,
    limit: number,
    from: number,
  ): { readonly ids: readonly string[]; readonly next: number | undefined }
  /** Members of a group from the start, whether or not it exists. */
  firstMembers(group: string): Iterable<string>
}

interface ProcessingOptions {
  readonly truth: Truth
  readonly reader: LicenceReader
  readonly holdings: Holdings
  readonly keys: UserKeys
  readonly queue: Queue
  readonly seats: Seats
  /** Makes licences of a group direct ones of a user. */
  readonly makeDirect: (user: string, states: readonly LicenceState[], atMs: number, by: Author) => void
  /** Called when what groups give a user has changed. */
  readonly changed: (user: string, atMs: number, by: Author) => void
}

/** When and why a user is processed in a group. */
interface Turn {
  readonly slot: number
  readonly atMs: number
  readonly by: Author
  readonly rule: UnitRule
}

/** Group-based licensing, member by member. */
interface Processing {
  /** Processes a user of a group. */
  member(user: string, slot: number, atMs: number, by: Author, rule: UnitRule): void
  /** Processes up to so many members of the first group. */
  group(count: number, atMs: number, rule: UnitRule): void
  /** Processes up to so many users who joined or left groups. */
  users(count: number, atMs: number, rule: UnitRule): void
}

const sameShares = (one: readonly Share[], other: readonly Share[]): boolean =>
  one.length === other.length &&
  one.every(
    ({ skuId, disabledPlans, state, error }, at) =>
      other[at]!.skuId === skuId &&
      other[at]!.state === state &&
      other[at]!.error === error &&
      other[at]!.disabledPlans.join() === disabledPlans.join(),
  )

/** Creates the processing. */
export const processing = (options: ProcessingOptions): Processing => {
  const { truth, reader, holdings, keys, queue, seats, makeDirect, changed } = options

  const process = (user: Version, wanted: readonly Licence[], { slot, atMs, by, rule }: Turn): void => {
    const key = keys.ofContent(user)
    const group = holdings.groupOf(slot)
    const all = reader.states(user)
    const before = all.filter(({ by: assigner }) => assigner === group)
    const others = all.filter(({ by: assigner }) => assigner !== group)
    if (before.length === 0 && wanted.length === 0) return
    const shares = given({
      others,
      before,
      wanted,
      isSold: isSoldIn(truth.locationOf(user)),
      hasFreeUnit: skuId => seats.free(skuId, rule) > 0,
    })
    const isStuck = wanted.length === 0 && shares.length > 0
    if (isStuck && !truth.isLive(group)) {
      // First the direct ones, so that no unit is counted twice.
      makeDirect(user.id, before.filter(isActive), atMs, by)
      holdings.set(key, { slot, shares: [], atMs, by })
      changed(user.id, atMs, by)
      return
    }
    if (sameShares(before, shares)) return
    holdings.set(key, { slot, shares, atMs, by })
    changed(user.id, atMs, by)
    const active = (states: readonly Share[]): ReadonlySet<string> =>
      new Set([...others, ...states].filter(isActive).map(({ skuId }) => skuId))
    const [had, have] = [active(before), active(shares)]
    for (const skuId of had) if (!have.has(skuId)) seats.count(skuId, -1)
    for (const skuId of have) if (!had.has(skuId)) seats.count(skuId, 1)
  }

  const member: Processing['member'] = (id, slot, atMs, by, rule) => {
    const user = truth.user(id)
    if (!user) return
    const group = holdings.groupOf(slot)
    process(user, truth.isMember(group, id) ? truth.licencesOf(group) : [], { slot, atMs, by, rule })
  }

  /** Those to whom a group that is gone gives something. */
  const endGone = (job: GroupJob, atMs: number, rule: UnitRule): void => {
    const group = holdings.groupOf(job.slot)
    for (const user of new Set([...truth.firstMembers(group), ...[...holdings.holders(job.slot)].map(keys.idOf)]))
      member(user, job.slot, atMs, job.by, rule)
    queue.endGroup()
  }

  return {
    member,
    group(count, atMs, rule) {
      const job = queue.group()
      if (!job) return
      const group = holdings.groupOf(job.slot)
      if (!truth.isLive(group)) return endGone(job, atMs, rule)
      const { ids, next } = truth.members(group, count, job.cursor)
      const wanted = truth.licencesOf(group)
      for (const id of ids) {
        const user = truth.user(id)
        // Who joined meanwhile was processed with what the group assigns now.
        if (user && holdings.lastAt(keys.ofContent(user), job.slot) <= job.atMs)
          process(user, wanted, { slot: job.slot, atMs, by: job.by, rule })
      }
      job.done += Math.max(1, ids.length)
      if (next === undefined) queue.endGroup()
      else job.cursor = next
    },
    users(count, atMs, rule) {
      for (let nth = 0; nth < count; nth++) {
        const job = queue.user()
        if (!job) return
        queue.endUser()
        member(keys.idOf(job.user), job.slot, atMs, job.by, rule)
      }
    },
  }
}
