import type { LinkTable } from '../base-links.ts'
import type { Version } from '../faces.ts'
import type { Realms, State } from '../state.ts'
import type { Author, Directory, Reference } from '../types.ts'
import type { LicenceDesk } from './desk.ts'
import type { LicenceFoundation } from './foundation.ts'
import { processing, type Truth } from './processing.ts'
import { licenceTruths } from './truth.ts'
import type { Licence, LicenceState, PrepaidUnits, UnitRule } from './types.ts'

/** Something that the journal keeps beside the changes of objects. */
export type LicenceEntry =
  | { readonly seats: { readonly sku: string; readonly units: Partial<PrepaidUnits> } }
  | { readonly licensed: 'members' | 'users'; readonly count: number; readonly at: number; readonly rule: UnitRule }
  | { readonly reprocess: string; readonly at: number; readonly by: Author; readonly rule: UnitRule }

/** What the desk reads and writes. */
export interface DeskOptions extends LicenceFoundation {
  readonly realms: Realms
  readonly table: LinkTable
  readonly truth: State
  readonly reads: Pick<Directory, 'related' | 'isRelated' | 'relating'>
  /** Where the licences of users without a usage location are used. */
  readonly country: unknown
  /** Journals an entry before it shows. */
  readonly note: (entry: LicenceEntry) => void
  /** Called after an entry was performed. */
  readonly settle: () => void
  readonly now: () => number
  /** Makes licences of a group direct ones of a user. Not journaled: it is part of what is. */
  readonly makeDirect: (user: string, states: readonly LicenceState[], atMs: number, by: Author) => void
  /** Called when what groups give a user has changed. Not journaled: it is part of what is. */
  readonly changed: (user: string, atMs: number, by: Author) => void
}

/** Members or users that are processed at once. */
const atOnce = 1_000

/** The desk, and a way to repeat what the journal has. */
interface CreatedDesk {
  readonly desk: LicenceDesk
  replay(entry: LicenceEntry): void
}

/** The current version of a live object. */
export const liveVersion = (realms: Realms, truth: State, { kind, id }: Reference): Version | undefined => {
  const overlay = truth.live(kind)
  const version = overlay.version(id)
  if (version) return version
  const rank = realms[kind].population.rankOf(id)
  return rank === undefined || overlay.isMasked(rank) ? undefined : { id, rank, record: 0 }
}

/** What a group assigns to its members. @see https://learn.microsoft.com/entra/identity/users/licensing-group-advanced#limitations-and-known-issues */
export const groupLicences = (realms: Realms, group: Version): readonly Licence[] => {
  const { look } = realms.group
  if (look.value(group, 'securityEnabled') !== true) return []
  return (look.value(group, 'assignedLicenses') ?? []) as readonly Licence[]
}

/** Creates the desk of a directory. */
export const createDesk = (options: DeskOptions): CreatedDesk => {
  const { realms, table, truth, reads, country, note, settle, now, makeDirect, holdings, keys, reader, seats, queue } =
    options
  const { changed } = options
  const userOf = (id: string): Version | undefined => liveVersion(realms, truth, { kind: 'user', id })
  const groupOf = (id: string): Version | undefined => liveVersion(realms, truth, { kind: 'group', id })
  /** Groups are processed member by member. */
  let lastGroup: { readonly record: number; readonly id: string; readonly licences: readonly Licence[] } | undefined
  const seen: Truth = {
    user: userOf,
    locationOf: user => realms.user.look.value(user, 'usageLocation') ?? country,
    licencesOf(id) {
      const group = groupOf(id)
      if (!group) return []
      if (lastGroup?.id !== id || lastGroup.record !== group.record)
        lastGroup = { id, record: group.record, licences: groupLicences(realms, group) }
      return lastGroup.licences
    },
    isLive: id => groupOf(id) !== undefined,
    isMember: (group, id) => reads.isRelated('group', group, 'members', { kind: 'user', id }, 'truth'),
    members(group, limit, from) {
      const { references, cursor } = reads.related('group', group, 'members', limit, from, 'truth')
      return { ids: references.flatMap(({ kind, id }) => (kind === 'user' ? id : [])), next: cursor }
    },
    *firstMembers(group) {
      const rank = realms.group.population.rankOf(group)
      if (rank === undefined) return
      for (const { owner, relation, target, layer } of table) {
        if (owner !== 'group' || relation !== 'members' || target !== 'user') continue
        for (const member of layer.list(rank, 0, layer.size(rank))) yield realms.user.population.idOf(member)
      }
    },
  }
  const { member, group, users } = processing({
    truth: seen,
    reader,
    holdings,
    keys,
    queue,
    seats,
    makeDirect,
    changed,
  })

  const reprocess = (id: string, atMs: number, by: Author, rule: UnitRule): void => {
    const user = userOf(id)
    if (!user) return
    const joined = reads.relating({ kind: 'user', id }, 'members', 'truth').map(each => each.id)
    const assigners = reader.states(user).flatMap(({ by: assigner }) => assigner ?? [])
    for (const each of new Set([...joined, ...assigners])) {
      const slot = holdings.slotOf(each)
      if (slot !== undefined) member(id, slot, atMs, by, rule)
    }
  }
  const replay = (entry: LicenceEntry): void => {
    if ('seats' in entry) seats.buy(entry.seats.sku, entry.seats.units)
    else if ('reprocess' in entry) reprocess(entry.reprocess, entry.at, entry.by, entry.rule)
    else if (entry.licensed === 'members') group(entry.count, entry.at, entry.rule)
    else users(entry.count, entry.at, entry.rule)
  }
  const perform = (entry: LicenceEntry): void => {
    note(entry)
    replay(entry)
    settle()
  }

  return {
    replay,
    desk: {
      get skus() {
        return seats.skus
      },
      sku: seats.sku,
      free: seats.free,
      states(id) {
        const user = userOf(id)
        return user ? reader.states(user) : []
      },
      buy(sku, units) {
        const isKnown = seats.canBuy(sku)
        if (isKnown) note({ seats: { sku, units } })
        return isKnown ? seats.buy(sku, units) : undefined
      },
      work({ delayMs, membersPerSecond, warningUnitsAssignable }) {
        const at = now()
        const rule = { warningUnitsAssignable }
        const due = queue.dueUsers(at - delayMs, atOnce)
        if (due > 0) perform({ licensed: 'users', count: due, at, rule })
        const job = queue.group()
        const sinceMs = job ? at - delayMs - job.atMs : -1
        if (!job || sinceMs < 0) return due === atOnce
        const allowed =
          membersPerSecond === 0 ? Infinity : Math.floor((sinceMs / 1_000) * membersPerSecond) + 1 - job.done
        const count = Math.min(atOnce, allowed)
        if (count > 0) perform({ licensed: 'members', count, at, rule })
        return due === atOnce || count === atOnce || (count > 0 && queue.group() !== job)
      },
      reprocess: (id, by, rule) => perform({ reprocess: id, at: now(), by, rule }),
      withErrors(id, limit, from) {
        const slot = holdings.slotOf(id)
        const ids: string[] = []
        if (slot === undefined) return { ids, next: undefined }
        let next: number | undefined
        for (const { user, place } of holdings.mistaken(slot, from)) {
          if (ids.length === limit) return { ids, next }
          next = place
          const found = keys.idOf(user)
          if (userOf(found)) ids.push(found)
        }
        return { ids, next: undefined }
      },
      truth: user => licenceTruths(holdings, keys, rank => reader.atFirst(rank), user),
    },
  }
}
