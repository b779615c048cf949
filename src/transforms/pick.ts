import { emptyRow, readable, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { expectArgument, isText } from '../data/expect-options.ts'

/**
 * Keeps these columns, in this order. One that a row does not have becomes null, so that all rows have the same shape.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const pick = <Name extends string>(
  ...columns: readonly Name[]
): Transform<Fields, { readonly [name in Name]: unknown }> => {
  const strange = columns.findIndex(column => !isText(column))
  expectArgument('pick', columns[strange], "names of columns, as pick('id', 'mail')", columns.length > 0 && strange < 0)
  const own = readable(columns)
  const empty = emptyRow(columns)
  return {
    kind: 'pick',
    describe: async () => ({ columns }),
    open: () => row => {
      const value = empty()
      const given = own?.(row.value) ?? row.value
      for (const column of columns) value[column] = given[column] ?? null
      return { key: row.key, value: value as { readonly [name in Name]: unknown } }
    },
  }
}
