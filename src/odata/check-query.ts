import { likelyProperty } from '../data/likely-property.ts'
import { filterRules, type FilterRules } from '../data/filter-rules.ts'
import { nearest } from '../core/nearest.ts'
import { propertiesOfType, propertyAt, namesAt } from '../data/properties.ts'
import type { Filter } from './ast.ts'
import { checkFilter } from './check-filter.ts'
import { checkSelect } from './check-select.ts'
import { checked, leveled, type Check, type Finding } from './findings.ts'
import type { Order } from './parse-orderby.ts'
import { clausesOf, type Search } from './parse-search.ts'
import { given } from '../core/given.ts'

interface QueryParts {
  readonly select?: readonly string[]
  readonly filter?: Filter
  readonly orderby?: readonly Order[]
  readonly search?: Search
  /** `$count=true`. */
  readonly count?: boolean
}

/** Checks the query options of a listing: each by itself, like `checkFilter`, and in combination. */
export const checkQuery = (
  parts: QueryParts,
  type: string,
  rules: FilterRules | undefined = filterRules(type),
): Check => {
  const { select, filter, orderby, search, count } = parts
  const findings: Finding[] = []
  const advanced = (property: string, operator: string): Finding => ({
    kind: 'needsAdvanced',
    property,
    operator,
    at: 0,
    advanced: true,
  })
  if (select) findings.push(...checkSelect(select, type))
  if (filter) findings.push(...checkFilter(filter, type, rules).findings)
  if (orderby) findings.push(...checkOrderBy(orderby, type, rules))
  if (search) findings.push(...checkSearch(search, type))
  if (rules && filter && orderby?.[0]) findings.push(advanced(orderby[0].property, '$orderby'))
  if (rules && search) findings.push(advanced('', '$search'))
  if (rules && count) findings.push(advanced('', '$count'))
  return checked(findings)
}

/** Finds properties that Graph cannot sort by (`unsortable`), or only with advanced query parameters. */
export const checkOrderBy = (
  orders: readonly Order[],
  type: string,
  rules: FilterRules | undefined = filterRules(type),
): readonly Finding[] =>
  orders.flatMap(({ property }): readonly Finding[] => {
    const where = { property, operator: '$orderby', at: 0 }
    const level = rules?.order(property) ?? 'default'
    if (level !== 'no' && (level !== 'default' || rules)) return leveled(level, where)
    if (propertiesOfType(type).size > 0 && !propertyAt(type, property.split('/')))
      return [unknown(property, type, '$orderby')]
    return level === 'no' ? [{ kind: 'unsortable', ...where, advanced: false }] : []
  })

/** Finds search clauses whose property the type lacks. */
export const checkSearch = (search: Search, type: string): readonly Finding[] =>
  propertiesOfType(type).size === 0
    ? []
    : clausesOf(search)
        .filter(({ property }) => !propertyAt(type, property.split('/')))
        .map(({ property, at }) => ({ ...unknown(property, type, '$search'), at }))

const unknown = (property: string, type: string, operator: string): Finding => {
  const suggestion = likelyProperty(type, property) ?? nearest(property, namesAt(type, []))
  return {
    kind: 'unknownProperty',
    property,
    operator,
    at: 0,
    advanced: false,
    ...given({ suggestion }),
  }
}
