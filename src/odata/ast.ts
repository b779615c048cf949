import type { ExactNumber } from '../core/exact-number.ts'

/** A constant of a filter. `date` and `guid` keep the text as written; `null` stands for what is not there. */
export type Literal =
  | { readonly type: 'null'; readonly value: null }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'number'; readonly value: ExactNumber }
  | { readonly type: 'string' | 'guid' | 'date'; readonly value: string }

/**
 * A property and what is in it: `employeeOrgData/division`. A name with a dot is a cast (`microsoft.graph.group`).
 * `x/skuId` inside `any(x:…)` has the variable `x` and the names `['skuId']`; `x` alone has no names.
 */
export interface Path {
  readonly names: readonly string[]
  readonly variable?: string
  /** True when it ends in `/$count`: the number of items of the collection. */
  readonly counts?: boolean
  /** Of rows: written `[like this]`, so that its first name is a column, and the others are in it. */
  readonly quoted?: boolean
  /** Of rows: ends in `?`, so that no row needs to have it. */
  readonly optional?: boolean
  /** Where it begins in the text, from 0. */
  readonly at: number
}

/** The operators between two values. */
export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'has'] as const
/** One of `comparisons`. */
export type Comparison = (typeof comparisons)[number]

/** The functions on texts, as Graph spells them. */
export const functions = ['startsWith', 'endsWith', 'contains'] as const
/** One of `functions`. */
export type FunctionName = (typeof functions)[number]

/** A parsed `$filter`. `and` and `or` are flat: none of their items is of their own kind. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly items: readonly Filter[] }
  | { readonly kind: 'not'; readonly item: Filter }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly path: Path; readonly value: Literal }
  | { readonly kind: 'in'; readonly path: Path; readonly values: readonly Literal[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly path: Path; readonly value: string }
  /** Without `variable` and `item` it is `any()`: the collection has an item. */
  | {
      readonly kind: 'lambda'
      readonly quantifier: 'any' | 'all'
      readonly path: Path
      readonly variable?: string
      readonly item?: Filter
    }
  /** `isof('microsoft.graph.user')`, or of what the path holds. */
  | { readonly kind: 'isof'; readonly path?: Path; readonly type: string }

/** Joins filters, flat; a single one stays as it is. */
export const joined = (kind: 'and' | 'or', items: readonly Filter[]): Filter => {
  const flat = items.flatMap(item => (item.kind === kind ? item.items : [item]))
  return flat.length === 1 && flat[0] ? flat[0] : { kind, items: flat }
}

/** The filters directly inside one. */
const inside = (filter: Filter): readonly Filter[] =>
  filter.kind === 'and' || filter.kind === 'or'
    ? filter.items
    : filter.kind === 'not'
      ? [filter.item]
      : filter.kind === 'lambda' && filter.item
        ? [filter.item]
        : []

/** Names of the row's own properties that a filter reads, each once, in order of appearance. */
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

/** Whether a name of a path is a type: `microsoft.graph.user`. */
export const isCast = (name: string): boolean => name.includes('.') && !name.startsWith('@')

/** Whether it is one of Graph's types. Rows of files have columns with dots: `address.city` is no type there. */
export const isGraphType = (name: string): boolean => /^#?(?:microsoft\.)?graph\.\w+$/i.test(name)

/** Paths of the row itself, not of an item of its lists, in order of appearance. */
export const pathsOf = (filter: Filter): readonly Path[] => {
  const own = 'path' in filter && filter.path && filter.path.variable === undefined ? [filter.path] : []
  return [...own, ...inside(filter).flatMap(pathsOf)]
}
