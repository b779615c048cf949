import type { Fields } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { syntaxError } from './syntax-error.ts'

/** A property to sort by. */
export interface Order {
  /** `displayName`, or a path such as `employeeOrgData/division`. */
  readonly property: string
  readonly direction: 'asc' | 'desc'
}

/**
 * Parses an `$orderby`: properties separated by commas, each with an optional `asc` or `desc`.
 *
 * @throws EntrapipeError `OPTION_INVALID` (facts: option, position from 1)
 */
export const parseOrderBy = (text: string): readonly Order[] => {
  let at = 0
  return text.split(',').map(item => {
    const begin = at + (item.length - item.trimStart().length)
    at += item.length + 1
    const [property = '', direction = 'asc', ...more] = item.trim().split(/\s+/)
    const fail = (expected: string, got: string, hint?: string): never => {
      throw syntaxError({
        option: '$orderby',
        at: begin + Math.max(0, item.trim().indexOf(got)),
        expected,
        got: got || 'nothing',
        hint,
      })
    }
    if (!/^[\p{L}_][\p{L}\p{N}_./-]*$/u.test(property)) fail('a property', property)
    const word = direction.toLowerCase()
    if (word !== 'asc' && word !== 'desc') {
      const near = nearest(word, ['asc', 'desc', 'ascending', 'descending'])?.replace(/ending$/, '')
      return fail("'asc' or 'desc'", direction, near === undefined ? undefined : `Did you mean '${near}'?`)
    }
    if (more[0] !== undefined) fail("',' or the end", more[0])
    return { property, direction: word }
  })
}

/** Compiles an `$orderby` to a comparison of rows: strings case-insensitively, null first (last with `desc`). */
export const compileOrderBy = <T = Fields>(
  orders: readonly Order[],
  read: (row: T, property: string) => unknown = readPath,
): ((a: T, b: T) => number) => {
  const signs = orders.map(({ property, direction }) => [property, direction === 'asc' ? 1 : -1] as const)
  return (a, b) => {
    for (const [property, sign] of signs) {
      const order = compareValues(read(a, property), read(b, property))
      if (order !== 0) return order * sign
    }
    return 0
  }
}

const readPath = (row: unknown, property: string): unknown =>
  property
    .split('/')
    .reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Fields)[name] : null), row)

/** Compares two values of one property: null first, then by value; strings in lower case, by code unit. */
export const compareValues = (a: unknown, b: unknown): number => {
  const [x, y] = [sortable(a), sortable(b)]
  if (x === null || y === null) return x === y ? 0 : x === null ? -1 : 1
  return x < y ? -1 : x > y ? 1 : 0
}

const sortable = (value: unknown): string | number | null =>
  typeof value === 'string'
    ? value.toLowerCase()
    : typeof value === 'number'
      ? value
      : typeof value === 'boolean'
        ? Number(value)
        : null
