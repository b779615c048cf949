import { extensionKind } from './extensions.ts'
import { bareAny, counted, endings, matrix, sorted } from './filter-matrix.ts'
import { pageCounts, pageOperators } from './page-operators.ts'
import { isOpenType, propertyAt } from './properties.ts'

/**
 * `default`: supported · `advanced`: requires `ConsistencyLevel: eventual` and `$count=true` · `disputed`: documented by the
 * resource's page but not by Microsoft's generated table; sent as an advanced query, and Graph decides · `no`: not
 * documented.
 */
export type Support = 'default' | 'advanced' | 'disputed' | 'no'

/** Operators that a property supports. `ne` and `not` follow `eq`, but require an advanced query. `gt` and `lt` are not documented. */
export interface PropertyRule {
  /** eq and in, with a value. */
  readonly equal: Support
  readonly startsWith: Support
  readonly endsWith: Support
  /** ge and le. */
  readonly range: Support
  readonly equalNull: Support
  /** True if it cannot be combined with other properties, such as sign-ins, which come from another service. */
  readonly alone: boolean
}

/** Support for `$filter` and `$orderby` on a type. */
export interface FilterRules {
  /** The rule of a property, by its path without variables: `assignedLicenses/skuId`. Undefined if it cannot be filtered. */
  property(path: string): PropertyRule | undefined
  /** Support for comparing the number of items of a collection with 0 or 1. */
  count(path: string, items: number): Support
  /** Support for `any()` without a condition. */
  some(path: string): Support
  order(path: string): Support
  /** All paths that can be filtered, for suggestions. */
  readonly paths: readonly string[]
}

interface RulesOptions {
  /** Whether this is a listing of a relation (members, memberOf), in which everything requires an advanced query. @default false */
  readonly relation?: boolean
  /**
   * Whether this is a listing of deleted items. Only these can be sorted and filtered by deletedDateTime, and they can be
   * sorted by displayName without an advanced query for every type ("List deletedItems"). @default false
   */
  readonly deleted?: boolean
}

/** Maximum number of values joined by `or` or in an `in` list. */
export const maxOrClauses = 15
/** Maximum length of a string for eq and startsWith by default; longer ones require an advanced query. */
export const maxValueLength = 120

const letters: Readonly<Record<string, Support>> = { D: 'default', A: 'advanced' }
const support = (letter: string | undefined): Support => letters[letter ?? ''] ?? 'no'

/**
 * The rules of a type; undefined for unknown types, for which only Graph can tell.
 *
 * @see https://learn.microsoft.com/graph/aad-advanced-queries
 */
export const filterRules = (type: string, options: RulesOptions = {}): FilterRules | undefined => {
  const key = JSON.stringify([type, options.relation ?? false, options.deleted ?? false])
  const rules = known.get(key) ?? rulesOf(type, options)
  if (rules) known.set(key, rules)
  return rules
}

const known = new Map<string, FilterRules>()

const rulesOf = (type: string, options: RulesOptions): FilterRules | undefined => {
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
  // Only deleted objects have a deletedDateTime, although the page of the type lists it.
  if (!options.deleted) pages.delete('deletedDateTime')
  const documented = (path: string): PropertyRule | undefined => {
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
      return documented(path) ?? (kind === undefined ? undefined : extensions[kind])
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

/** Expands `extensionAttribute#` to its fifteen properties. */
const numbered = (name: string): readonly string[] =>
  name.endsWith('#') ? Array.from({ length: 15 }, (_, at) => `${name.slice(0, -1)}${at + 1}`) : [name]

/** Operators by property, from the page of a type. */
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

/** The property that contains the one at this path. What a page says about it applies to everything in it. */
const containerOf = (type: string, path: string): string | undefined => {
  const [first = '', ...rest] = path.split('/')
  if (rest.length === 0) return undefined
  return propertyAt(type, [first, ...rest]) || isOpenType(propertyAt(type, [first])?.type ?? '') ? first : undefined
}

/** Adds operators that only the page documents to a rule of the generated table, as `disputed`. */
const widened = (rule: PropertyRule | undefined, operators: ReadonlySet<string>, path: string): PropertyRule => {
  const base = rule ?? nowhere
  const either = (level: Support, listed: boolean): Support => (level === 'no' && listed ? 'disputed' : level)
  // `ne` and `not` imply `eq`.
  const equal = operators.has('eq') || operators.has('ne') || operators.has('not')
  return {
    equal: either(base.equal, equal),
    startsWith: either(base.startsWith, operators.has('startsWith')),
    endsWith: either(base.endsWith, operators.has('endsWith')),
    range: either(base.range, operators.has('ge')),
    // The generated table decides about null. For properties that it lacks, null follows `eq`.
    equalNull: either(base.equalNull, operators.has('null') || (rule === undefined && equal)),
    alone: base.alone || path.startsWith('signInActivity/'),
  }
}
