import type { Context } from '../../core/context.ts'
import { objectKinds, type NameKind } from '../../core/object-kinds.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { privilegedRoles } from '../../data/privileged-roles.ts'
import type { resolver } from '../../engine/changes/resolve.ts'
import { noContainer } from '../../operations/links/containers.ts'
import { nameOf } from '../../operations/links/form.ts'
import { groupMembers } from '../../operations/links/forms.ts'
import { readByIds, type Seen } from '../../operations/objects/read-each.ts'
import { cohortOf, remark } from './cohort.ts'
import type { OnboardOptions } from './options.ts'
import { judgeRoles } from './role-settings.ts'

/** A name that is not found may be several, with another separator than semicolons. */
const severalIn = (name: string, finding: Finding): Finding =>
  finding.code === 'OBJECT_NOT_FOUND' && /[,|\n]/.test(name)
    ? { ...finding, fix: 'Correct the name. Several groups are separated by semicolons.' }
    : finding

/** A group that gets new members. */
export interface Group {
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

/** Finds objects by name, and reads what they are, each once. */
export interface Kind<T> {
  /** By name. */
  readonly found: ReadonlyMap<string, T | Finding>
  look(names: readonly string[]): Promise<void>
}

interface KindOptions<T> {
  readonly as: NameKind
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Seen>>
  judge(seen: Seen | undefined, id: string): T | Finding
  /** Judges further what was found just now. */
  also?(found: Map<string, T | Finding>, fresh: readonly string[]): Promise<void>
}

const openKind = <T>(resolve: ReturnType<typeof resolver>, { as, read, judge, also }: KindOptions<T>): Kind<T> => {
  const found = new Map<string, T | Finding>()
  return {
    found,
    async look(names) {
      const fresh = [...new Set(names)].filter(name => !found.has(name))
      if (fresh.length === 0) return
      const ids = await resolve(fresh.map(name => ({ as, name })))
      const known = await read(ids.filter(id => typeof id === 'string'))
      fresh.forEach((name, at) => {
        const id = ids[at]!
        found.set(name, typeof id === 'string' ? judge(known.get(id), id) : severalIn(name, id))
      })
      await also?.(found, fresh)
    },
  }
}

/** What these need. */
export type Opening = readonly [
  resolve: ReturnType<typeof resolver>,
  options: OnboardOptions,
  context: OperationContext,
  ctx: Context,
]

/** Groups that get new members. */
export const openGroups = (...[resolve, { isPrivileged }, context]: Opening): Kind<Group> => {
  const facts = ['id', ...groupMembers.properties, 'isAssignableToRole'].join(',')
  const judged = (seen: Seen): Group | Finding => {
    const why = groupMembers.closed(seen)
    if (why) return why
    if (seen['isAssignableToRole'] === true && !isPrivileged)
      return consentMissing(`Roles can be assigned to the group ${nameOf(seen)}, so it is privileged`)
    return { id: seen.id.toLowerCase(), gives: givenBy(seen) }
  }
  return openKind<Group>(resolve, {
    as: 'group',
    read: ids => readByIds(objectKinds.group.path, facts, ids, context),
    judge: (seen, id) => (seen ? judged(seen) : noContainer(groupMembers, id)),
  })
}

/** Roles that are given, by id. */
export const openRoles = (...[resolve, options, context, ctx]: Opening): Kind<string> => {
  const called = new Map<string, string>()
  return openKind<string>(resolve, {
    as: 'directoryRole',
    read: ids => readByIds(objectKinds.directoryRole.path, 'id,displayName', ids, context),
    judge(seen, id) {
      if (!seen)
        return {
          outcome: 'failed',
          code: 'OBJECT_NOT_FOUND',
          message: `No role has the id ${id}.`,
          fix: 'Correct the role.',
        }
      const privileged = privilegedRoles[id]
      if (privileged !== undefined && !options.isPrivileged) return consentMissing(`${privileged} is a privileged role`)
      called.set(id, nameOf(seen))
      return id
    },
    async also(found, fresh) {
      const own = fresh.flatMap(name => {
        const id = found.get(name)
        return typeof id === 'string' ? [{ name, id }] : []
      })
      const ids = [...new Set(own.map(({ id }) => id))]
      const { refused, remarks } = await judgeRoles(
        ids.map(id => ({ id, name: called.get(id)! })),
        options,
        context,
      )
      remark(cohortOf(ctx), remarks)
      for (const { name, id } of own) found.set(name, refused.get(id) ?? id)
    },
  })
}
