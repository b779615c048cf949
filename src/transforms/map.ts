import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Key } from '../core/row.ts'
import { expectArgument } from '../data/expect-options.ts'

/**
 * Maps each value. If the function throws, the row is rejected and the run continues.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const map = <In = Fields, Out = unknown>(
  make: (value: In, key: Key) => Out | Promise<Out>,
): Transform<In, Out> => {
  expectArgument('map', make, 'a function of a value', typeof make === 'function')
  return {
    kind: 'map',
    spreads: true,
    open: () => row => {
      const value = make(row.value, row.key)
      return value instanceof Promise ? value.then(made => ({ key: row.key, value: made })) : { key: row.key, value }
    },
  }
}
