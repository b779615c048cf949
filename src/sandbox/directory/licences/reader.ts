import type { Content } from '../faces.ts'
import { isoTime, isoTimeOfMs } from '../iso-time.ts'
import type { Records } from '../memory/records.ts'
import type { Users } from '../user.ts'
import { bundle, licensedAt } from '../user-columns.ts'
import type { Holdings } from './holdings.ts'
import type { PlanName } from './plan-rules.ts'
import { propertiesOf, type LicenceProperties, type LicenceStep } from './properties.ts'
import { catalogueSku } from './skus.ts'
import type { DirectLicence, Licence, LicenceState } from './types.ts'
import type { UserKeys } from './user-keys.ts'

/** Reads the licences of users: what they had from the start, what is kept with them, and what groups give them. */
export interface LicenceReader {
  /** Whether the licences of a user are others than those from the start. */
  differs(content: Content): boolean
  /** One state an assigner and product: direct ones first. */
  states(content: Content): readonly LicenceState[]
  direct(content: Content): readonly DirectLicence[]
  /** The states of a synthetic user from the start. */
  atFirst(rank: number): readonly LicenceState[]
  properties(content: Content): LicenceProperties
}

interface ReaderOptions {
  readonly users: Users
  readonly records: Records
  readonly holdings: Holdings
  readonly keys: UserKeys
}

/** The property of a record that has a user's direct licences. */
export const directProperty = 'assignedLicenses'

/** Plans of a product, of the tenant's or of any other of the catalogue. */
export const plansOf = (skuId: string): readonly PlanName[] => catalogueSku(skuId)?.plans ?? []

/** Creates a reader. */
export const licenceReader = ({ users, records, holdings, keys }: ReaderOptions): LicenceReader => {
  const { licences } = users.world
  const startOf = (rank: number) => {
    users.load(rank)
    return { rank, facts: licences.bundles[bundle(users.subject)]!, at: isoTime(licensedAt(users.subject)) }
  }
  let last: ReturnType<typeof startOf> | undefined
  const fromStart = (rank: number): typeof last => {
    if (rank < 0) return undefined
    if (last?.rank !== rank) last = startOf(rank)
    return last
  }
  const active = (licence: Licence, by: string | null, at: string): LicenceState => ({
    skuId: licence.skuId,
    disabledPlans: licence.disabledPlans,
    state: 'Active',
    error: null,
    by,
    at,
  })
  const groupsFromStart = (rank: number): readonly LicenceState[] => {
    const start = fromStart(rank)
    if (!start) return []
    return start.facts.groups.flatMap(({ group, licences: given }) =>
      given.map(licence => active(licence, group, start.at)),
    )
  }
  const direct: LicenceReader['direct'] = ({ rank, record }) => {
    if (records.has(record, directProperty)) return records.value(record, directProperty) as readonly DirectLicence[]
    const start = fromStart(rank)
    return start ? start.facts.direct.map(licence => ({ ...licence, at: start.at })) : []
  }
  const grouped = (content: Content): readonly LicenceState[] => {
    const key = keys.ofContent(content)
    const rows = key < 0 ? [] : holdings.current(key)
    const changed = new Set(rows.map(({ slot }) => holdings.groupOf(slot)))
    return [
      ...groupsFromStart(content.rank).filter(({ by }) => !changed.has(by!)),
      ...rows
        .filter(({ slot }) => slot > 0)
        .flatMap(({ slot, shares, atMs }) =>
          shares.map(share => ({ ...share, by: holdings.groupOf(slot), at: isoTimeOfMs(atMs) })),
        ),
    ]
  }
  const states = (content: Content): readonly LicenceState[] => [
    ...direct(content).map(licence => active(licence, null, licence.at)),
    ...grouped(content),
  ]
  const stepsOf = (content: Content): readonly LicenceStep[] => {
    const key = keys.ofContent(content)
    const rows = key < 0 ? [] : holdings.history(key)
    if (rows.length === 0) return []
    const start = fromStart(content.rank)
    const first = start
      ? [
          { assigner: 0, shares: start.facts.direct.map(licence => active(licence, null, start.at)), at: start.at },
          ...start.facts.groups.flatMap(({ group, licences: given }) => ({
            assigner: holdings.slotOf(group)!,
            shares: given.map(licence => active(licence, group, start.at)),
            at: start.at,
          })),
        ]
      : []
    return [...first, ...rows.map(({ slot, shares, atMs }) => ({ assigner: slot, shares, at: isoTimeOfMs(atMs) }))]
  }
  return {
    differs(content) {
      if (records.has(content.record, directProperty)) return true
      const key = keys.ofContent(content)
      return key >= 0 && holdings.has(key)
    },
    direct,
    states,
    atFirst: rank => [
      ...(fromStart(rank)?.facts.direct ?? []).map(licence => active(licence, null, fromStart(rank)!.at)),
      ...groupsFromStart(rank),
    ],
    properties: content => propertiesOf(states(content), plansOf, () => stepsOf(content)),
  }
}
