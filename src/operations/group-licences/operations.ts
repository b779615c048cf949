import type { GraphReply } from '../../core/graph.ts'
import { joined } from '../../core/joined.ts'
import type { Decision, Finding, OperationContext, Ready, Sent, Verdict } from '../../core/operation.ts'
import { thousands } from '../../core/thousands.ts'
import { graphMessage } from '../../graph/refusal.ts'
import { switchablePlans } from '../../licensing/products.ts'
import { refusalIn } from '../../licensing/refusal.ts'
import { withProductIds } from '../licences/completed.ts'
import { productIn } from '../licences/look.ts'
import { productsSeen } from '../licences/products-seen.ts'
import { isSamePlans } from '../licences/row.ts'
import { planNamed, productNamed } from '../../licensing/shown-names.ts'
import { settleGroupLicences } from '../licences/settle.ts'
import { madeByWhom } from '../replies/verdicts.ts'
import { losersAmong } from './losers.ts'
import { groupsSeen, lookAtGroups, plansOff } from './look.ts'
import {
  acceptGroupLicence,
  ofGroupLicences,
  type GroupLicenceBefore,
  type GroupLicenceOperation,
  type GroupLicenceRow,
} from './row.ts'

type ReadyGroup = Ready<GroupLicenceRow, GroupLicenceBefore>

/** What a preview says of a row, and its result. */
const remarksOf = (
  { sku }: GroupLicenceRow,
  { short, nested, planLosers = {} }: Partial<GroupLicenceBefore>,
): readonly string[] => [
  ...Object.entries(planLosers).map(
    ([plan, many]) =>
      `${many === 1 ? 'A member loses' : `${thousands(many)} members lose`} ${planNamed(plan)}, which the group turns off and nothing else gives.`,
  ),
  ...(nested === undefined
    ? []
    : [
        `Members of ${nested === 1 ? 'the group' : `the ${thousands(nested)} groups`} inside it get nothing: a group assigns to its direct members only.`,
      ]),
  ...(short === undefined
    ? []
    : [
        `Seats of ${productNamed(sku)} are short by ${thousands(short)}: so many members will be in error, and what else the group assigns to them may be, too.`,
      ]),
]

const sending = {
  remarks: remarksOf,
  removal: (_: GroupLicenceRow, { losers = 0 }: Partial<GroupLicenceBefore>) => (losers > 0 ? 'remove' : undefined),
  losers: (_: GroupLicenceRow, { losers = 0 }: Partial<GroupLicenceBefore>) => ({
    kind: 'user' as const,
    count: losers,
  }),
  losersAmong: (
    ids: readonly string[],
    row: GroupLicenceRow,
    { after = null }: Partial<GroupLicenceBefore>,
    context: OperationContext,
  ) => losersAmong(ids, row, after, context),
  touches: ({ group }: GroupLicenceRow) => [group],
  completed: withProductIds,
  request: (rows: readonly ReadyGroup[]) => ({
    method: 'POST' as const,
    url: `/groups/${rows[0]!.value.group}/assignLicense`,
    body: {
      addLicenses: rows.flatMap(({ value, before: { after } }) =>
        after ? [{ skuId: value.sku, disabledPlans: [...after] }] : [],
      ),
      removeLicenses: rows.flatMap(({ value, before: { after } }) => (after ? [] : [value.sku])),
    },
  }),
  settle,
  decide,
  isSame: (_: string, one: unknown, other: unknown) => isSamePlans(one, other),
} as const

/** Assigns products to groups, whose members get them later. */
export const assigningToGroups: GroupLicenceOperation = {
  ...ofGroupLicences('assign-group-license'),
  ...sending,
  title: 'Assign licences to groups',
  accept: value => acceptGroupLicence(value, 'assign-group-license', ['disabledPlans', 'onlyPlans']),
  look: (values, context) =>
    lookAtGroups(
      values,
      ({ disabledPlans }, group, product, now) => {
        if (group['securityEnabled'] !== true) return notSecurityEnabled
        const after = disabledPlans ? [...switchablePlans(product, new Set(disabledPlans))].sort() : (now ?? [])
        return isSamePlans(now, after)
          ? {
              outcome: 'unchanged',
              message: `The group already assigns ${productNamed(product.skuId)}${without(after)}.`,
            }
          : { after }
      },
      context,
    ),
  inverse: ({ group, sku }, { plans, after }) =>
    plans === null || plans === undefined
      ? { kind: 'remove-group-license', value: { group, sku }, expected: { plans: after ?? null } }
      : {
          kind: 'assign-group-license',
          value: { group, sku, disabledPlans: plans },
          expected: { plans: after ?? null },
        },
}

/** Removes products from groups. Members lose what nothing else gives them, later. */
export const removingFromGroups: GroupLicenceOperation = {
  ...ofGroupLicences('remove-group-license'),
  ...sending,
  title: 'Remove licences from groups',
  accept: value => acceptGroupLicence(value, 'remove-group-license', ['onceDirect', 'assumed']),
  look: (values, context) =>
    lookAtGroups(
      values,
      (_, __, product, now) =>
        now
          ? { after: null }
          : { outcome: 'unchanged', message: `The group does not assign ${productNamed(product.skuId)}.` },
      context,
    ),
  inverse: ({ group, sku }, { plans }) => ({
    kind: 'assign-group-license',
    value: { group, sku, disabledPlans: plans ?? [] },
    expected: { plans: null },
  }),
}

const without = (off: readonly string[]): string => (off.length === 0 ? '' : `, without ${joined(off.map(planNamed))}`)

/** @see https://learn.microsoft.com/entra/fundamentals/licensing-whatis-azure-portal */
const notSecurityEnabled: Finding = {
  outcome: 'failed',
  code: 'GROUP_NOT_SECURITY_ENABLED',
  message: 'The group is not security-enabled, and only such groups assign licences.',
  fix: 'Use a security group, or a Microsoft 365 group with securityEnabled.',
}

/** The results of a request that changes products of one group, which was performed for all rows or for none. */
function settle(rows: readonly ReadyGroup[], reply: GraphReply): readonly Verdict[] {
  const refusal = refusalIn(graphMessage(reply) ?? '')
  const why =
    refusal?.reason === 'lacking'
      ? `The group would assign ${planNamed(refusal.plan)} without ${joined(refusal.anyOf.map(planNamed), 'or')}, which it needs.`
      : refusal?.reason === 'exclusive'
        ? `The group would assign ${joined(refusal.plans.map(planNamed))}, which exclude each other.`
        : undefined
  return settleGroupLicences(rows, reply, remarksOf).map((verdict, at) =>
    typeof verdict === 'object' && verdict.outcome === 'failed'
      ? { ...verdict, id: rows[at]!.value.group, ...(why !== undefined && { message: why }) }
      : verdict,
  )
}

/** Decides rows whose reply was lost by what the groups assign. A request is performed for all of its rows or for none. */
async function decide(
  rows: readonly Sent<GroupLicenceRow, GroupLicenceBefore>[],
  context: OperationContext,
): Promise<readonly Decision[]> {
  if (rows.length === 0) return []
  const products = await productsSeen(context)
  const groups = await groupsSeen(
    rows.map(({ value }) => value),
    context,
  )
  return rows.map((row, at): Decision => {
    const { value, before, request } = row
    const group = groups[at]
    if (!group) return { unknown: 'No reply came, and then the group was deleted.' }
    const now = plansOff(group, productIn(products, value))
    const ofRequest = request === undefined ? 1 : rows.filter(each => each.request === request).length
    if (isSamePlans(now, before.after)) return madeByWhom(row, value.group, ofRequest)
    if (isSamePlans(now, before.plans)) return 'not-done'
    return { unknown: 'No reply came, and then somebody else changed this product of the group.' }
  })
}
