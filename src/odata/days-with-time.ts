import { propertyAt } from '../data/properties.ts'
import { joined, type Filter, type Literal, type Path } from './ast.ts'

type Scope = ReadonlyMap<string, readonly string[]>

/**
 * Adds midnight UTC to dates without a time (`2026-01-31` → `2026-01-31T00:00:00Z`) for properties that have a time.
 * Graph refuses a bare date there. Returns the same filter if nothing changes.
 *
 * @param type entity type of the listing: `user`
 * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/17744
 */
export const daysWithTime = (filter: Filter, type: string): Filter => {
  const hasTime = (path: Path, scope: Scope): boolean =>
    propertyAt(type, namesOf(path, scope))?.type === 'DateTimeOffset'
  const changed = (at: Filter, scope: Scope): Filter => {
    switch (at.kind) {
      case 'and':
      case 'or': {
        const items = at.items.map(item => changed(item, scope))
        return items.every((item, index) => item === at.items[index]) ? at : joined(at.kind, items)
      }
      case 'not': {
        const item = changed(at.item, scope)
        return item === at.item ? at : { ...at, item }
      }
      case 'lambda': {
        if (!at.item || at.variable === undefined) return at
        const item = changed(at.item, new Map(scope).set(at.variable, namesOf(at.path, scope)))
        return item === at.item ? at : { ...at, item }
      }
      case 'compare':
        return isDay(at.value) && hasTime(at.path, scope) ? { ...at, value: firstMoment(at.value) } : at
      case 'in':
        return at.values.some(isDay) && hasTime(at.path, scope)
          ? { ...at, values: at.values.map(value => (isDay(value) ? firstMoment(value) : value)) }
          : at
      default:
        return at
    }
  }
  return changed(filter, new Map())
}

const namesOf = (path: Path, scope: Scope): readonly string[] =>
  path.variable === undefined ? path.names : [...(scope.get(path.variable) ?? []), ...path.names]

type Day = Extract<Literal, { type: 'string' | 'guid' | 'date' }>

/** Whether a literal is a date without a time. */
export const isDay = (literal: Literal): literal is Day =>
  literal.type === 'date' && /^\d{4}-\d\d-\d\d$/.test(literal.value)

const firstMoment = (day: Day): Literal => ({ ...day, value: `${day.value}T00:00:00Z` })
