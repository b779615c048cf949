import { joined } from '../../core/joined.ts'
import type { GraphReply } from '../../core/graph.ts'
import type { Finding, Ready, Values, Verdict } from '../../core/operation.ts'
import { skuCatalogue } from '../../data/sku-catalogue.ts'
import { graphMessage } from '../../graph/refusal.ts'
import { refusalIn } from '../../licensing/refusal.ts'
import { isBusy, isDone, isMissing, refused } from '../replies/refused.ts'
import { remarksOf } from './remarks.ts'
import type { LicenceBefore, LicenceRow, ProductBefore, ProductRow } from './row.ts'
import { planNamed, productNamed } from '../../licensing/shown-names.ts'

type Refusal = NonNullable<ReturnType<typeof refusalIn>>

/** Rows that change products of one user or group, in one request. */
type ReadyProduct = Ready<ProductRow, ProductBefore>

/** What differs between operations. */
interface Settling<R> {
  /** The id that a result has. */
  readonly idOf: (row: R) => string
  /** What a result says, as sentences. */
  readonly remarks: (row: R) => readonly string[]
  /** Which rows of a request a refusal is about. */
  readonly faultOf: (refusal: Refusal) => (row: R) => boolean
}

/** The results of a request that changes products of one user, which was performed for all rows or for none. */
export const settleLicences = (rows: readonly Ready<LicenceRow, LicenceBefore>[], reply: GraphReply) =>
  settled(rows, reply, {
    idOf: ({ value }) => value.user,
    remarks: ({ value, before }) => remarksOf(value, before),
    faultOf,
  })

/** As `settleLicences`, for products of one group. */
export const settleGroupLicences = <V extends ProductRow & { readonly group: string }, B extends ProductBefore>(
  rows: readonly Ready<V, B>[],
  reply: GraphReply,
  remarks: (value: V, before: B) => readonly string[],
) =>
  settled(rows, reply, {
    idOf: ({ value }) => value.group,
    remarks: ({ value, before }) => remarks(value, before),
    faultOf,
  })

/** As `settleLicences`, for requests of one row each. */
export const settleExchange = <V extends LicenceRow, B extends Values>(
  rows: readonly Ready<V, B>[],
  reply: GraphReply,
  remarks: (value: V, before: B) => readonly string[],
) =>
  settled(rows, reply, {
    idOf: ({ value }) => value.user,
    remarks: ({ value, before }) => remarks(value, before),
    faultOf: () => () => true,
  })

const settled = <R extends Ready<ProductRow>>(
  rows: readonly R[],
  reply: GraphReply,
  { idOf, remarks, faultOf: faults }: Settling<R>,
): readonly Verdict[] => {
  if (isDone(reply))
    return rows.map(row => {
      const said = remarks(row)
      return { outcome: 'done', id: idOf(row), ...(said.length > 0 && { message: said.join(' ') }) }
    })
  if (isBusy(reply)) return rows.map(() => 'apart')
  if (isMissing(reply)) return rows.map(({ lost }) => (lost ? 'undecided' : 'later'))
  const refusal = refusalIn(graphMessage(reply) ?? '')
  if (refusal === undefined) return rows.map(() => (rows.length === 1 ? refused(reply) : 'apart'))
  // A usage location that a step of the row has just set may not be known everywhere.
  if (refusal.reason === 'usage-location')
    return rows.map(({ value }) => (value['usageLocation'] === undefined ? failed(reply, refusal) : 'later'))
  const isAtFault = faults(refusal)
  // The reply may not name a product of the request. Then halves of it find the one at fault.
  const isKnown = rows.length === 1 || rows.some(isAtFault)
  return rows.map(row => {
    if (rows.length > 1 && (!isKnown || !isAtFault(row))) return 'apart'
    // Before, the user had it directly: another replica does not show it yet, or an earlier attempt removed it.
    if (refusal.reason === 'not-held' || refusal.reason === 'inherited') return row.lost ? 'undecided' : 'later'
    return failed(reply, refusal)
  })
}

const faultOf = (refusal: Refusal): ((row: ReadyProduct) => boolean) => {
  if ('sku' in refusal) return ({ value }) => value.sku === refusal.sku
  if (refusal.reason === 'exclusive') return row => refusal.plans.some(plan => gives(row, plan))
  if (refusal.reason === 'lacking')
    return row => (row.before.after ? gives(row, refusal.plan) : refusal.anyOf.some(plan => has(row, plan)))
  return () => false
}

const has = ({ value }: ReadyProduct, plan: string): boolean =>
  skuCatalogue()
    .get(value.sku)
    ?.plans.some(({ servicePlanId }) => servicePlanId === plan) === true

const gives = (row: ReadyProduct, plan: string): boolean => has(row, plan) && row.before.after?.includes(plan) !== true

/** What a refusal means, in words. */
const failed = (reply: GraphReply, refusal: Refusal): Finding => ({ ...refused(reply), ...meaningOf(refusal) })

const meaningOf = (refusal: Refusal): Pick<Finding, 'code' | 'message' | 'fix' | 'lacks'> => {
  switch (refusal.reason) {
    case 'usage-location':
      return {
        code: 'USAGE_LOCATION_INVALID',
        message: 'The user has no usage location, or one where the product is not sold.',
        fix: 'Set a usage location, and send the row again. Graph may take a minute to know a new one.',
      }
    case 'no-units':
      return {
        code: 'NO_SEATS',
        lacks: refusal.sku,
        message: `No seat of ${productNamed(refusal.sku)} is free.`,
        fix: 'Buy seats, or remove the product from others, then retry the row.',
      }
    case 'not-subscribed':
      return {
        code: 'SKU_NOT_OWNED',
        message: `The tenant does not have ${productNamed(refusal.sku)}.`,
        fix: 'Buy it, or use a product of the tenant: `entrapipe export skus` lists them.',
      }
    case 'lacking':
      return {
        code: 'PLAN_LACKING',
        message: `The user would have ${planNamed(refusal.plan)} without ${joined(refusal.anyOf.map(planNamed), 'or')}, which it needs.`,
        fix: 'Assign or remove the products that need each other in one file, next to each other.',
      }
    case 'exclusive':
      return {
        code: 'PLANS_EXCLUSIVE',
        message: `The user would have ${joined(refusal.plans.map(planNamed))}, which exclude each other.`,
        fix: 'Turn one of these plans off, or remove the other product first.',
      }
    case 'not-held':
    case 'inherited':
      return {}
  }
}
