import { isoTimeOfMs } from '../iso-time.ts'
import type { Author } from '../types.ts'
import type { Holdings } from './holdings.ts'
import { isActive, type LicenceState, type LicenceTruth, type Share } from './types.ts'
import type { UserKeys } from './user-keys.ts'

/** What an assigner gave from a time on. */
interface Step {
  readonly shares: readonly Share[]
  readonly at: string
  /** Undefined from the start. */
  readonly by: Author | undefined
}

const keyOf = ({ skuId, disabledPlans }: Share): string => `${skuId}/${disabledPlans.join()}`

/** The times during which an assigner gave a product with the same plans. */
function* timesOf(user: string, by: string, steps: readonly Step[]): Iterable<LicenceTruth> {
  const open = new Map<string, { readonly share: Share; readonly step: Step }>()
  const line = ({ share, step }: { share: Share; step: Step }, end: Step | undefined): LicenceTruth => ({
    user,
    sku: share.skuId,
    by,
    disabledPlans: share.disabledPlans,
    from: step.at,
    until: end?.at ?? null,
    request: step.by?.request ?? null,
    client: step.by?.client ?? null,
    untilRequest: end?.by?.request ?? null,
    untilClient: end?.by?.client ?? null,
  })
  for (const step of steps) {
    const active = new Map(step.shares.filter(isActive).map(share => [keyOf(share), share]))
    for (const [key, begun] of open)
      if (!active.has(key)) {
        open.delete(key)
        yield line(begun, step)
      }
    for (const [key, share] of active) if (!open.has(key)) open.set(key, { share, step })
  }
  for (const begun of open.values()) yield line(begun, undefined)
}

/**
 * The licences of a user, or of all users whose licences were ever changed: a line for each time during which an assigner gave a product
 * with the same plans.
 *
 * @param atFirst the licences of a synthetic user from the start
 */
export function* licenceTruths(
  holdings: Holdings,
  keys: UserKeys,
  atFirst: (rank: number) => readonly LicenceState[],
  user?: string,
): Iterable<LicenceTruth> {
  const only = user === undefined ? undefined : keys.ofId(user)
  for (const key of only === undefined ? holdings.users() : only < 0 ? [] : [only]) {
    const rank = keys.rankOf(key)
    const steps = new Map<string, Step[]>()
    const stepsOf = (by: string): Step[] => {
      const found = steps.get(by) ?? []
      steps.set(by, found)
      return found
    }
    for (const state of rank === undefined ? [] : atFirst(rank)) {
      const own = stepsOf(state.by ?? 'direct')
      own[0] = { shares: [...(own[0]?.shares ?? []), state], at: state.at, by: undefined }
    }
    for (const { slot, shares, atMs, by } of holdings.history(key))
      stepsOf(slot === 0 ? 'direct' : holdings.groupOf(slot)).push({ shares, at: isoTimeOfMs(atMs), by })
    for (const [by, own] of steps) yield* timesOf(keys.idOf(key), by, own)
  }
}
