import { planCatalogue } from '../../data/sku-catalogue.ts'
import { freeUnits, type Product, type Products } from '../products.ts'
import { amountNumber, amountOf, type Prices } from './price.ts'
import type { Counts, PlanCounts, ProductCounts, SidesCounts } from './tally.ts'

/** A number before and after the change. `null`: it is not known. */
export interface BeforeAfter {
  readonly current: number | null
  readonly after: number | null
}

/** What a change does to one product. Numbers of units; `null` where the tenant's products may not be read. */
export interface ProductImpact {
  readonly skuId: string
  readonly skuPartNumber: string
  readonly name: string
  readonly owned: number | null
  /** Units in their days of grace, which can be used as well. */
  readonly inGrace: number | null
  readonly used: BeforeAfter
  readonly free: BeforeAfter
  /** Users who take a unit, and users who free one. */
  readonly takes: number
  readonly frees: number
  /** Users from whom it is removed, and who keep it through a group: no unit is freed. */
  readonly keptByGroups: number
  /** Users for whom there is no unit. */
  readonly short: number | null
  /** Units that must be bought so that all users get one. More than `short` where more units are used than there are. */
  readonly toBuy: number | null
  /** Of a unit for a month; `null` if the file of prices lacks it. Absent without a file of prices. */
  readonly price?: number | null
  readonly currency?: string | null
  /** For a month: of the units that are bought, and of those that are assigned. */
  readonly costBought?: BeforeAfter
  readonly costAssigned?: BeforeAfter
}

/** What the products that have a price in one currency cost in a month. */
interface CurrencyCost {
  readonly currency: string
  readonly bought: BeforeAfter
  readonly assigned: BeforeAfter
}

/** What a change does to one plan. Numbers of users. */
export interface PlanImpact {
  readonly planId: string
  readonly plan: string
  readonly title: string
  /** Users of the selection who have it. */
  readonly users: BeforeAfter
  readonly gained: number
  readonly lost: number
}

/** A line of the two sides of a transfer. Numbers of users. */
export interface SideLine {
  /** Names of plans of the old products. */
  readonly old: readonly string[]
  /** Name of the plan of the new product; `null` if it has none. */
  readonly new: string | null
  readonly keptOn: number
  readonly keptOff: number
  readonly gained: number
  readonly lost: number
}

/** Both sides of a transfer. */
export interface TransferImpact {
  readonly from: readonly string[]
  readonly to: string
  readonly lines: readonly SideLine[]
}

/** What a change of licences does, before it is made. */
export interface Impact {
  readonly rows: Counts['rows']
  /** `selected`: those that were found · `affected`: those with a row that would be sent. */
  readonly users: {
    readonly selected: number
    readonly affected: number
    /** Of those who would be assigned a product. */
    readonly withoutUsageLocation: BeforeAfter
  }
  /** Rows that are skipped because plans would conflict: only conflicts that are known. */
  readonly conflictsKnown: number
  /** Rows for which nothing is sent because a group gives the product. */
  readonly inherited: number
  readonly mailboxes: Counts['mailboxes']
  readonly products: readonly ProductImpact[]
  /** By currency. Absent without a file of prices. */
  readonly costs?: readonly CurrencyCost[]
  /** Part numbers of products that have no price. Absent without a file of prices. */
  readonly withoutPrice?: readonly string[]
  readonly plans: readonly PlanImpact[]
  readonly transfers: readonly TransferImpact[]
  /** Rows of transfers between other products, whose sides are not shown. */
  readonly otherTransfers: number
}

/** @param isOwn whether the tenant's products were read. @param prices of all products, if they were given */
export const impactOf = (counts: Counts, products: Products, isOwn: boolean, prices?: Prices): Impact => {
  const touched = [...counts.products]
    .map(([sku, numbers]) => productImpact(sku, products.get(sku), numbers, isOwn, prices))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const { withoutLocation, getLocation, users: selected, affected } = counts
  return {
    rows: { ...counts.rows },
    users: {
      selected,
      affected,
      withoutUsageLocation: { current: withoutLocation, after: withoutLocation - getLocation },
    },
    conflictsKnown: counts.conflicts,
    inherited: counts.inherited,
    mailboxes: { ...counts.mailboxes },
    products: touched,
    ...(prices && {
      costs: costsOf(touched),
      withoutPrice: touched.filter(({ price }) => price === null).map(each => each.skuPartNumber),
    }),
    plans: [...counts.plans].map(planImpact).sort(byChange),
    transfers: counts.sides.map(sides => transferImpact(sides, products)),
    otherTransfers: counts.otherSides,
  }
}

const unknown: BeforeAfter = { current: null, after: null }

const productImpact = (
  skuId: string,
  product: Product | undefined,
  { takes, frees, keptByGroups }: ProductCounts,
  isOwn: boolean,
  prices: Prices | undefined,
): ProductImpact => {
  const names = { skuId, skuPartNumber: product?.partNumber ?? skuId, name: product?.name ?? skuId }
  // A product that the tenant does not have, or no longer: those who lose it had it.
  const none = { enabled: 0, warning: 0, consumed: frees }
  const subscription = product?.subscription ?? (isOwn ? none : undefined)
  const counts = { takes, frees, keptByGroups }
  const price = prices?.get(skuId)
  const priced = prices && {
    price: price?.amount === undefined ? null : amountNumber(price.amount),
    currency: price?.currency || null,
  }
  if (!subscription)
    return {
      ...names,
      owned: null,
      inGrace: null,
      used: unknown,
      free: unknown,
      ...counts,
      short: null,
      toBuy: null,
      ...(priced && { ...priced, costBought: unknown, costAssigned: unknown }),
    }
  const { enabled: owned, warning: inGrace, consumed } = subscription
  const used = consumed + takes - frees
  const free = freeUnits(subscription)
  const toBuy = takes - frees > 0 ? Math.max(0, used - owned - inGrace) : 0
  const cost = (current: number, after: number): BeforeAfter =>
    price?.amount === undefined
      ? unknown
      : { current: amountNumber(current * price.amount), after: amountNumber(after * price.amount) }
  return {
    ...names,
    owned,
    inGrace,
    used: { current: consumed, after: used },
    free: { current: free, after: freeUnits({ ...subscription, consumed: used }) },
    ...counts,
    short: Math.max(0, takes - frees - free),
    toBuy,
    ...(priced && {
      ...priced,
      costBought: cost(owned, owned + toBuy),
      costAssigned: cost(consumed, used),
    }),
  }
}

const added = (all: readonly BeforeAfter[]): BeforeAfter => {
  const sum = (name: keyof BeforeAfter): number =>
    amountNumber(all.reduce((total, each) => total + amountOf(each[name] ?? 0), 0))
  return { current: sum('current'), after: sum('after') }
}

const costsOf = (products: readonly ProductImpact[]): readonly CurrencyCost[] => {
  const priced = products.filter(({ price, costBought }) => (price ?? null) !== null && costBought?.current !== null)
  return [...Map.groupBy(priced, ({ currency }) => currency!)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([currency, all]) => ({
      currency,
      bought: added(all.map(({ costBought }) => costBought!)),
      assigned: added(all.map(({ costAssigned }) => costAssigned!)),
    }))
}

const planImpact = ([planId, { users, gained, lost }]: readonly [string, PlanCounts]): PlanImpact => {
  const known = planCatalogue().get(planId)
  return {
    planId,
    plan: known?.servicePlanName ?? planId,
    title: known?.title ?? planId,
    users: { current: users, after: users + gained - lost },
    gained,
    lost,
  }
}

/** Those that change for the most users first. */
const byChange = (one: PlanImpact, other: PlanImpact): number =>
  other.gained + other.lost - (one.gained + one.lost) || (one.plan < other.plan ? -1 : 1)

const transferImpact = ({ from, to, lines }: SidesCounts, products: Products): TransferImpact => {
  const nameOf = (sku: string): string => products.get(sku)?.partNumber ?? sku
  const plans = new Map([...from, to].flatMap(sku => products.get(sku)?.plans.map(({ id, name }) => [id, name]) ?? []))
  const planOf = (id: string): string => plans.get(id) ?? id
  return {
    from: from.map(nameOf),
    to: nameOf(to),
    lines: lines.map(({ old, next, ...fates }) => ({
      old: old.map(planOf),
      new: next === undefined ? null : planOf(next),
      ...fates,
    })),
  }
}
