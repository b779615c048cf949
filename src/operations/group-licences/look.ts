import type { Finding, Looked, OperationContext } from '../../core/operation.ts'
import { isCode } from '../../core/errors.ts'
import { joined } from '../../core/joined.ts'
import { groupLicences } from '../../licensing/group-licences.ts'
import { memberLicences } from '../../licensing/member-licences.ts'
import { freeUnits, plansTurnedOff, switchablePlans, type Product, type Products } from '../../licensing/products.ts'
import { unitsOf, type UserLicences } from '../../licensing/user-licences.ts'
import { losesService, productIn } from '../licences/look.ts'
import { productsSeen } from '../licences/products-seen.ts'
import { productNamed } from '../../licensing/shown-names.ts'
import { notFound } from '../objects/one.ts'
import { liveSeen } from '../objects/read.ts'
import type { Seen } from '../objects/read-each.ts'
import { countLosers, turnedOff, type Losers, type ShareChange } from './losers.ts'
import type { GroupLicenceBefore, GroupLicenceRow } from './row.ts'

const properties = ['displayName', 'securityEnabled', 'groupTypes', 'assignedLicenses']

/** Groups with what they assign; undefined for one that does not exist. */
export const groupsSeen = (
  rows: readonly GroupLicenceRow[],
  context: OperationContext,
): Promise<readonly (Seen | undefined)[]> =>
  liveSeen(
    'group',
    rows.map(({ group }) => group),
    properties,
    context,
  )

/** Ids of the plans that are off in what a group assigns; null if it does not assign the product. */
export const plansOff = (group: Seen, product: Product): readonly string[] | null => {
  const off = groupLicences(group).get(product.skuId)
  return off ? switchedOff(product, off) : null
}

const switchedOff = (product: Product, off: ReadonlySet<string>): readonly string[] =>
  [...switchablePlans(product, off)].sort()

/** What a group would assign; or why nothing is sent. */
type Decided = { readonly after: readonly string[] | null } | Finding

/** Decides what a group shall assign. @param now ids of the plans that are off; null if it does not assign the product */
type DecideGroup = (row: GroupLicenceRow, group: Seen, product: Product, now: readonly string[] | null) => Decided

/** Reads groups, and decides what is done for each row. */
export const lookAtGroups = async (
  values: readonly GroupLicenceRow[],
  decide: DecideGroup,
  context: OperationContext,
): Promise<readonly Looked<GroupLicenceBefore>[]> => {
  if (values.length === 0) return []
  const products = await productsSeen(context)
  const groups = await groupsSeen(values, context)
  const looked: Looked<GroupLicenceBefore>[] = values.map(({ group }) => notFound('group', group))
  for (const places of Map.groupBy(values.keys(), at => values[at]!.group).values()) {
    const group = groups[places[0]!]
    if (!group) continue
    const rows = places.map(at => values[at]!)
    for (const [nth, found] of (await lookAtGroup(rows, group, products, decide, context)).entries())
      looked[places[nth]!] = found
  }
  return looked
}

/** A row for which something may be sent. */
interface Changing extends ShareChange {
  readonly product: Product
  readonly plans: readonly string[] | null
}

/** The rows of one group go in one request, so what they do to its members is judged together. */
const lookAtGroup = async (
  rows: readonly GroupLicenceRow[],
  group: Seen,
  products: Products,
  decide: DecideGroup,
  context: OperationContext,
): Promise<readonly Looked<GroupLicenceBefore>[]> => {
  const decided = rows.map((row): Finding | Changing => {
    const product = productIn(products, row)
    const plans = plansOff(group, product)
    const found = decide(row, group, product, plans)
    return 'outcome' in found ? { id: row.group, ...found } : { row, product, plans, off: found.after }
  })
  const changing = decided.filter((each): each is Changing => !('outcome' in each))
  const taking = new Set(changing.filter(each => !each.row.onceDirect && takesAway(each, changing, group, products)))
  const losing = changing.filter(each => taking.has(each) || turnedOff(each, each.plans).length > 0)
  const losers = new Map((await losersOf(losing, products, context)).map((found, at) => [losing[at]!, found]))
  const looked: Looked<GroupLicenceBefore>[] = []
  for (const each of decided) {
    if ('outcome' in each) {
      looked.push(each)
      continue
    }
    const { row, product, plans, off: after } = each
    const why = row.onceDirect && !row.assumed ? await lackingDirect(row, group, product, context) : undefined
    const short = plans === null && !row.onceDirect ? await shortOf(row.group, product, context) : 0
    const nested = plans === null && !row.onceDirect ? await groupsIn(group, context) : 0
    const { count = 0, byPlan = {} } = losers.get(each) ?? {}
    looked.push(
      why ?? {
        send: {
          ...{ plans, after, losers: taking.has(each) ? count : 0 },
          ...(Object.keys(byPlan).length > 0 && { planLosers: byPlan }),
          ...(short > 0 && { short }),
          ...(nested > 0 && { nested }),
        },
      },
    )
  }
  return looked
}

/** Whether members could lose something by a row, as far as the group alone says. */
const takesAway = (one: Changing, all: readonly Changing[], group: Seen, products: Products): boolean => {
  const { plans, off } = one
  if (plans === null || off === null) return plans !== null
  const before = licencesWith(
    group,
    all.filter(each => each !== one),
  )
  return losesService(before, licencesWith(group, all), products)
}

/** How many members lose something by each row. All of them, where their licences may not be read. */
const losersOf = async (
  rows: readonly Changing[],
  products: Products,
  context: OperationContext,
): Promise<readonly Losers[]> => {
  if (rows.length === 0) return []
  try {
    return await countLosers(rows, products, context)
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    const count = await membersOf(rows[0]!.row.group, context)
    return rows.map(() => ({ count, byPlan: {} }))
  }
}

/** What a member has through the group alone, once these rows are made. */
const licencesWith = (group: Seen, rows: readonly Changing[]): UserLicences => {
  const assigned = new Map(groupLicences(group))
  for (const { product, off } of rows)
    if (off) assigned.set(product.skuId, new Set(off))
    else assigned.delete(product.skuId)
  return {
    direct: new Map(
      [...assigned].map(([sku, disabledPlans]) => [sku, { state: 'Active', error: null, disabledPlans }]),
    ),
    inherited: new Map(),
  }
}

/** Users who are direct members. @see https://learn.microsoft.com/graph/api/group-list-members */
const membersOf = (group: string, { graph, signal, once }: OperationContext): Promise<number> =>
  once(`members of ${group}`, () => graph.count(`/groups/${group}/members/microsoft.graph.user`, undefined, signal))

/** Groups that are direct members; 0 if they may not be read. @see https://learn.microsoft.com/entra/fundamentals/concept-group-based-licensing */
const groupsIn = async (group: Seen, { graph, signal, once }: OperationContext): Promise<number> => {
  const { id, groupTypes } = group
  // Microsoft 365 groups have no groups as members, and Graph refuses to look for them.
  if (Array.isArray(groupTypes) && groupTypes.includes('Unified')) return 0
  try {
    return await once(`groups in ${id}`, () =>
      graph.count(`/groups/${id}/members/microsoft.graph.group`, undefined, signal),
    )
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    return 0
  }
}

/** How many members could get no unit of a product. They are only read where units may be short; 0 if they may not be read. */
const shortOf = async (group: string, product: Product, context: OperationContext): Promise<number> => {
  if (!product.subscription) return 0
  const free = freeUnits(product.subscription)
  try {
    if ((await membersOf(group, context)) <= free) return 0
    let needed = 0
    for await (const members of memberLicences(context.graph, group, context.signal))
      for (const { licences } of members) if (!unitsOf(licences).has(product.skuId)) needed++
    return Math.max(0, needed - free)
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    return 0
  }
}

/** Names that a message lists. */
const most = 3

/** Why a group must keep a product that its members do not all have directly; undefined if they do. */
const lackingDirect = async (
  { group: id }: GroupLicenceRow,
  group: Seen,
  product: Product,
  { graph, signal }: OperationContext,
): Promise<Finding | undefined> => {
  const off = groupLicences(group).get(product.skuId) ?? new Set<string>()
  const lacking: string[] = []
  let count = 0
  for await (const members of memberLicences(graph, id, signal))
    for (const { name, licences } of members) {
      if (hasDirectly(licences, product, off)) continue
      count++
      if (lacking.length < most) lacking.push(name)
    }
  if (count === 0) return undefined
  const who = count > most ? `${count} members, such as ${joined(lacking)},` : joined(lacking)
  return {
    outcome: 'failed',
    id,
    code: 'MEMBERS_WITHOUT_LICENCE',
    message: `The group keeps ${productNamed(product.skuId)}: ${who} would lose plans, since not all that the group gives are on directly.`,
    fix: 'Correct the rows of the members that failed, and run the command again.',
  }
}

/** Whether a user has a product directly, with each plan on that is on in the group. @param off ids of plans */
const hasDirectly = ({ direct }: UserLicences, product: Product, off: ReadonlySet<string>): boolean => {
  const own = direct.get(product.skuId)
  return own?.state === 'Active' && plansTurnedOff(product, own.disabledPlans).every(plan => off.has(plan))
}
