import type { Author } from '../author.ts'
import type { LicenceState, LicenceTruth, OwnedSku, PrepaidUnits, UnitRule, WorkPace } from './types.ts'

/** Some users of a group. */
interface SomeUsers {
  readonly ids: readonly string[]
  /** Where the next ones begin; undefined at the end. */
  readonly next: number | undefined
}

/** The licences of a directory, as they are, whatever the views show. */
export interface LicenceDesk {
  /** Products of the tenant. */
  readonly skus: readonly OwnedSku[]
  sku(skuId: string): OwnedSku | undefined
  /** Units of a product that nobody uses. */
  free(skuId: string, rule: UnitRule): number
  /** Licences of a live user: one state an assigner and product. */
  states(user: string): readonly LicenceState[]
  /** Sets the units of a product. Undefined if Microsoft's catalogue has none of that name. */
  buy(sku: string, units: Partial<PrepaidUnits>): OwnedSku | undefined
  /** Processes some of what group-based licensing has to do by now. Returns whether there may be more. */
  work(pace: WorkPace): boolean
  /** Processes a user in all groups that assign licences. */
  reprocess(user: string, by: Author, rule: UnitRule): void
  /** Members with errors of a group. */
  withErrors(group: string, limit: number, from: number): SomeUsers
  /** The licences of a user, or of all users whose licences were changed. */
  truth(user?: string): Iterable<LicenceTruth>
}
