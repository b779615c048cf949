import { familyOf } from '../../data/plan-families.ts'
import { applied } from '../decisions/applied.ts'
import type { LicenceChange } from '../decisions/decision.ts'
import { differenceOf } from '../decisions/difference.ts'
import { mailboxChange } from '../mailbox.ts'
import type { Products } from '../products.ts'
import { isActive, type UserLicences } from '../user-licences.ts'

/** The products of a transfer, by id. */
export interface TransferOf {
  readonly from: readonly string[]
  readonly to: string
}

/** What becomes of a plan on both sides of a transfer. */
export type SideFate = 'keptOn' | 'keptOff' | 'gained' | 'lost'

/** What all changes of a user do together. Products by `skuId`, plans by id. */
export interface UserEffect {
  readonly takes: readonly string[]
  readonly frees: readonly string[]
  /** Products that are removed, and which a group still gives: no unit is freed. */
  readonly keptByGroups: readonly string[]
  /** Plans that are on before and after. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly gained: readonly string[]
  readonly lost: readonly string[]
  readonly mailbox: ReturnType<typeof mailboxChange>
  /** For each transfer, what becomes of the lines of `sidesOf`. */
  readonly sides: readonly (readonly SideFate[])[]
}

/** The plans of old products that a plan of the new one continues, or a plan that ends with the old products. */
export interface Side {
  /** Ids of plans of the old products. Empty for a plan that they do not have in any tier. */
  readonly old: readonly string[]
  /** Undefined if the new product has no such plan. */
  readonly next: string | undefined
}

/** Both sides of a transfer: a line for each plan of the new product, then those that only the old ones have. */
export const sidesOf = ({ from, to }: TransferOf, products: Products): readonly Side[] => {
  const plansOf = (sku: string): readonly string[] => products.get(sku)?.plans.map(({ id }) => id) ?? []
  const old = new Set(from.flatMap(plansOf))
  const next = new Set(plansOf(to))
  const ending = [...old].filter(id => !next.has(id))
  const byFamily = Map.groupBy(ending, id => familyOf(id)?.name)
  const lines = [...next].map((id): Side => {
    const family = familyOf(id)?.name
    const relatives = family === undefined ? [] : (byFamily.get(family) ?? [])
    return { old: [...(old.has(id) ? [id] : []), ...relatives], next: id }
  })
  const continued = new Set(lines.flatMap(line => line.old))
  return [...lines, ...ending.filter(id => !continued.has(id)).map(id => ({ old: [id], next: undefined }))]
}

/** What changes do to one user, judged over all of the user's products and groups. */
export const userEffect = (
  user: UserLicences,
  changes: readonly LicenceChange[],
  transfers: readonly (readonly Side[])[],
  products: Products,
): UserEffect => {
  const after = changes.reduce(applied, user)
  const { takes, frees, plans } = differenceOf(user, after, products)
  const before = [...plans[0].keys()]
  const now = [...plans[1].keys()]
  const removed = changes.flatMap(({ removeLicenses }) => removeLicenses)
  return {
    takes,
    frees,
    keptByGroups: removed.filter(sku => after.inherited.get(sku)?.some(isActive) === true),
    before,
    after: now,
    gained: now.filter(id => !plans[0].has(id)),
    lost: before.filter(id => !plans[1].has(id)),
    mailbox: mailboxChange(before, now),
    sides: transfers.map(lines => lines.map(line => fateOf(line, ...plans))),
  }
}

type Plans = ReadonlyMap<string, unknown>

const fateOf = ({ old, next }: Side, before: Plans, after: Plans): SideFate => {
  const wasOn = old.some(id => before.has(id)) || (next !== undefined && before.has(next))
  const isOn = next === undefined ? old.some(id => after.has(id)) : after.has(next)
  return wasOn ? (isOn ? 'keptOn' : 'lost') : isOn ? 'gained' : 'keptOff'
}
