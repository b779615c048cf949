import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Source } from '../../core/parts.ts'
import { directoryListing } from './directory-listing.ts'
import { findGroup, type FoundGroup } from './find-group.ts'
import type { Entity } from './listing.ts'

/** What is read of each group. */
export const groupFacts = ['id', 'displayName', 'visibility'] as const

/** Which groups are read. */
export interface GroupsAsked {
  /** Ids or display names of the groups. @default all groups, or those of `filter` */
  readonly group?: string | readonly string[]
  /** Only groups that match. */
  readonly filter?: string
  /** Reads the groups: rows with `id`, `displayName` and `visibility`, such as those of `listed`. */
  readonly groups?: Source<Entity>
  /** Rows per page, 1 to 999. @default 999 */
  readonly top?: number
}

/** All groups, those of a filter, or named ones: id, name, and whether their membership is hidden. */
export const groupsAsked = ({ group, filter, groups: asked, top }: GroupsAsked): Source<Entity> => {
  if ([group, filter, asked].filter(one => one !== undefined).length > 1)
    throw new EntrapipeError(
      'OPTION_INVALID',
      'Expected one of group, filter and groups, got several. Leave the others out',
    )
  if (asked) return asked
  if (group === undefined)
    return directoryListing<Entity>(
      'groups',
      { select: groupFacts, ...given({ filter, top }) },
      { path: '/groups', type: 'group', delta: true },
    )
  const names = [...new Set(typeof group === 'string' ? [group] : group)]
  let found: Promise<readonly FoundGroup[]> | undefined
  const groups = (ctx: Context): Promise<readonly FoundGroup[]> =>
    (found ??= Promise.all(names.map(name => findGroup(ctx, name))).then(distinct))
  return {
    kind: 'groups',
    usesGraph: true,
    check: async ctx => void (await groups(ctx)),
    describe: async ctx => (await groups(ctx)).map(({ id }) => id),
    async *read(ctx, _shard, from) {
      const all = await groups(ctx)
      if (from === undefined)
        yield { rows: all.map(value => ({ key: value.id, value: { ...value } })), position: all.length }
    },
  }
}

/** Removes groups that were given twice, by name and by id. */
export const distinct = (groups: readonly FoundGroup[]): readonly FoundGroup[] => [
  ...new Map(groups.map(group => [group.id, group])).values(),
]
