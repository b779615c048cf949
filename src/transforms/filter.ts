import type { Columns, NamedColumn } from '../core/columns.ts'
import type { Fields, Json } from '../core/json.ts'
import type { PageStep, Transform } from '../core/parts.ts'
import { none, type Key } from '../core/row.ts'
import { expectArgument } from '../data/expect-options.ts'
import { isGraphType, pathsOf, type Filter, type Path } from '../odata/ast.ts'
import { compileFilter } from '../odata/compile-filter.ts'
import { parseFilter } from '../odata/parse-filter.ts'
import { printColumn, printPath } from '../odata/print-filter.ts'

/**
 * Keeps rows that match: a function of the value, or an OData `$filter` with Graph's rules (text is compared
 * case-insensitively; a missing value is null; a function of null is null, and so is its `not`). `a/b` is the column of
 * that name if the row has one, else the path. Any other column name is written `[Employee ID]`. A row for which the
 * function throws is rejected.
 *
 * Rows with a value that cannot be compared (a date with `31.01.2026`, null with the empty text of a CSV cell) are counted in
 * the run's notes.
 *
 * @throws EntrapipeError `FILTER_INVALID` at once, with the position in the text; `OPTION_INVALID`
 */
export const filter = <T = Fields>(
  test: string | ((value: T, key: Key) => boolean | Promise<boolean>),
): Transform<T, T> => {
  const columns = (given: Columns): Columns => given
  if (typeof test === 'string') {
    const parsed = parseFilter(test, { ofRows: true })
    return {
      kind: 'filter',
      spreads: true,
      describe: async () => ({ filter: test }),
      reads: readsOf(parsed),
      columns,
      open: (_, saved) => filterStep<T>(parsed, saved),
    }
  }
  expectArgument('filter', test, 'an OData filter, or a function of a value', typeof test === 'function')
  return {
    kind: 'filter',
    spreads: true,
    columns,
    open: () => row => {
      const holds = test(row.value, row.key)
      return holds instanceof Promise ? holds.then(later => (later ? row : none)) : holds ? row : none
    },
  }
}

/** The columns that a filter reads. A path is one name, since a row may have a column of that name. */
const readsOf = (filter: Filter): readonly NamedColumn[] =>
  pathsOf(filter).flatMap(({ names, quoted = false, optional = false }) => {
    const [first = '', ...rest] = names
    const own = !quoted && isGraphType(first) ? rest : names
    if (own.length === 0) return []
    const name = quoted ? first : own.join('/')
    return [{ name, ...(optional ? { optional } : {}), ...(quoted ? {} : { path: true }), written: printColumn }]
  })

/** Values of a path that cannot be compared. */
interface Strange {
  readonly path: string
  /** What was expected. */
  readonly kind: string
  rows: number
}

/** What to do about values that are not of a kind. */
const advice: Readonly<Record<string, string>> = {
  'a date':
    'A date is written 2026-01-31. Convert the column in a pipeline (convert), or quote the date to compare text.',
  'a number':
    'A number is written 1234.5. Convert the column in a pipeline (convert), or quote the number to compare text.',
  'a boolean': 'Use a column of true and false, or quote the value to compare text.',
  text: 'It is a list or an object: filter a value in it, as column/name, or with any.',
}

const noteOf = ({ path, kind, rows }: Strange): string => {
  const where = `In ${rows === 1 ? '1 row' : `${rows} rows`}, ${path}`
  if (kind === 'null') return `${where} is empty text, which is not null. Compare it with '' to find these rows.`
  return [`${where} is not ${kind}.`, ...(kind in advice ? [advice[kind]] : [])].join(' ')
}

const filterStep = <T>(filter: Filter, saved: Json | undefined): PageStep<T, T> => {
  const strange = new Map<string, Strange>()
  const last = new Map<Strange, unknown>()
  const found = (path: string, kind: string, rows = 0): Strange => {
    const before = strange.get(`${path}\n${kind}`)
    if (before) return before
    const made = { path, kind, rows }
    strange.set(`${path}\n${kind}`, made)
    return made
  }
  for (const { path, kind, rows } of (saved ?? []) as unknown as readonly Strange[]) found(path, kind, rows)
  // A filter may test a value several times. A row is counted once.
  const count = (row: T, path: Path, kind: string): void => {
    const one = found(path.names.length === 0 ? (path.variable ?? '') : printPath(path), kind)
    if (last.get(one) === row) return
    one.rows++
    last.set(one, row)
  }
  const holds = compileFilter<T>(filter, { ofRows: true, strange: count })
  return {
    page: rows => rows.filter(({ value }) => holds(value)),
    save: () => [...strange.values()].map(one => ({ ...one })),
    notes: () => [...strange.values()].map(noteOf),
  }
}
