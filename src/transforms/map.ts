import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Key } from '../core/row.ts'

/** Makes one value of another. A throw fails the row, and the run goes on. */
export const map = <In = Fields, Out = unknown>(
  make: (value: In, key: Key) => Out | Promise<Out>,
): Transform<In, Out> => ({
  kind: 'map',
  open: () => row => {
    const value = make(row.value, row.key)
    return value instanceof Promise ? value.then(made => ({ key: row.key, value: made })) : { key: row.key, value }
  },
})
