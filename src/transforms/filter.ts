import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { none, type Key } from '../core/row.ts'
import { expectArgument } from '../data/expect-options.ts'
import { compileFilter } from '../odata/compile-filter.ts'
import { parseFilter } from '../odata/parse-filter.ts'

/**
 * Lets rows through for which the test holds: a function of the value, or the text of an OData `$filter`, read as Graph
 * reads it (text without regard to case; what a row does not have is null). A function that throws fails its row.
 *
 * @throws EntrapipeError `FILTER_INVALID` at once, with the place in the text; `OPTION_INVALID`
 */
export const filter = <T = Fields>(
  test: string | ((value: T, key: Key) => boolean | Promise<boolean>),
): Transform<T, T> => {
  if (typeof test === 'string') {
    const holds = compileFilter<Fields>(parseFilter(test, { ofRows: true }), { ofRows: true })
    return {
      kind: 'filter',
      describe: async () => ({ filter: test }),
      open: () => row => (holds(row.value as Fields) ? row : none),
    }
  }
  expectArgument('filter', test, 'the text of an OData filter, or a function of a value', typeof test === 'function')
  return {
    kind: 'filter',
    open: () => row => {
      const holds = test(row.value, row.key)
      return holds instanceof Promise ? holds.then(later => (later ? row : none)) : holds ? row : none
    },
  }
}
