import type { GraphReply } from '../../core/graph.ts'
import type { Decision, OperationContext, OperationRow, Sent } from '../../core/operation.ts'
import { decideAssign } from '../../licensing/decisions/assign.ts'
import { decideBeside } from '../../licensing/decisions/add-beside.ts'
import { decideModify } from '../../licensing/decisions/modify.ts'
import { decideRemove } from '../../licensing/decisions/remove.ts'
import { licencesOf } from '../../licensing/user-licences.ts'
import { madeByWhom } from '../replies/verdicts.ts'
import { withProductIds } from './completed.ts'
import { planTopic } from './known-rules.ts'
import { directPlans, lookAtLicences, productIn, usersSeen, type Decide } from './look.ts'
import { productsSeen } from './products-seen.ts'
import {
  acceptAssignment,
  acceptModification,
  acceptRemoval,
  detailOf,
  isAside,
  isSamePlans,
  modificationDetail,
  ofLicences,
  type AssignmentRow,
  type LicenceBefore,
  type LicenceOperation,
  type LicenceRow,
  type ModificationRow,
  type RemovalRow,
} from './row.ts'
import { remarksOf } from './remarks.ts'
import { taughtBy } from './taught.ts'
import { settleLicences } from './settle.ts'
import { productUnits } from './units.ts'

const assignment: Decide<AssignmentRow> = (user, { disabledPlans, direct }, product, groupName) =>
  decideAssign(
    direct ? { ...user, inherited: new Map() } : user,
    { product, ...(disabledPlans && { off: new Set(disabledPlans) }) },
    groupName,
  )

const removal: Decide<RemovalRow> = (user, _, product, groupName) => decideRemove(user, product, groupName)

const modification: Decide<ModificationRow> = (user, value, product, groupName, products) => {
  const { enablePlans, disablePlans, add, beside = [] } = value
  const wish = { product, enable: new Set(enablePlans), disable: new Set(disablePlans) }
  return add
    ? decideBeside(user, { ...wish, beside: beside.map(sku => productIn(products, { ...value, sku })) }, groupName)
    : decideModify(user, wish, groupName)
}

type SentLicence = Sent<LicenceRow, LicenceBefore>

interface LicencePair {
  readonly value: LicenceRow
  readonly before: LicenceBefore
}

const bodyOf = (rows: readonly LicencePair[]) => ({
  addLicenses: rows.flatMap(({ value, before: { after } }) =>
    after ? [{ skuId: value.sku, disabledPlans: [...after] }] : [],
  ),
  removeLicenses: rows.flatMap(({ value, before: { after } }) => (after ? [] : [value.sku])),
})

/** What operations do with rows that are sent. */
export const sendingLicences = {
  remarks: remarksOf,
  removal: (_: LicenceRow, { loses }: LicenceBefore) => (loses ? 'remove' : undefined),
  touches: ({ user }: LicenceRow, { loses }: LicenceBefore) => (loses ? [user] : []),
  request: (rows: readonly LicencePair[]) => ({
    method: 'POST' as const,
    url: `/users/${rows[0]!.value.user}/assignLicense`,
    body: bodyOf(rows),
  }),
  topic: planTopic,
  taught: (rows: readonly LicencePair[], reply: GraphReply, context: OperationContext) =>
    taughtBy(rows[0]!.value.user, bodyOf(rows), reply, context),
  settle: settleLicences,
  decide: decideLicences,
  isSame: (name: string, one: unknown, other: unknown) => isAside(name) || isSamePlans(one, other),
  supply: productUnits,
} as const

/** Assigns products directly, and sets which of their plans are off. */
export const assigningLicences: LicenceOperation<AssignmentRow> = {
  ...ofLicences('assign-license'),
  tellsImpact: true,
  ...sendingLicences,
  title: 'Assign licences',
  accept: value => acceptAssignment(value, 'assign-license'),
  resolved: (value, [user]) => ({ ...value, user: user! }),
  completed: withProductIds,
  detail: detailOf,
  look: (values, context) => lookAtLicences(values, assignment, context),
  units: ({ sku }, { takes = [sku], frees = [] }) => ({ takes, frees }),
  inverse: backToPlans,
}

/** Turns plans on and off in products that were assigned directly. */
export const modifyingLicences: LicenceOperation<ModificationRow> = {
  ...ofLicences('modify-license'),
  tellsImpact: true,
  ...sendingLicences,
  title: 'Modify licences',
  accept: value => acceptModification(value, 'modify-license'),
  resolved: (value, [user]) => ({ ...value, user: user! }),
  completed: withProductIds,
  detail: modificationDetail,
  look: (values, context) => lookAtLicences(values, modification, context),
  units: ({ sku, add }, { takes = add ? [sku] : [], frees = [] }) => ({ takes, frees }),
  inverse: (value, before) => backToPlans(value, { ...before, plans: before.plans ?? (value.add ? null : []) }),
}

/** Removes products that were assigned directly. */
export const removingLicences: LicenceOperation<RemovalRow> = {
  ...ofLicences('remove-license'),
  tellsImpact: true,
  ...sendingLicences,
  title: 'Remove licences',
  onlyTakes: true,
  accept: value => acceptRemoval(value, 'remove-license'),
  resolved: (value, [user]) => ({ ...value, user: user! }),
  completed: withProductIds,
  detail: detailOf,
  look: (values, context) => lookAtLicences(values, removal, context),
  units: (_, { takes = [], frees = [] }) => ({ takes, frees }),
  inverse: (value, before) => backToPlans(value, { ...before, plans: before.plans ?? [] }),
}

/** The change that gives back what the user had directly of a product. */
function backToPlans({ user, sku }: LicenceRow, { plans = null, after = null }: Partial<LicenceBefore>): OperationRow {
  const expected = { plans: after }
  return plans === null
    ? { kind: 'remove-license', value: { user, sku }, expected }
    : { kind: 'assign-license', value: { user, sku, disabledPlans: plans, direct: true }, expected }
}

/** Decides rows whose reply was lost by what the users have directly. A request is performed for all of its rows or for none. */
async function decideLicences(rows: readonly SentLicence[], context: OperationContext): Promise<readonly Decision[]> {
  if (rows.length === 0) return []
  const values = rows.map(({ value }) => value)
  const products = await productsSeen(context)
  const seen = await usersSeen(values, context)
  const plans = new Map(
    rows.map((row, at) => {
      const user = seen[at]
      return [row, user && directPlans(licencesOf(user), productIn(products, row.value))]
    }),
  )
  const isAsWanted = (row: SentLicence): boolean => isSamePlans(plans.get(row), row.before.after)
  return rows.map((row): Decision => {
    const now = plans.get(row)
    if (now === undefined) return { unknown: 'No reply came, and then the user was deleted.' }
    const ofRequest = row.request === undefined ? [row] : rows.filter(({ request }) => request === row.request)
    const asWanted = ofRequest.filter(isAsWanted).length
    if (asWanted > 0 && asWanted < ofRequest.length)
      return {
        unknown: `No reply came, and ${asWanted} of the ${ofRequest.length} products of the request are as wanted: somebody else changed some of them at the same time.`,
      }
    if (asWanted > 0) return madeByWhom(row, row.value.user, ofRequest.length)
    if (isSamePlans(now, row.before.plans)) return 'not-done'
    return { unknown: 'No reply came, and then somebody else changed this product of the user.' }
  })
}
