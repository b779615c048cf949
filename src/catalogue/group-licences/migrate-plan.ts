import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { OperationRow } from '../../core/operation.ts'
import type { Key } from '../../core/row.ts'
import { thousands } from '../../core/thousands.ts'
import type { Phase } from '../../engine/phases.ts'
import type { Plan } from '../../engine/plan.ts'
import { shownProduct } from '../../licensing/find-product.ts'
import type { Product } from '../../licensing/products.ts'
import { memberLicences, type LicensedMember } from '../../licensing/member-licences.ts'
import { graph } from '../../sinks/graph.ts'
import { changing, rowsOfTarget, type GroupLicenceParams } from './change-plans.ts'
import { readGroupState } from './group-state.ts'
import { keyOfProduct, targetOf, type FindTarget, type Target } from './target.ts'

/** Parameters of `licenses group migrate`. */
interface MigrateParams extends GroupLicenceParams {
  readonly to: 'group' | 'direct'
  /** For members without one: a code, or `country`. */
  readonly usageLocation?: string
}

/**
 * The phases of `licenses group migrate`: from direct licences to those of a group, or back.
 *
 * @throws EntrapipeError `OPTION_INVALID`; the run then as `targetOf`, `LICENCE_NOT_OF_GROUP` if the group does not assign a product, and
 *   `INPUT_INCOMPLETE` if its members may not be seen
 */
export const migratePlan = ({ group, sku = [], to, usageLocation }: MigrateParams): readonly Phase[] => {
  if (sku.length === 0)
    throw new EntrapipeError('OPTION_INVALID', 'No product was named.', { fix: 'Name products with --sku.' })
  if (to === 'group' && usageLocation !== undefined)
    throw new EntrapipeError('OPTION_INVALID', '--usage-location has no effect with --to group: nothing is assigned.')
  const target = targetOf({ group, sku })
  return to === 'group' ? [toGroup(target)] : toDirect(target, usageLocation)
}

const toGroup = (target: FindTarget): Phase =>
  changing(
    'inherit',
    'inherit-license',
    rowsOfTarget({
      kind: 'members-with-direct-licences',
      target,
      describe: { to: 'group' },
      async *rows(found, ctx) {
        await expectAssigned(found, ctx)
        const isDirect = ({ licences }: LicensedMember, skuId: string): boolean => licences.direct.has(skuId)
        const without = new Map(found.named.map(product => [product, 0]))
        for await (const members of memberLicences(ctx.graph, found.group.id, ctx.signal)) {
          for (const [product, count] of without)
            without.set(product, count + members.filter(member => !isDirect(member, product.skuId)).length)
          yield rowsOf(found, members, isDirect)
        }
        const sentences = [...without]
          .filter(([, count]) => count > 0)
          .map(
            ([product, count]) =>
              `${thousands(count)} ${count === 1 ? 'member does' : 'members do'} not have ${shownProduct(product)} directly.`,
          )
        if (sentences.length > 0) ctx.origin({ note: `${sentences.join(' ')} Nothing is removed from them.` })
      },
    }),
    owning,
  )

const rowsOf = (
  { group, named }: Target,
  members: readonly LicensedMember[],
  isWanted: (member: LicensedMember, skuId: string) => boolean = () => true,
) =>
  members.flatMap(member =>
    named
      .filter(({ skuId }) => isWanted(member, skuId))
      .map(product => ({
        key: memberKey(member, product, named),
        value: { user: member.id, sku: product.skuId, group: group.id },
      })),
  )

/** The key of a row about a member and a product. */
const memberKey = ({ id }: LicensedMember, product: Product, named: readonly Product[]): string =>
  named.length === 1 ? id : `${id}/${keyOfProduct(product, named)}`

/** The product of such a key. */
const productOf = (key: Key, named: readonly Product[]): Product =>
  named.length === 1 ? named[0]! : named.find(product => String(key).endsWith(`/${keyOfProduct(product, named)}`))!

/** Where a group gives nothing, each row would say so. @throws EntrapipeError `LICENCE_NOT_OF_GROUP` */
const expectAssigned = async (found: Target, ctx: Context): Promise<void> => {
  const { assigned } = await readGroupState(found, ctx)
  const missing = found.named.find(({ skuId }) => !assigned.has(skuId))
  if (missing)
    throw new EntrapipeError('LICENCE_NOT_OF_GROUP', `Group ${found.name} does not assign ${shownProduct(missing)}.`, {
      facts: { sku: missing.skuId },
      fix: 'Assign it with `entrapipe licenses group assign`, or name another group.',
    })
}

/** A change that shows counts as made by the run, also if somebody else made it: its undo takes no plan from anybody. */
const owning = { owns: true } as const

const direct = 'detach'

const toDirect = (target: FindTarget, usageLocation: string | undefined): readonly Phase[] => {
  const detach = rowsOfTarget({
    kind: 'members-of-licences',
    target,
    describe: { to: 'direct', ...given({ usageLocation }) },
    async *rows(found, ctx) {
      await expectAssigned(found, ctx)
      let members = 0
      for await (const page of memberLicences(ctx.graph, found.group.id, ctx.signal)) {
        members += page.length
        yield rowsOf(found, page)
      }
      // Members who cannot be seen would lose what the group gives.
      if (members === 0 && found.group.visibility === 'HiddenMembership')
        throw new EntrapipeError(
          'INPUT_INCOMPLETE',
          `The members of group ${found.name} are hidden, and Graph returned none of them.`,
          { fix: 'Grant Member.Read.Hidden.' },
        )
    },
  })
  const steps = (value: Fields): readonly OperationRow[] => {
    const own = { ...(value as { readonly [name: string]: Json }), ...given({ usageLocation }) }
    const change = { kind: 'detach-license', value: own }
    return usageLocation === undefined
      ? [change]
      : [{ kind: 'set-usage-location', value: { user: value['user'] as string, usageLocation } }, change]
  }
  return [
    { name: direct, plan: { source: detach, sink: graph<Fields>(steps, owning) } as object as Plan },
    changing('release', 'remove-group-license', releasing(target)),
  ]
}

/** The licences of the group, which go once all members have theirs directly. */
const releasing = (target: FindTarget) =>
  rowsOfTarget({
    kind: 'licences-of-group',
    target,
    describe: { onceDirect: true },
    async *rows(found, ctx) {
      const failed = await failuresBySku(found, ctx)
      const rows = found.named.map(product => ({ key: keyOfProduct(product, found.named), product }))
      for (const { key, product } of rows) {
        const many = failed.get(product.skuId) ?? 0
        if (many === 0) continue
        ctx.settled({
          key,
          operation: 'remove-group-license',
          target: found.name,
          outcome: 'skipped',
          id: found.group.id,
          code: 'MEMBERS_FAILED',
          message: `The group keeps ${shownProduct(product)}: ${many === 1 ? 'a member does' : `${thousands(many)} members do`} not have it directly.`,
          fix: 'Correct the rows of these members, or take them out of the group, and run the command again.',
        })
      }
      yield rows
        .filter(({ product }) => !failed.has(product.skuId))
        .map(({ key, product }) => ({
          key,
          value: {
            group: found.group.id,
            sku: product.skuId,
            onceDirect: true,
            // In a dry run, the members do not have theirs yet.
            ...(ctx.dryRun && { assumed: true }),
          },
        }))
    },
  })

/** Numbers of members whose rows were not made as requested, by product. */
const failuresBySku = async ({ named }: Target, ctx: Context): Promise<ReadonlyMap<string, number>> => {
  const failed = new Map<string, number>()
  const isDone = new Set(['done', 'unchanged'])
  let last: Key | undefined
  for await (const page of ctx.results(direct))
    for (const { key, outcome } of page) {
      // The steps of a row follow each other: results are in the order of the keys.
      if (isDone.has(outcome) || key === last) continue
      last = key
      const { skuId } = productOf(key, named)
      failed.set(skuId, (failed.get(skuId) ?? 0) + 1)
    }
  return failed
}
