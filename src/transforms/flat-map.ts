import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { none, type Key, type None } from '../core/row.ts'
import { expectArgument } from '../data/expect-options.ts'

/**
 * Makes any number of values from one: a list, or `none` to drop the row. Rows made from the row `k` have the keys `k/0`,
 * `k/1`, …. A throw fails the row, not the run.
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
    if (!Array.isArray(values)) throw new TypeError('flatMap expects a list of values, or none')
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
