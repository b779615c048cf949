import { bareAny, counted } from '../data/filter-matrix.ts'
import { joined, type Filter, type Path } from './ast.ts'

/**
 * Writes `any()` without a condition as a count: `assignedLicenses/any()` becomes `assignedLicenses/$count ne 0`, and `not` of it `eq 0`.
 * Microsoft documents only the count for most collections. Returns the same filter if nothing changes.
 *
 * @param type entity type of the listing: `user`
 * @see https://learn.microsoft.com/graph/aad-advanced-queries
 */
export const countingAny = (filter: Filter, type: string): Filter => {
  const isCounted = (path: Path): boolean => {
    const name = path.names.join('/')
    if (path.variable !== undefined || bareAny[type]?.includes(name)) return false
    return counted[type]?.some(entry => entry.split(' ')[0] === name) ?? false
  }
  const changed = (at: Filter, isNegated: boolean): Filter => {
    switch (at.kind) {
      case 'and':
      case 'or': {
        const items = at.items.map(item => changed(item, false))
        return items.every((item, index) => item === at.items[index]) ? at : joined(at.kind, items)
      }
      case 'not': {
        const item = changed(at.item, true)
        if (item === at.item) return at
        return at.item.kind === 'lambda' ? item : { ...at, item }
      }
      case 'lambda':
        return at.quantifier === 'any' && !at.item && isCounted(at.path)
          ? {
              kind: 'compare',
              operator: isNegated ? 'eq' : 'ne',
              path: { ...at.path, counts: true },
              value: { type: 'number', value: 0 },
            }
          : at
      default:
        return at
    }
  }
  return changed(filter, false)
}
