import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { isGuid } from '../../core/guid.ts'
import { objectKinds, type NameKind } from '../../core/object-kinds.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { privilegedRoles } from '../../data/privileged-roles.ts'
import { resolver } from '../../engine/changes/resolve.ts'
import { noContainer } from '../../operations/links/containers.ts'
import { nameOf } from '../../operations/links/form.ts'
import { groupMembers } from '../../operations/links/forms.ts'
import { readByIds, type Seen } from '../../operations/objects/read-each.ts'
import { findGroup } from '../../sources/graph/find-group.ts'
import { findObject } from '../../sources/graph/find-object.ts'
import { finderIn, owned, type Finder } from '../changes/find-products.ts'
import { inRow } from '../changes/named-products.ts'
import { cohortOf, remark, type Wanted } from './cohort.ts'
import { findingOf } from './read-cohort.ts'
import type { OnboardOptions } from './options.ts'
import { judgeRoles } from './role-settings.ts'

/** A name that is not found may be several, with another separator than semicolons. */
const severalIn = (name: string, finding: Finding): Finding =>
  finding.code === 'OBJECT_NOT_FOUND' && /[,|\n]/.test(name)
    ? { ...finding, fix: 'Correct the name. Several groups are separated by semicolons.' }
    : finding

/** A group that gets new members. */
interface Group {
  readonly id: string
  /** Ids of the products that it gives. */
  readonly gives: readonly string[]
}

const inLower = (id: unknown): string => String(id).toLowerCase()

const givenBy = ({ assignedLicenses }: Seen): readonly string[] =>
  Array.isArray(assignedLicenses)
    ? assignedLicenses.map(each => inLower((each as { readonly skuId?: unknown }).skuId))
    : []

const consentMissing = (what: string): Finding => ({
  outcome: 'failed',
  code: 'PROTECTED',
  message: `${what}. Nothing was sent.`,
  fix: 'Add --include-privileged if it is intended.',
})

/** Finds products, groups and roles by name, each once. */
interface Names {
  /** Finds what several rows name, at once. */
  look(wanted: readonly Wanted[]): Promise<void>
  /** What a row wants, by id, or why it cannot have it. After `look`. */
  named(wanted: Wanted): Wanted | Finding
}

/**
 * Finds what the command names for everybody, and returns what finds the names of rows.
 *
 * @throws EntrapipeError `GROUP_UNKNOWN`, `GROUP_AMBIGUOUS`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`, `SKU_UNKNOWN`, `SKU_AMBIGUOUS`,
 *   `SKU_NOT_OWNED` for what the command names, `OPTION_INVALID` if that needs consent
 */
export const openNames = async (options: OnboardOptions, context: OperationContext, ctx: Context): Promise<Names> => {
  const resolve = resolver(ctx.graph, ctx.signal)
  const groups = new Map<string, Group | Finding>()
  const roles = new Map<string, string | Finding>()
  let finder: Finder | undefined
  const { isPrivileged } = options

  const judged = (seen: Seen): Group | Finding => {
    const why = groupMembers.closed(seen)
    if (why) return why
    if (seen['isAssignableToRole'] === true && !isPrivileged)
      return consentMissing(`Roles can be assigned to the group ${nameOf(seen)}, so it is privileged`)
    return { id: seen.id.toLowerCase(), gives: givenBy(seen) }
  }
  /** Finds ids, and reads what they are. */
  const lookUp = async <T>(
    found: Map<string, T | Finding>,
    as: NameKind,
    names: readonly string[],
    read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Seen>>,
    judge: (seen: Seen | undefined, id: string) => T | Finding,
  ): Promise<void> => {
    const fresh = [...new Set(names)].filter(name => !found.has(name))
    if (fresh.length === 0) return
    const ids = await resolve(fresh.map(name => ({ as, name })))
    const known = await read(ids.filter(id => typeof id === 'string'))
    fresh.forEach((name, at) => {
      const id = ids[at]!
      found.set(name, typeof id === 'string' ? judge(known.get(id), id) : severalIn(name, id))
    })
  }
  const lookUpGroups = (names: readonly string[]) =>
    lookUp<Group>(
      groups,
      'group',
      names,
      ids =>
        readByIds(
          objectKinds.group.path,
          ['id', ...groupMembers.properties, 'isAssignableToRole'].join(','),
          ids,
          context,
        ),
      (seen, id) => (seen ? judged(seen) : noContainer(groupMembers, id)),
    )
  const called = new Map<string, string>()
  const lookUpRoles = async (names: readonly string[]): Promise<void> => {
    const known = new Set(roles.keys())
    await lookUp<string>(
      roles,
      'directoryRole',
      names,
      ids => readByIds(objectKinds.directoryRole.path, 'id,displayName', ids, context),
      (seen, id) => {
        if (!seen)
          return {
            outcome: 'failed',
            code: 'OBJECT_NOT_FOUND',
            message: `No role has the id ${id}.`,
            fix: 'Correct the role.',
          }
        const privileged = privilegedRoles[id]
        if (privileged !== undefined && !isPrivileged) return consentMissing(`${privileged} is a privileged role`)
        called.set(id, nameOf(seen))
        return id
      },
    )
    const fresh = [...roles].filter(([name, id]) => !known.has(name) && typeof id === 'string')
    const ids = [...new Set(fresh.map(([, id]) => id as string))]
    const { refused, remarks } = await judgeRoles(
      ids.map(id => ({ id, name: called.get(id)! })),
      options,
      context,
    )
    remark(cohortOf(ctx), remarks)
    for (const [name, id] of fresh) roles.set(name, refused.get(id as string) ?? id)
  }
  const expect = <T>(found: T | Finding | undefined): void => {
    if (typeof found !== 'object' || found === null || !('outcome' in found)) return
    const { message, fix, code } = found
    throw new EntrapipeError('OPTION_INVALID', `${message}`, { facts: { code }, ...given({ fix }) })
  }

  if (options.skus.length > 0) owned((finder = await finderIn(ctx)), options.skus)
  for (const name of options.groups) if (!isGuid(name)) await findGroup(ctx, name)
  await lookUpGroups(options.groups)
  for (const name of options.groups) expect(groups.get(name))
  if (options.role !== undefined) {
    await findObject(ctx, 'directoryRole', options.role)
    await lookUpRoles([options.role])
    expect(roles.get(options.role))
  }

  return {
    async look(wanted) {
      if (wanted.some(({ skus }) => skus.length > 0)) finder ??= await finderIn(ctx)
      await lookUpGroups(wanted.flatMap(each => each.groups))
      await lookUpRoles(wanted.flatMap(({ role = [] }) => role))
    },
    named(wanted) {
      const found = wanted.groups.map(name => groups.get(name)!)
      const missing = found.find(each => 'outcome' in each)
      if (missing) return missing
      const own = found as readonly Group[]
      const role = wanted.role === undefined ? undefined : roles.get(wanted.role)!
      if (typeof role === 'object') return role
      let skus: readonly string[]
      try {
        skus = finder ? inRow(() => owned(finder!, wanted.skus)).map(({ skuId }) => skuId) : []
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
    },
  }
}
