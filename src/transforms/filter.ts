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
 * Keeps the rows for which the test holds: a function of the value, or the text of an OData `$filter`, read as Graph
 * reads it (text without regard to case; a value that a row does not have is null; a function of null is null, and so is
 * its `not`). `a/b` is the column of that name where a row has one, else the path. A column of any other name is written
 * `[Employee ID]`. A function that throws fails its row.
 *
 * Rows whose value cannot be compared (a date with `31.01.2026`) are counted, and the run's notes say how many there
 * were.
 *
 * @throws EntrapipeError `FILTER_INVALID` at once, with the place in the text; `OPTION_INVALID`
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
  expectArgument('filter', test, 'the text of an OData filter, or a function of a value', typeof test === 'function')
  return {
    kind: 'filter',
    columns,
    open: () => row => {
      const holds = test(row.value, row.key)
      return holds instanceof Promise ? holds.then(later => (later ? row : none)) : holds ? row : none
    },
  }
}

/** The columns that a filter names: for a path the whole of it, since a row may have a column of that name. */
const readsOf = (filter: Filter): readonly NamedColumn[] =>
  pathsOf(filter).flatMap(({ names, quoted = false, optional = false }) => {
    const [first = '', ...rest] = names
    const own = !quoted && isGraphType(first) ? rest : names
    if (own.length === 0) return []
    const name = quoted ? first : own.join('/')
    return [{ name, ...(optional ? { optional } : {}), ...(quoted ? {} : { path: true }) }]
  })

/** How many rows had a value of no kind that can be compared, by the path and what it is not: `d is no date`. */
interface Strange {
  rows: number
  last: unknown
}

const filterStep = <T>(filter: Filter, saved: Json | undefined): PageStep<T, T> => {
  const strange = new Map<string, Strange>()
  for (const [what, rows] of Object.entries((saved ?? {}) as { readonly [what: string]: number }))
    strange.set(what, { rows, last: undefined })
  // A filter may look at one value several times: a row counts once.
  const count = (row: T, path: Path, kind: string): void => {
    const what = `${path.names.length === 0 ? (path.variable ?? '') : printPath(path)} that is no ${kind}`
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
    notes: () =>
      [...strange].map(
        ([what, { rows }]) => `${rows === 1 ? '1 row had a value of' : `${rows} rows had a value of`} ${what}.`,
      ),
  }
}
