import { nearest } from '../core/nearest.ts'
import { likelyProperty } from '../data/likely-property.ts'
import { namesAt, propertyAt, relationsOfType } from '../data/properties.ts'
import type { Filter, Path } from './ast.ts'
import { printFilter } from './print-filter.ts'

/** A filter that tests one path. */
export type Condition = Extract<Filter, { kind: 'compare' | 'in' | 'call' }>

/** Suggests a path with the first unknown name corrected. `others` are valid first names that the schema lacks. */
export const suggestPath = (type: string, names: readonly string[], others: readonly string[]): string | undefined => {
  const depth = Math.max(
    0,
    names.findIndex((_, index) => !exists(type, names.slice(0, index + 1))),
  )
  const likely = names.length === 1 ? likelyProperty(type, names[0] ?? '') : undefined
  if (likely !== undefined) return likely
  const before = names.slice(0, depth)
  const near = nearest(names[depth] ?? '', [...namesAt(type, before), ...(depth === 0 ? others : [])])
  return near === undefined ? undefined : [...before, near, ...names.slice(depth + 1)].join('/')
}

const exists = (type: string, names: readonly string[]): boolean =>
  propertyAt(type, names) !== undefined || (names.length === 1 && relationsOfType(type).has(names[0] ?? ''))

/** Rewrites a condition on a collection with `any`; `list` is the index of the collection in the path. */
export const suggestAny = (at: Condition, list: number): string => {
  const names = at.path.names.slice(0, list + 1)
  const inner: Path = { names: at.path.names.slice(list + 1), variable: 'x', at: at.path.at }
  const isNe = at.kind === 'compare' && at.operator === 'ne'
  const item: Condition = isNe ? { ...at, operator: 'eq', path: inner } : { ...at, path: inner }
  const any: Filter = { kind: 'lambda', quantifier: 'any', path: { names, at: at.path.at }, variable: 'x', item }
  return printFilter(isNe ? { kind: 'not', item: any } : any)
}

/** Suggests `ge` for `gt` and `le` for `lt`, which Graph supports on more properties. */
export const suggestRange = (at: Condition): string | undefined =>
  at.kind === 'compare' && (at.operator === 'gt' || at.operator === 'lt')
    ? printFilter({ ...at, operator: at.operator === 'gt' ? 'ge' : 'le' })
    : undefined
