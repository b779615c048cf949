import { extensionKind } from '../data/extensions.ts'
import { isEntityName } from '../data/graph-types.ts'
import { likelyProperty } from '../data/likely-property.ts'
import { neverListed, onlySingle } from '../data/listing.ts'
import { nearest } from '../core/nearest.ts'
import { isOpenType, namesAt, propertiesOfType, relationsOfType } from '../data/properties.ts'
import type { Finding } from './findings.ts'
import { given } from '../core/given.ts'

/**
 * Finds names in a `$select` that are not properties of the type, that no listing returns, or that only a GET by id
 * returns. A path may lead into a complex property (`employeeOrgData/division`), not into a string or a list. Relations,
 * annotations and `*` cannot be selected. A type that is not in the schema is not checked.
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
      found.push({ kind: 'unknownProperty', ...where, ...given({ suggestion }) })
    }
    at += property.length + 1
  }
  return found
}

/** Whether the path exists: each name but the last is a complex property, not a list. */
const leads = (type: string, path: readonly string[]): boolean => {
  const [first = '', ...rest] = path
  const own = propertiesOfType(type).get(first)
  if (!own) return isOpenType(type) || (isEntityName(type) && extensionKind(path) !== undefined)
  return rest.length === 0 || (!own.collection && leads(own.type, rest))
}

/** The path with its first unknown name corrected, or cut after a name that cannot have children. */
const meant = (type: string, path: readonly string[]): string | undefined => {
  const good = path.findIndex((_, at) => !leads(type, path.slice(0, at + 1)))
  const before = path.slice(0, good)
  const likely = path.length === 1 ? likelyProperty(type, path[0] ?? '') : undefined
  if (likely !== undefined) return likely
  const near = nearest(path[good] ?? '', good === 0 ? propertiesOfType(type).keys() : namesAt(type, before))
  return near !== undefined && leads(type, [...before, near])
    ? [...before, near].join('/')
    : good === 0
      ? undefined
      : before.join('/')
}
