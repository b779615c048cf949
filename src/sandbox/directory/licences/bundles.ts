import { isByGroup, type LicenceSettings, type SkuSettings } from './settings.ts'

/** Groups that assign licences: their members have the SKU through the group. */
export const licensingGroups = ['LIC-M365-E3', 'LIC-M365-F3'] as const

/** One of them, by its name. */
export type LicensingGroup = (typeof licensingGroups)[number]

/** A product of some users. Plans are named. */
interface Holding {
  readonly sku: string
  /** `direct`, the group, or both (which uses one unit). */
  readonly by: readonly ('direct' | LicensingGroup)[]
  /** Disabled by the direct licence. */
  readonly disabled?: readonly string[]
}

/** The products of users whose licence ranks are next to each other. */
export interface Bundle {
  /** Share of the users at which it ends. */
  readonly end: number
  readonly holdings: readonly Holding[]
}

/** What a group assigns. */
export interface GroupLicence {
  readonly sku: string
  readonly disabled: readonly string[]
}

/** Who has what at first. Each licensing group is one interval of licence ranks. */
interface Layout {
  readonly bundles: readonly Bundle[]
  readonly groups: Readonly<Record<LicensingGroup, GroupLicence | undefined>>
  /** Part numbers of the products of the tenant. */
  readonly skus: readonly string[]
}

const direct = (sku: string, disabled: readonly string[] = []): Holding => ({ sku, by: ['direct'], disabled })
const group = (sku: string, by: LicensingGroup): Holding => ({ sku, by: [by] })
const e3 = group('SPE_E3', 'LIC-M365-E3')
const f3 = group('SPE_F1', 'LIC-M365-F3')

/** Shares in percent. */
const usual: readonly { readonly share: number; readonly holdings: readonly Holding[] }[] = [
  { share: 7, holdings: [] },
  { share: 12, holdings: [direct('SPE_E5')] },
  { share: 2, holdings: [direct('SPE_E3', ['YAMMER_ENTERPRISE', 'SWAY']), direct('AAD_PREMIUM_P2')] },
  { share: 1, holdings: [direct('ENTERPRISEPACK'), direct('EMSPREMIUM')] },
  { share: 41, holdings: [e3] },
  { share: 4, holdings: [e3, direct('POWER_BI_PRO')] },
  { share: 3, holdings: [e3, direct('Microsoft_365_Copilot')] },
  { share: 2, holdings: [e3, direct('VISIOCLIENT')] },
  { share: 1, holdings: [e3, direct('PROJECTPROFESSIONAL')] },
  { share: 1, holdings: [{ sku: 'SPE_E3', by: ['direct', 'LIC-M365-E3'] }] },
  { share: 4, holdings: [e3, direct('FLOW_FREE')] },
  { share: 22, holdings: [f3] },
]

/** Products that nobody has at first. */
const unused = ['ENTERPRISEPREMIUM', 'SPB', 'O365_BUSINESS_PREMIUM', 'M365_F1', 'AAD_PREMIUM']

const usualLayout = (): Layout => {
  let sum = 0
  const bundles = usual.map(({ share, holdings }) => ({ end: (sum += share) / 100, holdings }))
  return {
    bundles,
    groups: { 'LIC-M365-E3': { sku: 'SPE_E3', disabled: [] }, 'LIC-M365-F3': { sku: 'SPE_F1', disabled: [] } },
    skus: [...new Set([...bundles.flatMap(({ holdings }) => holdings.map(({ sku }) => sku)), ...unused])],
  }
}

/** A part of the users, from one share up to another. It may begin again at 0. */
interface Span {
  readonly from: number
  readonly to: number
  readonly holding: Holding
}

/** The spans of a product from a share on: direct, then both, then by group. */
const spansOf = (settings: SkuSettings, by: LicensingGroup | undefined, from: number): readonly Span[] => {
  const { sku, direct: alone = 0, both = 0, group: grouped = 0, disabledPlans = [[]] } = settings
  const sets = disabledPlans.length > 0 ? disabledPlans : [[]]
  const parted = (start: number, share: number, assigners: Holding['by']): readonly Span[] =>
    sets.map((disabled, at) => ({
      from: start + (share * at) / sets.length,
      to: start + (share * (at + 1)) / sets.length,
      holding: { sku, by: assigners, disabled },
    }))
  return [
    ...parted(from, alone, ['direct']),
    ...(by ? parted(from + alone, both, ['direct', by]) : []),
    ...(by ? [{ from: from + alone + both, to: from + alone + both + grouped, holding: { sku, by: [by] } }] : []),
  ].filter(({ from: start, to }) => to > start)
}

const groupOf = (settings: LicenceSettings): ReadonlyMap<string, LicensingGroup> => {
  const byGroup = settings.skus.filter(isByGroup).map(({ sku }) => sku)
  const first = byGroup.find(sku => sku === 'SPE_E3') ?? byGroup.find(sku => sku !== 'SPE_F1')
  return new Map(byGroup.map(sku => [sku, sku === first ? 'LIC-M365-E3' : 'LIC-M365-F3']))
}

const layoutOf = (settings: LicenceSettings): Layout => {
  const groups = groupOf(settings)
  const spans: Span[] = []
  let next = 0
  for (const one of settings.skus) {
    const { direct: alone = 0, both = 0, group: grouped = 0 } = one
    const share = alone + both + grouped
    // The members of a group are one interval, which cannot begin again at 0.
    const from = groups.has(one.sku) && next + share > 1 ? 0 : next
    spans.push(...spansOf(one, groups.get(one.sku), from))
    next = (from + share) % 1
  }
  const edges = new Set([1, ...spans.flatMap(({ from, to }) => [from, to]).map(edge => (edge > 1 ? edge - 1 : edge))])
  const ends = [...edges].filter(edge => edge > 0).sort((one, other) => one - other)
  const holds = ({ from, to }: Span, at: number): boolean => (at > from && at < to) || at + 1 < to
  const bundles = ends.map((end, at) => {
    const middle = (end + (ends[at - 1] ?? 0)) / 2
    return { end, holdings: spans.filter(span => holds(span, middle)).map(({ holding }) => holding) }
  })
  const licenceOf = (name: LicensingGroup): GroupLicence | undefined => {
    const found = settings.skus.find(({ sku }) => groups.get(sku) === name)
    return found && { sku: found.sku, disabled: found.groupDisabledPlans ?? [] }
  }
  return {
    bundles,
    groups: { 'LIC-M365-E3': licenceOf('LIC-M365-E3'), 'LIC-M365-F3': licenceOf('LIC-M365-F3') },
    skus: settings.skus.map(({ sku }) => sku),
  }
}

/** The licences that users have at first. */
export const layout = (settings: LicenceSettings | undefined): Layout => (settings ? layoutOf(settings) : usualLayout())
