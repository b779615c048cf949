import { given } from '../core/given.ts'
import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, optional, someText, someTexts, trueOrFalse } from '../data/expect-options.ts'
import { directoryListing, typed } from './graph/directory-listing.ts'
import { listingOptions } from './graph/listing-options.ts'
import type { Entity } from './graph/listing.ts'
import { ofEach } from './graph/of-each.ts'
import { relatedRows, typeIn } from './graph/related-row.ts'

/** Options of `groupsOf`. */
export interface GroupsOfOptions {
  /** Only users that match. */
  readonly filter?: string
  /** Reads the users: rows with `groupsOfFacts`, such as those of `listed`. */
  readonly users?: Source<Entity>
  /** Whether to include the groups that their groups are in. @default false */
  readonly transitive?: boolean
  /** Properties of the groups. @default mail, securityEnabled */
  readonly select?: readonly string[]
  /** Rows per page, 1 to 999. @default 999 */
  readonly top?: number
}

/** What is read of each user. */
export const groupsOfFacts = ['id', 'userPrincipalName'] as const
/** Columns of a user's group before its properties. */
export const groupsOfColumns = ['userId', 'userPrincipalName', 'groupId', 'groupName'] as const
/** The properties of a group that are read if none are selected. */
export const groupsOfDefaults = ['mail', 'securityEnabled'] as const

/**
 * Lists the groups that users are members of: a row for each user and group, with `userId`, `userPrincipalName`, `groupId`, `groupName` and
 * the selected properties of the group. Directory roles and administrative units are left out. See `ofEach`.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/api/user-list-memberof
 * @see https://learn.microsoft.com/graph/api/user-list-transitivememberof
 */
export const groupsOf = (options: GroupsOfOptions = {}): Source<Fields> => {
  expectOptions('groupsOf', options, {
    filter: someText,
    users: optional,
    transitive: trueOrFalse,
    select: someTexts,
    top: listingOptions.top,
  })
  const { filter, transitive = false, top } = options
  const { columns, own, select, row } = relatedRows(
    {
      userId: user => user.id,
      userPrincipalName: user => user['userPrincipalName'] ?? null,
      groupId: (_, group) => group.id,
      groupName: (_, group) => group['displayName'] ?? null,
    },
    options.select ?? groupsOfDefaults,
  )
  typed({ path: '/groups', type: 'group', select: own })
  return ofEach({
    kind: 'groups-of',
    objects:
      options.users ??
      directoryListing<Entity>(
        'users',
        { select: groupsOfFacts, ...given({ filter, top }) },
        { path: '/users', type: 'user', delta: true },
      ),
    words: { object: 'user', entries: 'groups', hides: true },
    pathOf: id => `/users/${id}/${transitive ? 'transitiveMemberOf' : 'memberOf'}`,
    select: [...new Set([...select, 'displayName'])],
    ...given({ top }),
    row: (user, entry) => (typeIn(entry) === 'group' ? row(user, entry) : undefined),
    columns,
  })
}
