import { given } from '../core/given.ts'
import { isFields, type Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { expectOptions, optional, someText } from '../data/expect-options.ts'
import { skuCatalogue } from '../data/sku-catalogue.ts'
import { licenseColumns } from '../licensing/license-columns.ts'
import { productsOf, type Products } from '../licensing/products.ts'
import { readSubscribedSkus } from '../licensing/subscribed-skus.ts'
import { directoryListing } from './graph/directory-listing.ts'
import { listingOptions } from './graph/listing-options.ts'
import type { Entity } from './graph/listing.ts'
import { unlessRefused } from './graph/refused.ts'
import { rowsOfObjects } from './graph/rows-of-objects.ts'

/** Options of `licenses`. */
export interface LicensesOptions {
  /** Only users that match. */
  readonly filter?: string
  /** Reads the users: rows with `licenseFacts`, such as those of `listed`. */
  readonly users?: Source<Entity>
  /** Rows per page, 1 to 999. @default 999 */
  readonly top?: number
}

/** What is read of each user. */
export const licenseFacts = [
  'id',
  'userPrincipalName',
  'displayName',
  'assignedLicenses',
  'licenseAssignmentStates',
] as const
/**
 * Lists the licences of users: a row for each user and SKU, with its part number and product name, whether it is assigned directly, the ids
 * of the groups that assign it, the names of the plans that are disabled, and the states and errors of its assignments. Part numbers and
 * plans are those of the tenant's `subscribedSkus`; Microsoft's catalogue has the names of products, and the rest if the tenant has no
 * such SKU or it may not be read. Keys are `<user id>/<SKU id>`.
 *
 * @throws EntrapipeError `FILTER_INVALID` or `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/api/resources/licenseassignmentstate
 * @see https://learn.microsoft.com/graph/api/subscribedsku-list
 */
export const licenses = (options: LicensesOptions = {}): Source<Fields> => {
  expectOptions('licenses', options, { filter: someText, users: optional, top: listingOptions.top })
  const { filter, top } = options
  return rowsOfObjects({
    kind: 'licenses',
    objects:
      options.users ??
      directoryListing<Entity>(
        'users',
        { select: licenseFacts, ...given({ filter, top }) },
        { path: '/users', type: 'user', delta: true },
      ),
    columns: { names: licenseColumns, closed: true },
    async open(ctx) {
      const subscribed = await unlessRefused(() => readSubscribedSkus(ctx.graph, ctx.signal))
      const products = productsOf(subscribed ?? [])
      return user => rowsOf(user, products)
    },
  })
}

const listIn = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])

const rowsOf = (user: Entity, products: Products): readonly Row<Fields>[] => {
  const assigned = listIn(user['assignedLicenses'])
  const states = listIn(user['licenseAssignmentStates'])
  const ids = [...new Set([...assigned, ...states].map(({ skuId }) => String(skuId)))]
  return ids.map(skuId => {
    const own = states.filter(state => state['skuId'] === skuId)
    const product = products.get(skuId.toLowerCase())
    const groups = own.flatMap(({ assignedByGroup: group }) => (typeof group === 'string' ? [group] : []))
    // What is in effect: a plan is only disabled if all assignments disable it.
    const disabled = (assigned.find(one => one['skuId'] === skuId) ?? own[0])?.['disabledPlans']
    const plans = Array.isArray(disabled) ? disabled.map(String) : []
    const value: Fields = {
      userId: user.id,
      userPrincipalName: user['userPrincipalName'] ?? null,
      displayName: user['displayName'] ?? null,
      skuId,
      skuPartNumber: product?.partNumber ?? null,
      productName: skuCatalogue().get(skuId.toLowerCase())?.name ?? null,
      isDirect: own.length === 0 || own.some(({ assignedByGroup: group }) => typeof group !== 'string'),
      assignedByGroups: [...new Set(groups)],
      disabledPlans: plans.map(id => product?.plans.find(plan => plan.id === id.toLowerCase())?.name ?? id),
      states: [...new Set(own.map(({ state }) => String(state)))],
      errors: [...new Set(own.map(({ error }) => String(error)))].filter(error => error !== 'None' && error !== 'null'),
    }
    return { key: `${user.id}/${skuId}`, value }
  })
}
