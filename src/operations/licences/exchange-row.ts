import type { Values } from '../../core/operation.ts'
import { isSamePlans, type GuardedRow, type LicenceRow } from './row.ts'

/** Ids of the plans that are off in products, by the id of the product; null for one that the user does not have directly. */
export type States = Readonly<Record<string, readonly string[] | null>>

/** Products that another one replaces. */
export interface TransferRow extends GuardedRow {
  /** The old products: ids, part numbers or names; from intake on, ids. `sku` is the new one. */
  readonly from: readonly string[]
  /** Plans that are new to the user stay off. @default they are on */
  readonly newPlans?: 'off'
}

/** What a user shall have directly of some products. For undo. */
export interface ExchangeRow extends LicenceRow {
  readonly states: States
}

/** What a user had directly of the products that are changed, and what it is after the change. */
export interface ExchangeBefore extends Values {
  readonly states: States
  readonly after: States
  readonly loses: boolean
  /** See `LicenceBefore`. */
  readonly takes: readonly string[]
  readonly frees: readonly string[]
  readonly userPrincipalName?: string
  /** Products that are removed directly, and that groups still give. */
  readonly stay?: readonly string[]
  readonly mailbox?: 'smaller' | 'lost'
  /** Plans of the new product that are off because they need one that is. */
  readonly leftOff?: readonly { readonly plan: string; readonly needs: readonly string[] }[]
}

/** Whether two states are the same: plans in any order. */
export const isSameStates = (one: States = {}, other: States = {}): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every(sku => isSamePlans(one[sku], other[sku]))
