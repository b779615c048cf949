import type { Fields } from '../../core/json.ts'
import { planCatalogue } from '../../data/sku-catalogue.ts'
import type { Products } from '../products.ts'
import type { CollectedRow, CollectedUser } from './collector.ts'
import type { UserEffect } from './user-effect.ts'

/** The columns of `userLines`. */
export const userLineColumns = [
  'user',
  'userPrincipalName',
  'row',
  'operation',
  'skuPartNumber',
  'productName',
  'outcome',
  'takesUnitOf',
  'freesUnitOf',
  'plansGained',
  'plansLost',
  'usageLocation',
  'code',
  'why',
  'fix',
] as const

/**
 * What would happen to one user: a line for each row. `outcome` is `pending` for rows that would be sent. Plans and units are what all rows of the
 * user do together, as far as they are of the products of the row.
 */
export const userLines = (
  { user, name, rows }: CollectedUser,
  effect: UserEffect | undefined,
  products: Products,
): readonly Fields[] => {
  const isMissing = rows.some(row => row.lacksLocation || row.impact?.lacksLocation)
  const isSet = rows.some(row => row.lacksLocation && row.outcome === undefined)
  return rows
    .filter(row => !row.isLocation || row.outcome === 'failed')
    .map(row =>
      lineOf(row, { user, name, effect, products, usageLocation: isSet ? 'set' : isMissing ? 'missing' : null }),
    )
}

interface Around {
  readonly user: string | undefined
  readonly name: string | undefined
  readonly effect: UserEffect | undefined
  readonly products: Products
  readonly usageLocation: string | null
}

const lineOf = (row: CollectedRow, { user, name, effect, products, usageLocation }: Around): Fields => {
  const { key, kind, about, outcome, code, message, fix, impact } = row
  const [target = '', , sku] = about.split('/')
  const product = sku === undefined ? undefined : products.get(sku)
  const isSent = outcome === undefined && impact?.change !== undefined
  const touched = isSent
    ? new Set([...impact.change.addLicenses.map(({ skuId }) => skuId), ...impact.change.removeLicenses])
    : new Set<string>()
  const plans = new Set([...touched].flatMap(id => products.get(id)?.plans.map(plan => plan.id) ?? []))
  const unitsIn = (skus: readonly string[] = []): readonly string[] =>
    skus.filter(id => touched.has(id)).map(id => products.get(id)?.partNumber ?? id)
  const plansIn = (ids: readonly string[] = []): readonly string[] =>
    ids.filter(id => plans.has(id)).map(id => planCatalogue().get(id)?.servicePlanName ?? id)
  return {
    user: user ?? (target === '' ? null : target),
    userPrincipalName: name ?? null,
    row: key,
    operation: kind,
    skuPartNumber: product?.partNumber ?? sku ?? null,
    productName: product?.name ?? null,
    outcome: outcome ?? 'pending',
    takesUnitOf: unitsIn(effect?.takes),
    freesUnitOf: unitsIn(effect?.frees),
    plansGained: plansIn(effect?.gained),
    plansLost: plansIn(effect?.lost),
    usageLocation,
    code: code ?? null,
    why: message ?? null,
    fix: fix ?? null,
  }
}
