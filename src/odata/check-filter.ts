import { filterRules, maxOrClauses, maxValueLength, type FilterRules } from '../data/filter-rules.ts'
import { propertiesOfType, propertyAt, relationsOfType } from '../data/properties.ts'
import { isCast, type Filter, type Literal, type Path } from './ast.ts'
import { supportOf } from './filter-support.ts'
import { checked, leveled, type Check, type Finding } from './findings.ts'
import { mismatch } from './literal-types.ts'
import { suggestAny, suggestPath, suggestRange, type Condition } from './suggest-filter.ts'
import { given } from '../core/given.ts'

/** The collection behind each variable in scope. */
type Scope = ReadonlyMap<string, readonly string[]>

/**
 * Checks a filter against Microsoft's documents before it is sent: properties, operators, types of literals, at most 15
 * alternatives, and whether it needs advanced query parameters. For a type without rules only names and literals are
 * checked. A type that is not in the schema is not checked.
 *
 * @param type entity type of the listing: `user`
 * @see https://learn.microsoft.com/graph/aad-advanced-queries
 */
export const checkFilter = (
  filter: Filter,
  type: string,
  rules: FilterRules | undefined = filterRules(type),
): Check => {
  const isKnown = propertiesOfType(type).size > 0
  const findings: Finding[] = []
  const aloneAt = new Map<string, number>()
  const filtered = new Set<string>()

  const visit = (at: Filter, scope: Scope): void => {
    switch (at.kind) {
      case 'and':
      case 'or':
        if (at.kind === 'or')
          limit(
            'or',
            at.items.reduce((sum, item) => sum + alternatives(item), 0),
            at,
          )
        for (const item of at.items) visit(item, scope)
        return
      case 'not':
        if (rules) findings.push({ kind: 'needsAdvanced', ...first(at.item), operator: 'not', advanced: true })
        return visit(at.item, scope)
      case 'lambda': {
        const names = namesOf(at.path, scope)
        const where = { property: names.join('/'), operator: at.quantifier, at: at.path.at }
        if (isKnown && !isCollection(names) && !isBeyondSchema(names)) return void findings.push(strange(names, where))
        if (at.quantifier === 'any' && at.item && at.variable !== undefined)
          return visit(at.item, new Map(scope).set(at.variable, names))
        if (at.quantifier === 'any' && rules) findings.push(...leveled(rules.some(where.property), where))
        else if (rules) findings.push({ kind: 'operatorUnsupported', ...where, advanced: false })
        return
      }
      case 'isof':
        if (rules && type !== 'directoryObject')
          findings.push({ kind: 'operatorUnsupported', ...first(at), operator: 'isof', advanced: false })
        return
      case 'in':
        limit('in', at.values.length, at)
        return condition(at, 'in', at.values, scope)
      case 'compare':
        return at.path.counts
          ? counting(at.path, at.operator, at.value, scope)
          : condition(at, at.operator, [at.value], scope)
      case 'call':
        return condition(at, at.name, [{ type: 'string', value: at.value }], scope)
    }
  }

  const condition = (at: Condition, operator: string, values: readonly Literal[], scope: Scope): void => {
    const { path } = at
    const names = namesOf(path, scope)
    const where = { property: names.join('/'), operator, at: path.at }
    const property = isKnown ? propertyAt(type, names) : undefined
    const rule = rules?.property(where.property)
    const add = (kind: Finding['kind'], more: Partial<Finding> = {}): void =>
      void findings.push({ kind, ...where, advanced: false, ...more })

    if (path.counts) return add('operatorUnsupported', { operator: '$count' })
    if (path.names.some(isCast)) return rules ? add('unfilterable') : undefined
    if (isKnown && !property && !rule) return void findings.push(strange(names, where))
    const list =
      path.variable === undefined ? names.findIndex((_, index) => isCollection(names.slice(0, index + 1))) : -1
    if (list >= 0) return add('operatorUnsupported', { suggestion: suggestAny(at, list) })
    if (rules && !rule) return add('unfilterable')
    if (rule) {
      filtered.add(where.property)
      if (rule.alone) aloneAt.set(where.property, path.at)
      const suggestion = path.variable === undefined ? suggestRange(at) : undefined
      const withNull = values.some(({ type: literal }) => literal === 'null')
      for (const finding of leveled(supportOf(rule, operator, values, path.variable !== undefined), where))
        findings.push({
          ...finding,
          ...given({ suggestion }),
          ...(withNull ? { withNull } : {}),
        })
      if (values.some(value => isLong(value))) add('needsAdvanced', { advanced: true })
    }
    const strangeValue = property && values.find(value => mismatch(property.type, value))
    if (property && strangeValue) add('typeMismatch', { type: property.type, literal: strangeValue.type })
  }

  const counting = (path: Path, operator: string, value: Literal, scope: Scope): void => {
    const names = namesOf(path, scope)
    const where = { property: names.join('/'), operator: '$count', at: path.at }
    if (isKnown && !isCollection(names)) findings.push(strange(names, where))
    else if (value.type !== 'number')
      findings.push({ kind: 'typeMismatch', ...where, advanced: false, type: 'Int64', literal: value.type })
    else if (rules)
      findings.push(
        ...leveled(
          operator === 'eq' || operator === 'ne' ? rules.count(where.property, Number(value.value)) : 'no',
          where,
        ),
      )
  }

  const isCollection = (names: readonly string[]): boolean =>
    propertyAt(type, names)?.collection === true ||
    (names.length === 1 && relationsOfType(type).get(names[0] ?? '')?.collection === true)

  /** Microsoft's filter tables name some collections that the schema lacks. */
  const isBeyondSchema = (names: readonly string[]): boolean =>
    !propertyAt(type, names) && (rules?.paths.some(path => `${path}/`.startsWith(`${names.join('/')}/`)) ?? false)

  /** The finding for a path that the type lacks, or that the operator cannot be used on. */
  const strange = (names: readonly string[], where: Pick<Finding, 'property' | 'operator' | 'at'>): Finding => {
    if (propertyAt(type, names) || (names.length === 1 && relationsOfType(type).has(names[0] ?? '')))
      return { kind: 'operatorUnsupported', ...where, advanced: false }
    const suggestion = suggestPath(
      type,
      names,
      (rules?.paths ?? []).map(path => path.split('/')[0] ?? ''),
    )
    return { kind: 'unknownProperty', ...where, advanced: false, ...given({ suggestion }) }
  }

  const limit = (operator: 'or' | 'in', count: number, at: Filter): void => {
    if (rules && count > maxOrClauses)
      findings.push({ kind: 'tooManyOrs', ...first(at), operator, advanced: operator === 'in', count })
  }

  visit(filter, new Map())
  if (filtered.size > 1)
    for (const [property, at] of aloneAt)
      findings.push({ kind: 'operatorUnsupported', property, operator: 'and', at, advanced: false })
  return checked(findings)
}

const namesOf = (path: Path, scope: Scope): readonly string[] =>
  path.variable === undefined ? path.names : [...(scope.get(path.variable) ?? []), ...path.names]

/** Each value of `in` is an alternative. */
const alternatives = (filter: Filter): number => (filter.kind === 'in' ? filter.values.length : 1)

const isLong = ({ type, value }: Literal): boolean => type === 'string' && value.length > maxValueLength

/** The first property of a filter, to locate findings about the whole filter. */
const first = (filter: Filter): { readonly property: string; readonly at: number } => {
  if ('items' in filter) return filter.items[0] ? first(filter.items[0]) : { property: '', at: 0 }
  if (filter.kind === 'not') return first(filter.item)
  if (filter.kind === 'isof') return { property: filter.type, at: filter.path?.at ?? 0 }
  return { property: filter.path.names.join('/'), at: filter.path.at }
}
