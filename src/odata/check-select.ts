import { extensionKind } from '../data/extensions.ts'
import { isEntityName } from '../data/graph-types.ts'
import { neverListed, onlySingle } from '../data/listing.ts'
import { nearest } from '../core/nearest.ts'
import { isOpenType, namesAt, propertiesOfType, relationsOfType } from '../data/properties.ts'
import type { Finding } from './findings.ts'

/**
 * Says which names of a `$select` are no properties of the type, which no listing gives, and which only a GET by id gives.
 * A path leads into a complex property (`employeeOrgData/division`), not into a text or a list. Relations, annotations and
 * `*` cannot be selected. A type that is not in the schema is not checked.
 */
export const checkSelect = (names: readonly string[], type: string): readonly Finding[] => {
  if (propertiesOfType(type).size === 0) return []
  const found: Finding[] = []
  let at = 0
  for (const property of names) {
    const where = { property, operator: '$select', at, advanced: false }
    const path = property.split('/')
    const [first = ''] = path
    if (property === '*') found.push({ kind: 'everything', ...where })
    else if (first.startsWith('@')) found.push({ kind: 'annotation', ...where })
    else if (neverListed(type).has(first)) found.push({ kind: 'neverListed', ...where })
    else if (onlySingle(type).has(first)) found.push({ kind: 'onlySingle', ...where })
    else if (!leads(type, path)) {
      const suggestion = relationsOfType(type).has(first) ? undefined : meant(type, path)
      found.push({ kind: 'unknownProperty', ...where, ...(suggestion === undefined ? {} : { suggestion }) })
    }
    at += property.length + 1
  }
  return found
}

/** Whether there is a value at the path: each name but the last is a complex property that is no list. */
const leads = (type: string, path: readonly string[]): boolean => {
  const [first = '', ...rest] = path
  const own = propertiesOfType(type).get(first)
  if (!own) return isOpenType(type) || (isEntityName(type) && extensionKind(path) !== undefined)
  return rest.length === 0 || (!own.collection && leads(own.type, rest))
}

/** The path with its first wrong name put right, or up to where nothing can follow. */
const meant = (type: string, path: readonly string[]): string | undefined => {
  const good = path.findIndex((_, at) => !leads(type, path.slice(0, at + 1)))
  const before = path.slice(0, good)
  const near = nearest(path[good] ?? '', good === 0 ? propertiesOfType(type).keys() : namesAt(type, before))
  return near !== undefined && leads(type, [...before, near])
    ? [...before, near].join('/')
    : good === 0
      ? undefined
      : before.join('/')
}
