import type { Kind } from '../directory/types.ts'
import type { Handler } from './call.ts'
import { faults } from './faults.ts'
import { notContained } from './group-members.ts'
import { needing } from './needing.ts'
import type { Requirement } from './permissions.ts'
import { plainList, plainSingle, type Plain } from './plain-list.ts'
import { relatedCount, relatedList, type RelatedOptions } from './related-list.ts'
import type { RelationName } from './relations.ts'
import type { Route } from './router.ts'

const route =
  (method: Route['method']) =>
  (path: string, needs: Requirement, handle: Handler): Route => ({ method, path, handle: needing(needs, handle) })

/** A route that needs one of the permissions. */
export const get = route('GET')
/** As `get`. */
export const post = route('POST')
/** As `get`, for `DELETE`. */
export const remove = route('DELETE')

/** A relation of objects of a kind: its list, addresses, count, and casts. */
export const related = (
  path: string,
  kind: Kind,
  relation: RelationName,
  needs: Requirement,
  options?: RelatedOptions,
): readonly Route[] => {
  const at = `${path}/{id}/${relation}`
  return [
    get(at, needs, relatedList(kind, relation, options)),
    get(`${at}/$ref`, needs, relatedList(kind, relation, { ...options, addresses: true })),
    get(`${at}/$count`, needs, relatedCount(kind, relation)),
    get(`${at}/{type}`, needs, relatedList(kind, relation, options)),
    get(`${at}/{type}/$count`, needs, relatedCount(kind, relation)),
  ]
}

/** A small collection and its items. */
export const whole = (path: string, needs: Requirement, plain: Plain): readonly Route[] => [
  get(path, needs, plainList(plain)),
  get(`${path}/{id}`, needs, plainSingle(plain)),
]

/** A collection in memory, its count and its items. */
export const listed = (
  path: string,
  needs: Requirement,
  handlers: Readonly<Record<'list' | 'count' | 'single', Handler>>,
): readonly Route[] => [
  get(path, needs, handlers.list),
  get(`${path}/$count`, needs, handlers.count),
  get(`${path}/{id}`, needs, handlers.single),
]

/** Adds and removes links of objects other than groups. */
export const singleLinks = (
  at: string,
  needs: Readonly<Record<'add' | 'remove', Requirement>>,
  { add, remove: removeLink }: Readonly<Record<'add' | 'remove', Handler>>,
): readonly Route[] => [
  post(`${at}/$ref`, needs.add, add),
  post(at, needs.add, notContained),
  remove(`${at}/{id}/$ref`, needs.remove, removeLink),
  { method: 'GET', path: `${at}/{id}`, handle: notServed },
  // Without /$ref, Graph deletes the object itself.
  { method: 'DELETE', path: `${at}/{id}`, handle: notServed },
]

/** Answers what Graph has and the sandbox lacks. */
export const notServed: Handler = ({ request }) => {
  throw faults.notServed(request.path)
}
