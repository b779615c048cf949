import { extensionKind } from './extensions.ts'
import { bareAny, counted, endings, matrix, sorted } from './filter-matrix.ts'

/** `default` works as it is · `advanced` needs `ConsistencyLevel: eventual` and `$count=true` · `no` is refused. */
export type Support = 'default' | 'advanced' | 'no'

/** What one property supports. `ne` and `not` follow `eq`, but are never less than advanced; `gt` and `lt` are known nowhere. */
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
      return rules.get(path) ?? (kind === undefined ? undefined : extensions[kind])
    },
    count(path, items) {
      const found = counted[type]?.find(one => one.split(' ')[0] === path)
      return found !== undefined && (items === 0 || (items === 1 && found.endsWith(' 1'))) ? 'advanced' : 'no'
    },
    some: path => (bareAny[type]?.includes(path) ? raised('default') : 'no'),
    order: path => orders.get(path) ?? 'no',
    paths: [...rules.keys()],
  }
}

/** `extensionAttribute#` stands for fifteen. */
const numbered = (name: string): readonly string[] =>
  name.endsWith('#') ? Array.from({ length: 15 }, (_, at) => `${name.slice(0, -1)}${at + 1}`) : [name]
