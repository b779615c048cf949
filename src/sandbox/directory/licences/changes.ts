import type { Fields } from '../../../core/json.ts'
import type { Content, Version } from '../faces.ts'
import { isoTimeOfMs } from '../iso-time.ts'
import type { Records } from '../memory/records.ts'
import type { Effect, State } from '../state.ts'
import type { Author, Reference } from '../types.ts'
import type { LicenceFoundation } from './foundation.ts'
import { directProperty } from './reader.ts'
import { isActive, type DirectLicence, type Licence } from './types.ts'

/** Property of a deleted user: the direct licences that it lost and may get back. The number sign keeps it out of replies. */
export const freedLicences = '#freedLicences'

/** Notes when direct licences were assigned that come without a time. */
export const datedLicences = (values: Fields, atMs: number): Fields => {
  const given = values[directProperty]
  if (!Array.isArray(given)) return values
  const at = isoTimeOfMs(atMs)
  return {
    ...values,
    [directProperty]: (given as readonly (Licence & Partial<DirectLicence>)[]).map(one => ({
      skuId: one.skuId,
      disabledPlans: one.disabledPlans ?? [],
      at: one.at ?? at,
    })),
  } as unknown as Fields
}

type ObjectEffect = Extract<Effect, { readonly bin: unknown }>

interface ChangesOptions extends LicenceFoundation {
  readonly truth: State
  readonly records: Records
  /** Groups of which a user is a direct member. */
  readonly groupsOf: (user: Reference) => readonly Reference[]
  /** What a group assigns, as its version says. */
  readonly licencesOf: (group: Version) => readonly Licence[]
  readonly groupRankOf: (group: string) => number | undefined
}

/** Follows the changes of users, groups and memberships. */
interface LicenceChanges {
  /**
   * Compares licences before and after the effects of a change, which are not applied yet. Returns a function that counts units and
   * notes what group-based licensing has to do.
   */
  change(effects: readonly Effect[], by: Author, atMs: number): () => void
}

/** Creates the follower. */
export const licenceChanges = (options: ChangesOptions): LicenceChanges => {
  const { truth, records, holdings, keys, reader, seats, queue } = options

  const activeSkus = (user: Content | undefined): ReadonlySet<string> =>
    new Set(
      user
        ? reader
            .states(user)
            .filter(isActive)
            .map(({ skuId }) => skuId)
        : [],
    )
  const kept = (user: Version | undefined): string =>
    user && records.has(user.record, directProperty) ? JSON.stringify(records.value(user.record, directProperty)) : ''
  const wasUser = (id: string, rank: number): { readonly version: Version | undefined; readonly isLive: boolean } => {
    const live = truth.live('user').version(id)
    if (live) return { version: live, isLive: true }
    const bin = truth.bin('user').version(id)
    if (bin) return { version: bin, isLive: false }
    const isThere = rank >= 0 && !truth.live('user').isMasked(rank)
    return { version: isThere ? { id, rank, record: 0 } : undefined, isLive: isThere }
  }
  const endGroups = (id: string, slots: readonly number[], by: Author, atMs: number): void => {
    for (const slot of slots) holdings.set(keys.ofId(id), { slot, shares: [], atMs, by })
  }
  const slotsOf = (user: Content): readonly number[] => [
    ...new Set(reader.states(user).flatMap(({ by }) => (by === null ? [] : (holdings.slotOf(by) ?? [])))),
  ]
  const hasAny = (user: Content, slot: number): boolean =>
    reader.states(user).some(state => state.by === holdings.groupOf(slot) && isActive(state))

  const ofUser = ({ id, rank, live, bin }: ObjectEffect, by: Author, atMs: number): (() => void) | undefined => {
    const { version: before, isLive } = wasUser(id, rank)
    const after = live ?? bin
    const isRestored = before !== undefined && !isLive && live !== undefined
    const isFreed = bin !== undefined && records.has(bin.record, freedLicences)
    const isOver = after === undefined || isFreed
    if (before && isLive && live === undefined && !isOver) {
      // No longer a member: what a group could not give is no error any more.
      const failed = slotsOf(before).filter(slot => !hasAny(before, slot))
      return () => endGroups(id, failed, by, atMs)
    }
    if (!isOver && !isRestored && kept(before) === kept(after)) return undefined
    const had = activeSkus(before)
    const slots = isOver && before ? slotsOf(before) : []
    const have = isOver ? new Set<string>() : activeSkus(after)
    const direct = isOver || !after ? [] : reader.direct(after)
    const isOther = JSON.stringify(before ? reader.direct(before) : []) !== JSON.stringify(direct)
    return () => {
      const key = keys.ofId(id)
      if (isOther)
        holdings.set(key, {
          slot: 0,
          shares: direct.map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans, state: 'Active', error: null })),
          atMs,
          by,
        })
      endGroups(id, slots, by, atMs)
      for (const skuId of had) if (!have.has(skuId)) seats.count(skuId, -1)
      for (const skuId of have) if (!had.has(skuId)) seats.count(skuId, 1)
      if (isRestored) rejoin(id, live, by, atMs)
    }
  }
  /** A restored user is processed in its groups, which may have changed meanwhile. */
  const rejoin = (id: string, user: Content, by: Author, atMs: number): void => {
    const joined = options.groupsOf({ kind: 'user', id }).flatMap(group => holdings.slotOf(group.id) ?? [])
    for (const slot of new Set([...joined, ...slotsOf(user)])) queue.addUser({ slot, user: keys.ofId(id), atMs, by })
  }

  const ofGroup = ({ id, live }: ObjectEffect, by: Author, atMs: number): (() => void) | undefined => {
    const before = truth.live('group').version(id)
    const rank = options.groupRankOf(id) ?? -1
    const isThere = rank >= 0 && !truth.live('group').isMasked(rank)
    const first = before ?? (isThere ? { id, rank, record: 0 } : undefined)
    const licences = (group: Version | undefined): string => JSON.stringify(group ? options.licencesOf(group) : [])
    const isKnown = holdings.slotOf(id) !== undefined
    if (licences(first) === licences(live) && !(isKnown && (first === undefined) !== (live === undefined)))
      return undefined
    return () => queue.addGroup(holdings.addSlot(id), atMs, by)
  }

  return {
    change(effects, by, atMs) {
      const steps = effects.flatMap(effect => {
        if ('assignment' in effect) return []
        if ('owner' in effect) {
          if (effect.relation !== 'members' || effect.owner.kind !== 'group' || effect.target.kind !== 'user') return []
          const slot = holdings.slotOf(effect.owner.id)
          if (slot === undefined) return []
          return () => queue.addUser({ slot, user: keys.ofId(effect.target.id), atMs, by })
        }
        if (effect.kind === 'user') return ofUser(effect, by, atMs) ?? []
        if (effect.kind === 'group') return ofGroup(effect, by, atMs) ?? []
        return []
      })
      return () => {
        for (const step of steps) step()
      }
    },
  }
}
