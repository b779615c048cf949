import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { isFields, type Fields } from '../../core/json.ts'
import { groupLicences } from '../../licensing/group-licences.ts'
import { memberLicences } from '../../licensing/member-licences.ts'
import { productWith, type Product } from '../../licensing/products.ts'
import { shareState } from '../../licensing/share-state.ts'
import type { Target } from './target.ts'

/** What a group assigns, and how far Graph has processed it. */
export interface GroupState {
  /** Ids of the plans that are off, by `skuId`. */
  readonly assigned: ReadonlyMap<string, ReadonlySet<string>>
  /** `QueuedForProcessing`, `ProcessingInProgress` or `ProcessingComplete`; null if Graph does not say. */
  readonly processing: string | null
}

/**
 * Reads a group.
 *
 * @throws EntrapipeError `GROUP_UNKNOWN` if it was deleted
 * @see https://learn.microsoft.com/graph/api/resources/licenseprocessingstate
 */
export const readGroupState = async ({ group, name }: Target, ctx: Context): Promise<GroupState> => {
  const url = `/groups/${group.id}?$select=id,assignedLicenses,licenseProcessingState`
  const reply = await ctx.graph.attempt<Fields>({ method: 'GET', url }, ctx.signal)
  if (reply.status === 404)
    throw new EntrapipeError('GROUP_UNKNOWN', `The group ${name} (${group.id}) no longer exists.`, {
      fix: 'Licenses that it gave may now be assigned directly: `entrapipe licenses report` shows them.',
    })
  const { body } = reply.status < 300 ? reply : await ctx.graph.request<Fields>({ method: 'GET', url }, ctx.signal)
  const state = body['licenseProcessingState']
  const processing = isFields(state) ? state['state'] : undefined
  return { assigned: groupLicences(body), processing: typeof processing === 'string' ? processing : null }
}

/** Whether Graph has nothing more to do for the group, as far as it says. */
export const isProcessed = ({ processing }: GroupState): boolean =>
  processing === null || processing === 'ProcessingComplete'

/** Products by id. */
export const productsWith = ({ products }: Target, skus: Iterable<string>): readonly Product[] =>
  [...skus].map(sku => productWith(products, sku))

/** The products that the command names, otherwise all that the group assigns. */
export const productsOfGroup = (target: Target, { assigned }: GroupState): readonly Product[] =>
  target.named.length > 0 ? target.named : productsWith(target, assigned.keys())

/** How far a product of a group has come. */
export interface ShareCounts {
  active: number
  pending: number
  /** Those of the pending ones with an error from before the change. */
  outdated: number
  /** Those whose state Graph has updated since the change. */
  renewed: number
  /** By code. */
  readonly errors: Record<string, number>
}

/** A member to whom a group could not give a product, or from whom it could not take it. */
export interface FailedShare {
  readonly user: string
  readonly name: string
  readonly displayName: string | null
  readonly product: Product
  readonly error: string
}

/** A new count. */
const noShares = (): ShareCounts => ({ active: 0, pending: 0, outdated: 0, renewed: 0, errors: {} })

/** Sums of several products. */
export const sumShares = (all: Iterable<ShareCounts>): ShareCounts => {
  const sum = noShares()
  for (const { active, pending, outdated, renewed, errors } of all) {
    sum.active += active
    sum.pending += pending
    sum.outdated += outdated
    sum.renewed += renewed
    for (const [code, many] of Object.entries(errors)) sum.errors[code] = (sum.errors[code] ?? 0) + many
  }
  return sum
}

/** When a change of a product was requested for a user, by the clock of Graph in whole seconds; undefined if none was. */
export type RequestedAt = (product: Product, user: string) => number | undefined

/** The number of errors. */
export const errorsIn = ({ errors }: ShareCounts): number => Object.values(errors).reduce((sum, many) => sum + many, 0)

/**
 * Reads the members of a group, yields the errors of each page, and returns for each product how many members it has in which state. Those who have left
 * the group, and from whom it could not take a product, are among the errors. Holds a page: the ids of those who were read are on disk, since a page
 * may be repeated after an expired page token.
 */
export async function* readShares(
  target: Target,
  products: readonly Product[],
  { assigned }: GroupState,
  ctx: Context,
  requestedAt: RequestedAt = () => undefined,
): AsyncGenerator<readonly FailedShare[], ReadonlyMap<Product, ShareCounts>> {
  const counts = new Map(products.map(product => [product, noShares()]))
  const fresh = freshMembers(ctx)
  let done = 0
  for (const list of ['members', 'membersWithLicenseErrors'] as const)
    for await (const members of memberLicences(ctx.graph, target.group.id, ctx.signal, list)) {
      const failed: FailedShare[] = []
      for (const { id, name, displayName, licences } of fresh(members)) {
        done++
        for (const product of products) {
          const off = assigned.get(product.skuId)
          const found = shareState(licences, target.group.id, product, off, requestedAt(product, id))
          const count = counts.get(product)!
          if (found.isRenewed) count.renewed++
          if ('isOutdated' in found) count.outdated++
          if (found.state === 'error') {
            count.errors[found.error] = (count.errors[found.error] ?? 0) + 1
            failed.push({ user: id, name, displayName, product, error: found.error })
          } else if (list === 'members' || 'isOutdated' in found) count[found.state]++
        }
      }
      ctx.doing({ what: `reading the members of ${target.name}`, done })
      yield failed
    }
  return counts
}

const memberTables = ['create table members (id text primary key) without rowid']

/** Returns a function that returns those of some members who were not among earlier ones. */
const freshMembers = (ctx: Context) => {
  const { sql, write } = ctx.store.database('group-members', memberTables)
  write(() => sql.exec('delete from members'))
  const insert = sql.prepare('insert or ignore into members values (?)')
  return <T extends { readonly id: string }>(members: readonly T[]): readonly T[] =>
    write(() => members.filter(({ id }) => Number(insert.run(id).changes) > 0))
}

/** As `readShares`. @param failed called with the errors of each page */
export const countShares = async (
  target: Target,
  products: readonly Product[],
  state: GroupState,
  ctx: Context,
  requestedAt?: RequestedAt,
  failed: (shares: readonly FailedShare[]) => void = () => undefined,
): Promise<ReadonlyMap<Product, ShareCounts>> => {
  const reading = readShares(target, products, state, ctx, requestedAt)
  for (;;) {
    const { done, value } = await reading.next()
    if (done) return value
    failed(value)
  }
}
