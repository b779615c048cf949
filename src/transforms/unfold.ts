import { named } from '../core/columns.ts'
import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { none } from '../core/row.ts'
import { expectOptions, needed, oneOf } from '../data/expect-options.ts'

/** Options of `unfold`. */
export interface UnfoldOptions {
  /** The column with the list. A column that rows may lack ends in `?`. */
  readonly column: string
  /** What to do with a row whose list is empty, missing or null: drop it, or keep it once with null. @default 'drop' */
  readonly empty?: 'drop' | 'keep'
}

/**
 * Makes a row for each item of a list, with the item in place of the list. Rows made from row `k` have the keys `k/0`,
 * `k/1`, …. A row whose value is not a list is unchanged.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const unfold = (options: UnfoldOptions): Transform<Fields, Fields> => {
  expectOptions('unfold', options, {
    column: needed('the column with the list'),
    empty: oneOf('drop', 'keep'),
  })
  const { column, empty = 'drop' } = options
  const list = named(column)
  const { name } = list
  return {
    kind: 'unfold',
    describe: async () => ({ column, empty }),
    reads: [list],
    columns: given => given,
    open:
      () =>
      ({ key, value }) => {
        const items = value[name] ?? []
        if (!Array.isArray(items)) return { key, value }
        if (items.length > 0) return items.map((item: unknown) => ({ key, value: { ...value, [name]: item } }))
        return empty === 'drop' ? none : { key, value: { ...value, [name]: null } }
      },
  }
}
