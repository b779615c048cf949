import type { Columns, NamedColumn } from '../core/columns.ts'
import type { Fields, Json } from '../core/json.ts'
import type { PageStep, Transform } from '../core/parts.ts'
import { none, type Key } from '../core/row.ts'
import { expectArgument } from '../data/expect-options.ts'
import { isGraphType, pathsOf, type Filter, type Path } from '../odata/ast.ts'
import { compileFilter } from '../odata/compile-filter.ts'
import { parseFilter } from '../odata/parse-filter.ts'
import { printPath } from '../odata/print-filter.ts'

/**
 * Keeps rows that match: a function of the value, or an OData `$filter` with Graph's rules (text is compared
 * case-insensitively; a missing value is null; a function of null is null, and so is its `not`). `a/b` is the column of
 * that name if the row has one, else the path. Any other column name is written `[Employee ID]`. A row for which the
 * function throws is rejected.
 *
 * Rows with a value that cannot be compared (a date with `31.01.2026`) are counted in the run's notes.
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
      describe: async () => ({ filter: test }),
      reads: readsOf(parsed),
      columns,
      open: (_, saved) => filterStep<T>(parsed, saved),
    }
  }
  expectArgument('filter', test, 'an OData filter, or a function of a value', typeof test === 'function')
  return {
    kind: 'filter',
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
    return [{ name, ...(optional ? { optional } : {}), ...(quoted ? {} : { path: true }) }]
  })

/** Rows with a value that cannot be compared, by path and expected kind: `d is not a date`. */
interface Strange {
  rows: number
  last: unknown
}

const filterStep = <T>(filter: Filter, saved: Json | undefined): PageStep<T, T> => {
  const strange = new Map<string, Strange>()
  for (const [what, rows] of Object.entries((saved ?? {}) as { readonly [what: string]: number }))
    strange.set(what, { rows, last: undefined })
  // A filter may test a value several times. A row is counted once.
  const count = (row: T, path: Path, kind: string): void => {
    const what = `${path.names.length === 0 ? (path.variable ?? '') : printPath(path)} is not ${kind}`
    const found = strange.get(what)
    if (!found) strange.set(what, { rows: 1, last: row })
    else if (found.last !== row) {
      found.rows++
      found.last = row
    }
  }
  const holds = compileFilter<T>(filter, { ofRows: true, strange: count })
  return {
    page: rows => rows.filter(({ value }) => holds(value)),
    save: () => Object.fromEntries([...strange].map(([what, { rows }]) => [what, rows])),
    notes: () => [...strange].map(([what, { rows }]) => `In ${rows === 1 ? '1 row' : `${rows} rows`}, ${what}.`),
  }
}
