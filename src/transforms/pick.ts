import { namedPath } from '../core/columns.ts'
import { emptyRow, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { projectedFrom, projectedReader, type Projection } from '../core/projection.ts'
import { expectArgument, isText } from '../data/expect-options.ts'

/** A column name without the trailing `?`. */
type Plain<Name extends string> = Name extends `${infer Bare}?` ? Bare : Name

/**
 * Keeps these columns, in this order. A path (`employeeOrgData/division`) is the column of that name, or the value that it
 * leads to. Missing columns become null, so that all rows have the same columns. The run fails if no row has a column,
 * unless its name ends in `?`.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const pick = <Name extends string>(
  ...columns: readonly Name[]
): Transform<Fields, { readonly [name in Plain<Name>]: unknown }> => {
  const strange = columns.findIndex(column => !isText(column))
  expectArgument(
    'pick',
    columns[strange],
    "column names, such as pick('id', 'mail')",
    columns.length > 0 && strange < 0,
  )
  const reads = columns.map(namedPath)
  const names = reads.map(({ name }) => name)
  const project = (given?: Projection): Projection =>
    [...new Set(names)].map(name => {
      const read = projectedReader(name, given)
      return { name, read: row => read(row) ?? null, ...projectedFrom(name, given) }
    })
  const readers = project()
  const empty = emptyRow(names)
  return {
    kind: 'pick',
    spreads: true,
    describe: async () => ({ columns }),
    reads,
    columns: () => ({ names, closed: true }),
    project,
    open: () => row => {
      const value = empty()
      for (const { name, read } of readers) value[name] = read(row.value)
      return { key: row.key, value: value as { readonly [name in Plain<Name>]: unknown } }
    },
  }
}
