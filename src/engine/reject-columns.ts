import { emptyRow, readable, type Fields } from '../core/json.ts'
import type { StoredFailure } from '../store/types.ts'

/** A failed row, with its input if it is known. */
export type RejectedRow = Pick<StoredFailure<Fields>, 'result' | 'input'>

const plain = ['line', 'column', 'code', 'reason', 'fix'] as const
const prefixed = plain.map(name => `reject ${name}`)

/**
 * Lays out rejects: the columns of the input, then ours. An input that is a file of rejects already has ours: they are replaced.
 * If the input has other columns with these names, ours are `reject line`, `reject column` …. A row that the source (of this
 * kind) rejected failed as a whole, without a column.
 */
export const rejectLayout = (
  inputColumns: readonly string[],
  sourceKind: string,
): { readonly columns: readonly string[]; readonly lay: (failure: RejectedRow) => Fields } => {
  const has = (names: readonly string[]): boolean => names.every(name => inputColumns.includes(name))
  const isFree = !plain.some(name => inputColumns.includes(name))
  const own = isFree || (has(plain) && !has(prefixed)) ? plain : prefixed
  const input = inputColumns.filter(name => !(own as readonly string[]).includes(name))
  const ownValues = readable(input)
  const columns = [...input, ...own]
  const empty = emptyRow(columns)
  const lay = ({ result, input: read = {} }: RejectedRow): Fields => {
    const value = empty()
    const given = ownValues?.(read) ?? read
    for (const name of input) value[name] = given[name] ?? null
    const said = [
      result.key,
      result.operation === sourceKind ? undefined : result.target,
      result.code,
      result.message,
      result.fix,
    ]
    for (const [at, name] of own.entries()) value[name] = said[at] ?? null
    return value
  }
  return { columns, lay }
}
