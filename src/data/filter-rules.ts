import { extensionKind } from './extensions.ts'
import { bareAny, counted, endings, matrix, sorted } from './filter-matrix.ts'
import { pageCounts, pageOperators } from './page-operators.ts'
import { isOpenType, propertyAt } from './properties.ts'

/**
 * `default` works as it is · `advanced` needs `ConsistencyLevel: eventual` and `$count=true` · `disputed` is allowed by the
 * resource's page and not by Microsoft's generated table: sent as an advanced query, and Graph decides · `no` is allowed
 * nowhere.
 */
export type Support = 'default' | 'advanced' | 'disputed' | 'no'

/** What one property supports. `ne` and `not` follow `eq`, but need an advanced query; `gt` and `lt` are documented nowhere. */
export interface PropertyRule {
  /** eq and in, with a value. */
  readonly equal: Support
  readonly startsWith: Support
  readonly endsWith: Support
  /** ge and le. */
  readonly range: Support
  readonly equalNull: Support
  /** True when it may not stand beside another property: sign-ins come from another service. */
  readonly alone: boolean
}

/** What Graph lets one ask of a type in `$filter` and `$orderby`. */
export interface FilterRules {
  /** What a property supports, by its path without variables: `assignedLicenses/skuId`. Undefined: not filterable. */
  property(path: string): PropertyRule | undefined
  /** Comparing the number of items of a collection with 0 or 1. */
  count(path: string, items: number): Support
  /** `any()` without a condition: the collection has an item. */
  some(path: string): Support
  order(path: string): Support
  /** Paths that can be filtered by, for naming the ones that were likely meant. */
  readonly paths: readonly string[]
}

interface RulesOptions {
  /** A listing of what belongs to an object (members, memberOf): everything is advanced there. @default false */
  readonly relation?: boolean
  /**
   * A listing of deleted items, which alone can be sorted and filtered by deletedDateTime, and, of whatever type, is sorted
   * by displayName without an advanced query ("List deletedItems"). @default false
   */
  readonly deleted?: boolean
}

/** The values that a filter may compare by `or` or `in`. */
export const maxOrClauses = 15
/** Letters of a text that eq and startsWith take by default; more is advanced. */
export const maxValueLength = 120

const letters: Readonly<Record<string, Support>> = { D: 'default', A: 'advanced' }
const support = (letter: string | undefined): Support => letters[letter ?? ''] ?? 'no'

/**
 * What Graph supports for a type; undefined for types of which nothing is known: there only Graph can tell.
 *
 * @see https://learn.microsoft.com/graph/aad-advanced-queries
 */
export const filterRules = (type: string, options: RulesOptions = {}): FilterRules | undefined => {
  const lines = matrix[type]
  if (!lines) return undefined
  const raised = (level: Support): Support => (options.relation && level === 'default' ? 'advanced' : level)
  const rule = (name: string, code: string): PropertyRule => ({
    equal: raised(support(code[0])),
    startsWith: raised(support(code[1])),
    endsWith: endings.has(name) ? 'advanced' : 'no',
    range: raised(support(code[2])),
    equalNull: raised(support(code[3])),
    alone: name.startsWith('signInActivity/'),
  })
  const rules = new Map<string, PropertyRule>()
  for (const line of [...lines, ...(options.deleted ? ['A-A- deletedDateTime'] : [])]) {
    const [code = '', ...names] = line.split(' ')
    for (const name of names.flatMap(numbered)) rules.set(name, rule(name, code))
  }
  const pages = operatorsOf(type)
  // Only objects in the recycle bin have a deletedDateTime, whatever the page of the type says.
  if (!options.deleted) pages.delete('deletedDateTime')
  const known = (path: string): PropertyRule | undefined => {
    const operators = pages.get(path) ?? pages.get(containerOf(type, path) ?? '')
    return operators ? widened(rules.get(path), operators, path) : rules.get(path)
  }
  const extensions = { directory: rule('', 'DA-A'), schema: rule('', 'AA-A') }
  const orders = new Map<string, Support>()
  for (const line of sorted[type] ?? []) {
    const [code, ...names] = line.split(' ')
    for (const name of names) if (name !== 'deletedDateTime' || options.deleted) orders.set(name, raised(support(code)))
  }
  if (options.deleted && orders.has('displayName')) orders.set('displayName', 'default')
  return {
    property(path) {
      const kind = lines.length === 0 ? undefined : extensionKind(path.split('/'))
      return known(path) ?? (kind === undefined ? undefined : extensions[kind])
    },
    count(path, items) {
      const covers = (one: string): boolean =>
        one.split(' ')[0] === path && (items === 0 || (items === 1 && one.endsWith(' 1')))
      return counted[type]?.some(covers) ? 'advanced' : pageCounts[type]?.some(covers) ? 'disputed' : 'no'
    },
    some: path => (bareAny[type]?.includes(path) ? raised('default') : 'no'),
    order: path => orders.get(path) ?? 'no',
    paths: [...new Set([...rules.keys(), ...pages.keys()])],
  }
}

/** `extensionAttribute#` stands for fifteen. */
const numbered = (name: string): readonly string[] =>
  name.endsWith('#') ? Array.from({ length: 15 }, (_, at) => `${name.slice(0, -1)}${at + 1}`) : [name]

/** The operators that the page of a type lists, by property. */
const operatorsOf = (type: string): Map<string, ReadonlySet<string>> => {
  const found = new Map<string, ReadonlySet<string>>()
  for (const line of pageOperators[type] ?? []) {
    const [operators = '', names = ''] = line.split(': ')
    for (const name of names.split(' ')) found.set(name, new Set(operators.split(' ')))
  }
  return found
}

const nowhere: PropertyRule = {
  equal: 'no',
  startsWith: 'no',
  endsWith: 'no',
  range: 'no',
  equalNull: 'no',
  alone: false,
}

/** The property that holds the one at this path, which is there or may be: what a page says of it goes for all it holds. */
const containerOf = (type: string, path: string): string | undefined => {
  const [first = '', ...rest] = path.split('/')
  if (rest.length === 0) return undefined
  return propertyAt(type, [first, ...rest]) || isOpenType(propertyAt(type, [first])?.type ?? '') ? first : undefined
}

/** A rule of the generated table, with what only the page allows as `disputed`. */
const widened = (rule: PropertyRule | undefined, operators: ReadonlySet<string>, path: string): PropertyRule => {
  const base = rule ?? nowhere
  const either = (level: Support, listed: boolean): Support => (level === 'no' && listed ? 'disputed' : level)
  // `ne` and `not` have something to negate: an `eq`.
  const equal = operators.has('eq') || operators.has('ne') || operators.has('not')
  return {
    equal: either(base.equal, equal),
    startsWith: either(base.startsWith, operators.has('startsWith')),
    endsWith: either(base.endsWith, operators.has('endsWith')),
    range: either(base.range, operators.has('ge')),
    // The generated table says of which values null can be told; where it is silent about a property, nothing does.
    equalNull: either(base.equalNull, operators.has('null') || (rule === undefined && equal)),
    alone: base.alone || path.startsWith('signInActivity/'),
  }
}
