import { given } from '../core/given.ts'
import { isFields, type Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import type { Destination } from '../core/place.ts'
import { linkDeltaKinds, type LinkDeltaKind } from '../data/delta-kinds.ts'
import { expectOptions, oneOf, optional, someText } from '../data/expect-options.ts'
import { ahead, inLists } from './graph/ahead.ts'
import { byIds } from './graph/by-ids.ts'
import { listingUrl } from './graph/collection.ts'
import { edgeDelta } from './graph/delta/edge-delta.ts'
import type { EdgeReaders } from './graph/delta/changed-edges.ts'
import { edgeKey, type Edge } from './graph/delta/edge-table.ts'
import { readLists } from './graph/delta/read-lists.ts'
import { directoryListing } from './graph/directory-listing.ts'
import type { Entity } from './graph/listing.ts'
import { listingOptions } from './graph/listing-options.ts'
import { typeIn } from './graph/related-row.ts'
import { rowsOfObjects } from './graph/rows-of-objects.ts'
import { memberships } from './memberships.ts'

/** Options of `linkDelta`. */
export interface LinkDeltaOptions {
  /** Members of groups, or managers of users. */
  readonly of: LinkDeltaKind
  /** Apart from other deltas of the same: lower-case letters, digits and hyphens, at most 20. */
  readonly name?: string
  /** Where the rows are written. Changes are not written over the load that they continue. */
  readonly place?: Pick<Destination, 'published'> | undefined
  /** Rows per page of a full load, 1 to 999. @default 999 */
  readonly top?: number
}

/**
 * The members of groups, or the managers of users, that were added or removed since the last run: a row for each link, with the ids of
 * both objects, `memberType` for members, and `removed`, as in `delta`. `key` is both ids with a slash.
 *
 * Links of an object in the recycle bin are `changed`, as it is; when it is restored, they are rows again. v1.0 lists no service principals
 * in groups, so they are left out. The first run reads all links. See `delta` for what is kept, and when.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/delta-query-groups
 * @see https://learn.microsoft.com/graph/delta-query-overview#optional-query-parameters
 */
export const linkDelta = (options: LinkDeltaOptions): Source<Fields> => {
  expectOptions('linkDelta', options, {
    of: { ...oneOf(...Object.keys(linkDeltaKinds)), needs: 'memberships or managers' },
    name: someText,
    place: optional,
    top: listingOptions.top,
  })
  const { of, name, place, top } = options
  const shared = { of, name, place, columns: linkDeltaKinds[of] }
  return of === 'memberships'
    ? edgeDelta({
        ...shared,
        // Only users and groups have a recycle bin, of all that can be a member.
        streams: [
          { path: '/groups', select: ['id', 'members'] },
          { path: '/users', select: ['id'] },
        ],
        readers: ofMembers,
        full: rowOf => allMembers(rowOf, top),
      })
    : edgeDelta({
        ...shared,
        streams: [{ path: '/users', select: ['id', 'manager'] }],
        readers: ofManagers,
        full: rowOf => allManagers(rowOf, top),
      })
}

type RowOf = (edge: Edge) => Fields

const allMembers = (rowOf: RowOf, top: number | undefined): Source<Fields> => {
  const all = memberships({ select: ['id'], parts: false, ...given({ top }) })
  return {
    ...all,
    async *read(...args) {
      for await (const page of all.read(...args))
        yield {
          ...page,
          rows: page.rows.map(({ key, value }) => ({
            key,
            value: rowOf({
              owner: String(value['groupId']),
              target: String(value['memberId']),
              type: value['memberType'] as string | null,
              removed: null,
            }),
          })),
        }
    },
  }
}

const managerOf = (user: Entity): readonly Edge[] =>
  isFields(user['manager'])
    ? [{ owner: user.id, target: String(user['manager']['id']), type: null, removed: null }]
    : []

/** 20 requests of 15 ids. */
const idsPerTrip = 300
const tripsAtOnce = 4
const withManager = 'manager($select=id)'

const allManagers = (rowOf: RowOf, top: number | undefined): Source<Fields> =>
  rowsOfObjects({
    kind: 'managers',
    objects: directoryListing<Entity>(
      'users',
      { select: ['id'], expand: withManager, ...given({ top }) },
      { path: '/users', type: 'user', delta: true },
    ),
    columns: { names: [...linkDeltaKinds.managers], closed: true },
    open: async () => user => managerOf(user).map(edge => ({ key: edgeKey(edge), value: rowOf(edge) })),
  })

const ofManagers: EdgeReaders = {
  relation: 'manager',
  isSingle: true,
  types: ['user'],
  leftOut: [],
  async *ofOwners(ctx, ids) {
    const urlOf = (filter: string): string => listingUrl('/users', { select: ['id'], expand: withManager, filter })
    const trips = ahead(inLists(ids, idsPerTrip), tripsAtOnce, some => byIds<Entity>(ctx, { urlOf }, some))
    for await (const users of trips) yield users.flatMap(managerOf)
  },
  async *ofTargets(ctx, _type, ids) {
    for await (const { id, entries } of readLists(ctx, id => `/users/${id}/directReports`, ids))
      yield entries
        .filter(entry => typeIn(entry) === 'user')
        .map(entry => ({ owner: entry.id, target: id, type: null, removed: null }))
  },
}

/** Paths of the types that can be members of groups. */
const pathsOfMembers: Readonly<Record<string, string>> = {
  user: '/users',
  group: '/groups',
  device: '/devices',
  orgContact: '/contacts',
}

const ofMembers: EdgeReaders = {
  relation: 'members',
  isSingle: false,
  types: ['group', 'user'],
  leftOut: ['servicePrincipal'],
  async *ofOwners(ctx, ids) {
    for await (const { id, entries } of readLists(ctx, id => `/groups/${id}/members`, ids))
      yield entries.map(entry => ({ owner: id, target: entry.id, type: typeIn(entry), removed: null }))
  },
  async *ofTargets(ctx, type, ids) {
    const path = pathsOfMembers[type]
    if (path === undefined) return
    for await (const { id, entries } of readLists(ctx, id => `${path}/${id}/memberOf`, ids))
      yield entries
        .filter(entry => typeIn(entry) === 'group')
        .map(entry => ({ owner: entry.id, target: id, type, removed: null }))
  },
}
