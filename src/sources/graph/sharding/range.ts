import { maxOrClauses } from '../../../data/filter-rules.ts'
import { joined, type Filter } from '../../../odata/ast.ts'
import { printFilter } from '../../../odata/print-filter.ts'

/** Keys that begin with one of `starts`, or are one of `equals`. */
export interface Keys {
  readonly starts?: readonly string[]
  readonly equals?: readonly string[]
}

/** A part of a listing: the objects whose key is among some (of all, without any), and not among others. */
export interface Range extends Keys {
  readonly not?: Keys
  /** Objects without a key. */
  readonly isNull?: true
  /** The number of objects when it was planned. */
  readonly rows: number
  /** It is divided into parts of about so many rows before it is read. */
  readonly perPart?: number
}

/** The `$filter` of a part. @param own the filter of the listing */
export const filterOf = (property: string, range: Range, own?: Filter): string | undefined => {
  const path = { names: [property], at: 0 }
  const clauses = ({ starts = [], equals = [] }: Keys): readonly Filter[] => [
    ...starts.map((value): Filter => ({ kind: 'call', name: 'startsWith', path, value })),
    ...equals.map((value): Filter => ({ kind: 'compare', operator: 'eq', path, value: { type: 'string', value } })),
  ]
  const some = clauses(range)
  const none = inPacks(clauses(range.not ?? {}), maxOrClauses).map((pack): Filter => ({
    kind: 'not',
    item: joined('or', pack),
  }))
  const items: readonly Filter[] = [
    ...(own ? [own] : []),
    ...(some.length > 0 ? [joined('or', some)] : []),
    ...none,
    ...(range.isNull
      ? [{ kind: 'compare', operator: 'eq', path, value: { type: 'null', value: null } } satisfies Filter]
      : []),
  ]
  return items.length === 0 ? undefined : printFilter(joined('and', items))
}

/** Whether only an advanced query can read it: `not` and `eq null`. */
export const isAdvanced = ({ not, isNull }: Range): boolean => not !== undefined || isNull === true

/** A name for the shard of a part, different from those of all parts that have no object in common with it. */
export const nameOf = ({ starts = [], equals = [], not, isNull }: Range): string =>
  [...starts.map(start => `${start}*`), ...equals, ...(not ? ['(rest)'] : []), ...(isNull ? ['(none)'] : [])].join(' ')

const inPacks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
