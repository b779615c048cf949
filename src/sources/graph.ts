import type { Source } from '../core/parts.ts'
import { expectOptions, needed, trueOrFalse } from '../data/expect-options.ts'
import { collection } from './graph/collection.ts'
import type { Entity, GraphOptions } from './graph/listing.ts'
import type { OmittingRelation } from './graph/hidden-members.ts'
import { listingOptions } from './graph/listing-options.ts'
import { watchedMembers } from './graph/members-watch.ts'

export type { Entity, GraphOptions, Listing } from './graph/listing.ts'

/**
 * Lists the objects of a Graph collection, in Graph's order; `key` is the id. Holds two pages as bytes: one being
 * streamed, one read ahead. Position: the last link that can be trusted. The run drops objects that Graph returns more
 * than once, by id. Costs one or two resource units per page (see data/costs.ts). A listing of members or owners of a group
 * is `unverified` if Graph omits service principals, or returns only type and id.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once, `GRAPH_LINK_REPEATED` if paging loops
 * @see https://learn.microsoft.com/graph/paging
 */
export const graph = <T extends Entity = Entity>(options: GraphOptions): Source<T> => {
  expectOptions('graph', options, {
    ...listingOptions,
    path: needed('the path of a collection, such as /users'),
    paged: trueOrFalse,
    counted: trueOrFalse,
    delta: trueOrFalse,
  })
  const source = collection<T>('graph', { ...options, ofUsers: /^\/users\/?$/i.test(options.path) })
  const listed = omittingPath(options.path)
  if (!listed || options.filter !== undefined || options.search !== undefined) return source
  const watched = { group: { id: listed.group, displayName: null }, select: options.select, omitting: listed.relation }
  return {
    ...source,
    read: (ctx, shard, from) => watchedMembers(ctx, source.read(ctx, shard, from), watched, from),
  }
}

/** The group and the relation of a path whose listing may lack service principals. */
const omittingPath = (path: string): { readonly group: string; readonly relation: OmittingRelation } | undefined => {
  const [, slash, quoted, name = ''] =
    /^\/groups(?:\/([^/]+)|\('([^']+)'\))\/(\w+)(?:\/microsoft\.graph\.servicePrincipal)?\/?$/i.exec(path) ?? []
  const relation = relations.find(relation => relation.toLowerCase() === name.toLowerCase())
  const group = slash ?? quoted
  return relation && group !== undefined ? { group, relation } : undefined
}

const relations: readonly OmittingRelation[] = ['members', 'transitiveMembers', 'owners']
