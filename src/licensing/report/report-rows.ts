import type { ColumnTypes } from '../../core/column-type.ts'
import type { Fields } from '../../core/json.ts'
import type { Row } from '../../core/row.ts'
import { freeUnits, type Product, type Products } from '../products.ts'
import { lastSignIn, type HeldProduct } from './held-products.ts'
import type { Tally } from './tally.ts'

/** Columns of every row of a report. What does not apply to a row is null. */
export const reportColumns = [
  'row',
  'finding',
  'skuPartNumber',
  'productName',
  'skuId',
  'department',
  'userId',
  'userPrincipalName',
  'displayName',
  'lastSuccessfulSignIn',
  'containedIn',
  'isCovered',
  'groups',
  'owned',
  'used',
  'free',
  'inGrace',
  'suspended',
  'lockedOut',
  'users',
  'unused',
  'neverSignedIn',
  'contained',
  'twice',
] as const

/** The types of columns that are not text. */
export const reportTypes: ColumnTypes = {
  lastSuccessfulSignIn: 'timestamp',
  containedIn: 'texts',
  isCovered: 'boolean',
  groups: 'texts',
  ...Object.fromEntries(reportColumns.slice(reportColumns.indexOf('owned')).map(name => [name, 'int64' as const])),
}

type ReportRow = Partial<Record<(typeof reportColumns)[number], Fields[string]>>

const rowOf = (key: string, value: ReportRow): Row<Fields> => ({
  key,
  value: Object.fromEntries(reportColumns.map(name => [name, value[name] ?? null])),
})

const namesOf = (sku: string, product: Product | undefined): ReportRow => ({
  skuId: sku,
  skuPartNumber: product?.partNumber ?? null,
  productName: product?.name ?? null,
})

/**
 * What is found about a user: a row (`user`) for each finding and product. `unused` and `neverSignedIn` are about each product of the user, `contained`
 * about one whose plans another one has, `twice` about one that is assigned directly and by groups.
 */
export const userRows = (
  user: Fields & { readonly id: string },
  held: readonly HeldProduct[],
  products: Products,
): readonly Row<Fields>[] =>
  held.flatMap(({ sku, use, containedIn, isCovered, twiceBy }) => {
    const found = (finding: string, more: ReportRow): Row<Fields> =>
      rowOf(`${user.id}/${sku}/${finding}`, {
        row: 'user',
        finding,
        ...namesOf(sku, products.get(sku)),
        department: departmentOf(user),
        userId: user.id,
        userPrincipalName: user['userPrincipalName'],
        displayName: user['displayName'],
        lastSuccessfulSignIn: lastSignIn(user),
        ...more,
      })
    return [
      ...(use ? [found(use, {})] : []),
      ...(containedIn.length > 0 ? [found('contained', { containedIn, isCovered })] : []),
      ...(twiceBy.length > 0 ? [found('twice', { groups: twiceBy })] : []),
    ]
  })

/** The department of a user, without blanks around it; null without one. */
export const departmentOf = (user: Fields): string | null => {
  const name = user['department']
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : null
}

/**
 * The counts of a report: a row for each product of the tenant (`product`) with its units, for each department (`department`) and for each product in it
 * (`departmentProduct`), the largest first, and one in all (`total`), in which each user counts once.
 */
export const countRows = (tally: Tally, products: Products): readonly Row<Fields>[] => {
  const counted = tally.products()
  const own = [...products.values()].filter(({ skuId, subscription }) => subscription || counted.has(skuId))
  const unknown = [...counted.keys()].filter(sku => !products.has(sku))
  const none = {
    users: 0,
    ...(tally.total().unused !== null && { unused: 0, neverSignedIn: 0 }),
    contained: 0,
    twice: 0,
  }
  const departments = [...tally.departments()].sort(
    ([oneName, one], [otherName, other]) =>
      other.users - one.users || (String(oneName ?? '') < String(otherName ?? '') ? -1 : 1),
  )
  return [
    ...[...own]
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map(product =>
        rowOf(`product/${product.skuId}`, {
          row: 'product',
          ...namesOf(product.skuId, product),
          ...unitsIn(product),
          ...(counted.get(product.skuId) ?? none),
        }),
      ),
    ...unknown.map(sku => rowOf(`product/${sku}`, { row: 'product', ...namesOf(sku, undefined), ...counted.get(sku) })),
    ...departments.flatMap(([department, all, inDepartment]) => [
      rowOf(`department/${department ?? ''}`, { row: 'department', department, ...all }),
      ...[...inDepartment].map(([sku, counts]) =>
        rowOf(`department/${department ?? ''}/${sku}`, {
          row: 'departmentProduct',
          department,
          ...namesOf(sku, products.get(sku)),
          ...counts,
        }),
      ),
    ]),
    rowOf('total', { row: 'total', ...tally.total() }),
  ]
}

const unitsIn = ({ subscription }: Product): ReportRow =>
  subscription
    ? {
        owned: subscription.enabled,
        used: subscription.consumed,
        free: freeUnits(subscription),
        inGrace: subscription.warning,
        suspended: subscription.suspended,
        lockedOut: subscription.lockedOut,
      }
    : {}
