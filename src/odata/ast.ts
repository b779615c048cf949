import type { ExactNumber } from '../core/exact-number.ts'

/** A literal in a filter. `date` and `guid` keep the text as written. */
export type Literal =
  | { readonly type: 'null'; readonly value: null }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'number'; readonly value: ExactNumber }
  | { readonly type: 'string' | 'guid' | 'date'; readonly value: string }

/**
 * A property path: `employeeOrgData/division`. A name with a dot is a cast (`microsoft.graph.group`).
 * `x/skuId` inside `any(x:…)` has the variable `x` and the names `['skuId']`; `x` alone has no names.
 */
export interface Path {
  readonly names: readonly string[]
  readonly variable?: string
  /** True when the path ends in `/$count`, the number of items in the collection. */
  readonly counts?: boolean
  /** Filters over rows: the first name is written `[like this]`, so it is a column, and the other names lead into it. */
  readonly quoted?: boolean
  /** Filters over rows: the path ends in `?`, so rows may lack the column. */
  readonly optional?: boolean
  /** Offset in the text, from 0. */
  readonly at: number
}

/** Comparison operators. */
export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'has'] as const
/** One of `comparisons`. */
export type Comparison = (typeof comparisons)[number]

/** String functions, as Graph spells them. */
export const functions = ['startsWith', 'endsWith', 'contains'] as const
/** One of `functions`. */
export type FunctionName = (typeof functions)[number]

/** A parsed `$filter`. `and` and `or` are flat: an `and` holds no `and`, an `or` no `or`. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly items: readonly Filter[] }
  | { readonly kind: 'not'; readonly item: Filter }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly path: Path; readonly value: Literal }
  | { readonly kind: 'in'; readonly path: Path; readonly values: readonly Literal[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly path: Path; readonly value: string }
  /** Without `variable` and `item` it is `any()`: the collection is not empty. */
  | {
      readonly kind: 'lambda'
      readonly quantifier: 'any' | 'all'
      readonly path: Path
      readonly variable?: string
      readonly item?: Filter
    }
  /** `isof('microsoft.graph.user')`, or `isof(path,'…')` for the object at the path. */
  | { readonly kind: 'isof'; readonly path?: Path; readonly type: string }

/** Joins filters, flat. A single filter is returned unchanged. */
export const joined = (kind: 'and' | 'or', items: readonly Filter[]): Filter => {
  const flat = items.flatMap(item => (item.kind === kind ? item.items : [item]))
  return flat.length === 1 && flat[0] ? flat[0] : { kind, items: flat }
}

/** Direct children of a filter. */
const inside = (filter: Filter): readonly Filter[] =>
  filter.kind === 'and' || filter.kind === 'or'
    ? filter.items
    : filter.kind === 'not'
      ? [filter.item]
      : filter.kind === 'lambda' && filter.item
        ? [filter.item]
        : []

/** Names of the row's own properties that a filter reads, without repeats, in order of appearance. */
export const propertiesOf = (filter: Filter): readonly string[] => {
  const found = new Set<string>()
  const visit = (at: Filter): void => {
    const path = 'path' in at ? at.path : undefined
    const name = path?.variable === undefined ? path?.names.find(one => !isCast(one)) : undefined
    if (name !== undefined) found.add(name)
    if (at.kind === 'isof' || path?.names.some(isCast)) found.add('@odata.type')
    inside(at).forEach(visit)
  }
  visit(filter)
  return [...found]
}

/** Whether a name in a path is a type: `microsoft.graph.user`. */
export const isCast = (name: string): boolean => name.includes('.') && !name.startsWith('@')

/** Whether the name is a Graph type. Files have columns with dots: `address.city` is a column, not a type. */
export const isGraphType = (name: string): boolean => /^#?(?:microsoft\.)?graph\.\w+$/i.test(name)

/** Paths on the row itself, not on items of its lists, in order of appearance. */
export const pathsOf = (filter: Filter): readonly Path[] => {
  const own = 'path' in filter && filter.path && filter.path.variable === undefined ? [filter.path] : []
  return [...own, ...inside(filter).flatMap(pathsOf)]
}
