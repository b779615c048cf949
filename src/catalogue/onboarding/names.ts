import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { isGuid } from '../../core/guid.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { resolver } from '../../engine/changes/resolve.ts'
import { findGroup } from '../../sources/graph/find-group.ts'
import { findObject } from '../../sources/graph/find-object.ts'
import { finderIn, owned, type Finder } from '../changes/find-products.ts'
import { inRow } from '../changes/named-products.ts'
import type { Wanted } from './cohort.ts'
import { openGroups, openRoles, type Group, type Kind, type Opening } from './named-objects.ts'
import type { OnboardOptions } from './options.ts'
import { findingOf } from './read-cohort.ts'

/** Finds products, groups and roles by name, each once. */
interface Names {
  /** Finds what several rows name, at once. */
  look(wanted: readonly Wanted[]): Promise<void>
  /** What a row wants, by id, or why it cannot have it. After `look`. */
  named(wanted: Wanted): Wanted | Finding
}

/** @throws EntrapipeError `OPTION_INVALID` for what everybody shall have and cannot */
const expect = <T>(found: T | Finding | undefined): void => {
  if (typeof found !== 'object' || found === null || !('outcome' in found)) return
  const { message, fix, code } = found
  throw new EntrapipeError('OPTION_INVALID', `${message}`, { facts: { code }, ...given({ fix }) })
}

/** What a row wants, by id, or why it cannot have it. */
const namedIn = (
  wanted: Wanted,
  { groups, roles }: { readonly groups: Kind<Group>; readonly roles: Kind<string> },
  finder: Finder | undefined,
): Wanted | Finding => {
  const found = wanted.groups.map(name => groups.found.get(name)!)
  const missing = found.find(each => 'outcome' in each)
  if (missing) return missing
  const own = found as readonly Group[]
  const role = wanted.role === undefined ? undefined : roles.found.get(wanted.role)!
  if (typeof role === 'object') return role
  let skus: readonly string[]
  try {
    skus = finder ? inRow(() => owned(finder, wanted.skus)).map(({ skuId }) => skuId) : []
  } catch (error) {
    if (error instanceof EntrapipeError) return findingOf(error)
    throw error
  }
  const inherited = skus.flatMap(sku => {
    const group = own.find(({ gives }) => gives.includes(sku))
    return group ? [{ sku, group: group.id }] : []
  })
  return {
    ...wanted,
    skus: skus.filter(sku => !inherited.some(each => each.sku === sku)),
    inherited,
    groups: [...new Set(own.map(({ id }) => id))],
    ...given({ role }),
  }
}

/**
 * Finds what the command names for everybody, and returns what finds the names of rows.
 *
 * @throws EntrapipeError `GROUP_UNKNOWN`, `GROUP_AMBIGUOUS`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`, `SKU_UNKNOWN`, `SKU_AMBIGUOUS`,
 *   `SKU_NOT_OWNED` for what the command names, `OPTION_INVALID` if that needs consent
 */
export const openNames = async (options: OnboardOptions, context: OperationContext, ctx: Context): Promise<Names> => {
  const opening: Opening = [resolver(ctx.graph, ctx.signal), options, context, ctx]
  const [groups, roles] = [openGroups(...opening), openRoles(...opening)]
  let finder: Finder | undefined

  if (options.skus.length > 0) owned((finder = await finderIn(ctx)), options.skus)
  for (const name of options.groups) if (!isGuid(name)) await findGroup(ctx, name)
  await groups.look(options.groups)
  for (const name of options.groups) expect(groups.found.get(name))
  if (options.role !== undefined) {
    await findObject(ctx, 'directoryRole', options.role)
    await roles.look([options.role])
    expect(roles.found.get(options.role))
  }

  return {
    async look(wanted) {
      if (wanted.some(({ skus }) => skus.length > 0)) finder ??= await finderIn(ctx)
      await groups.look(wanted.flatMap(each => each.groups))
      await roles.look(wanted.flatMap(({ role = [] }) => role))
    },
    named: wanted => namedIn(wanted, { groups, roles }, finder),
  }
}
