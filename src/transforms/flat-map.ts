import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { none, type Key, type None } from '../core/row.ts'
import { expectArgument } from '../data/expect-options.ts'

/**
 * Maps a value to any number of values: a list, or `none` to drop the row. Rows made from row `k` have the keys `k/0`,
 * `k/1`, …. If the function throws, the row is rejected and the run continues.
 *
 * @example
 * flatMap((user: User) => user.phones.map(phone => ({ id: user.id, phone })))
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const flatMap = <In = Fields, Out = unknown>(
  make: (value: In, key: Key) => readonly Out[] | None | Promise<readonly Out[] | None>,
): Transform<In, Out> => {
  expectArgument('flatMap', make, 'a function from a value to a list of values', typeof make === 'function')
  const rows = (key: Key, values: readonly Out[] | None) => {
    if (values === none) return none
    if (!Array.isArray(values)) throw new TypeError('Expected flatMap to return a list of values, or none')
    return (values as readonly Out[]).map(value => ({ key, value }))
  }
  return {
    kind: 'flat-map',
    open: () => row => {
      const values = make(row.value, row.key)
      return values instanceof Promise ? values.then(made => rows(row.key, made)) : rows(row.key, values)
    },
  }
}
