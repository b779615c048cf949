import { given } from '../core/given.ts'
import { isFields, type Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, optional, someText, someTexts } from '../data/expect-options.ts'
import { directoryListing } from './graph/directory-listing.ts'
import { listingOptions } from './graph/listing-options.ts'
import type { Entity } from './graph/listing.ts'
import { relatedRows } from './graph/related-row.ts'

/** Options of `managersOfUsers`. */
export interface ManagersOfUsersOptions {
  /** Only users that match. It must not require an advanced query. */
  readonly filter?: string
  /** Reads the users: rows with `managerFacts` and an expanded manager, such as those of `listed`. */
  readonly users?: Source<Entity>
  /** Further properties of the users. */
  readonly select?: readonly string[]
  /** Rows per page, 1 to 999. @default 999 */
  readonly top?: number
}

/** What is read of each user. */
export const managerFacts = ['id', 'userPrincipalName', 'displayName'] as const
/** The `$expand` of a user. */
export const managerExpand = 'manager($select=id,displayName,userPrincipalName)'
/** Columns of a user and the manager before further properties of the user. */
export const managerColumns = [
  'userId',
  'userPrincipalName',
  'displayName',
  'managerId',
  'managerName',
  'managerUserPrincipalName',
] as const

/**
 * Lists users with their managers: a row for each user; the columns of the manager are null if there is none. A page of users is one
 * request, and it is counted as one of users.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/api/user-list-manager
 */
export const managersOfUsers = (options: ManagersOfUsersOptions = {}): Source<Fields> => {
  expectOptions('managersOfUsers', options, {
    filter: someText,
    users: optional,
    select: someTexts,
    top: listingOptions.top,
  })
  const { filter, top } = options
  const of = (user: Entity, name: string): unknown =>
    isFields(user['manager']) ? (user['manager'][name] ?? null) : null
  const { columns, own, row } = relatedRows(
    {
      userId: user => user.id,
      userPrincipalName: user => user['userPrincipalName'] ?? null,
      displayName: user => user['displayName'] ?? null,
      managerId: user => of(user, 'id'),
      managerName: user => of(user, 'displayName'),
      managerUserPrincipalName: user => of(user, 'userPrincipalName'),
    },
    options.select ?? [],
  )
  const users =
    options.users ??
    directoryListing<Entity>(
      'managers',
      { select: [...new Set([...managerFacts, ...own])], expand: managerExpand, ...given({ filter, top }) },
      { path: '/users', type: 'user', delta: true },
    )
  return {
    ...users,
    kind: 'managers',
    columns: () => columns,
    async *read(...args) {
      for await (const page of users.read(...args))
        yield { ...page, rows: page.rows.map(({ key, value }) => ({ key, value: row(value, value) })) }
    },
  }
}
