import { given } from '../core/given.ts'
import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, oneOf, optional, someText, someTexts } from '../data/expect-options.ts'
import { ownedKinds, type OwnedKind } from '../data/owned-kinds.ts'
import { directoryListing } from './graph/directory-listing.ts'
import { groupsAsked } from './graph/groups-asked.ts'
import { listingOptions } from './graph/listing-options.ts'
import type { Entity } from './graph/listing.ts'
import { mixed } from './graph/mixed-listing.ts'
import { ofEach } from './graph/of-each.ts'
import { relatedRows, typeIn } from './graph/related-row.ts'

/** Options of `owners`. */
export interface OwnersOptions {
  /** What is owned. @default groups */
  readonly of?: OwnedKind
  /** Ids or display names of groups. @default all objects, or those of `filter` */
  readonly group?: string | readonly string[]
  /** Only objects that match. */
  readonly filter?: string
  /** Reads the objects: rows with `id` and `displayName`, such as those of `listed`. */
  readonly objects?: Source<Entity>
  /** Properties of the owners. @default displayName, userPrincipalName */
  readonly select?: readonly string[]
  /** Rows per page, 1 to 999. @default 999 */
  readonly top?: number
}

const facts = {
  groups: { path: '/groups', type: 'group', word: 'group', delta: true },
  applications: { path: '/applications', type: 'application', word: 'application', delta: true },
  'service-principals': {
    path: '/servicePrincipals',
    type: 'servicePrincipal',
    word: 'service principal',
    delta: true,
  },
} as const

/** Columns of an owner before its properties. */
export const ownerColumns = (of: OwnedKind = 'groups'): readonly string[] => [
  `${facts[of].type}Id`,
  `${facts[of].type}Name`,
  'ownerId',
  'ownerType',
]
/** The properties of an owner that are read if none are selected. */
export const ownerDefaults = ['displayName', 'userPrincipalName'] as const

/**
 * Lists the owners of many groups, applications or service principals: a row for each, with `groupId` and `groupName` (`applicationId` …),
 * `ownerId`, `ownerType` and the selected properties of the owner. See `ofEach`.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once; `GROUP_UNKNOWN`, `GROUP_AMBIGUOUS`
 * @see https://learn.microsoft.com/graph/api/group-list-owners
 * @see https://learn.microsoft.com/graph/api/application-list-owners
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list-owners
 */
export const owners = (options: OwnersOptions = {}): Source<Fields> => {
  expectOptions('owners', options, {
    of: oneOf(...ownedKinds),
    group: optional,
    filter: someText,
    objects: optional,
    select: someTexts,
    top: listingOptions.top,
  })
  const { of = 'groups', group, filter, top } = options
  const { path, type, word, delta } = facts[of]
  const [id, name] = ownerColumns(of) as [string, string]
  const { columns, own, select, row } = relatedRows(
    {
      [id]: object => object.id,
      [name]: object => object['displayName'] ?? null,
      ownerId: (_, owner) => owner.id,
      ownerType: (_, owner) => typeIn(owner),
    },
    options.select ?? ownerDefaults,
  )
  mixed({ select: own })
  const listing = { select: ['id', 'displayName'], ...given({ filter, top }) }
  return ofEach({
    kind: 'owners',
    objects:
      of === 'groups'
        ? groupsAsked({ ...given({ group, filter, top, groups: options.objects }) })
        : (options.objects ?? directoryListing<Entity>(of, listing, { path, type, delta })),
    words: { object: word, entries: 'owners', ...(of === 'groups' && { omits: true }) },
    pathOf: one => `${path}/${one}/owners`,
    select,
    ...given({ top }),
    row,
    columns,
  })
}
