import { emptyRow, readable, type Fields } from '../core/json.ts'
import type { StoredFailure } from '../store/types.ts'

/** A row that failed, and what was read of it, where that is known. */
export type Failure = Pick<StoredFailure<Fields>, 'result' | 'input'>

const plain = ['line', 'column', 'code', 'reason', 'fix'] as const
const prefixed = plain.map(name => `reject ${name}`)

/**
 * Lays rejects out: the input's columns, then ours. An input that is a file of rejects has ours already: they are
 * replaced. Where the input has a column of its own by one of these names, ours are `reject line`, `reject column` ….
 * A row that the source (of this kind) has refused failed as a whole, in no column.
 */
export const rejectLayout = (inputColumns: readonly string[], sourceKind: string): ((failure: Failure) => Fields) => {
  const has = (names: readonly string[]): boolean => names.every(name => inputColumns.includes(name))
  const isFree = !plain.some(name => inputColumns.includes(name))
  const own = isFree || (has(plain) && !has(prefixed)) ? plain : prefixed
  const input = inputColumns.filter(name => !(own as readonly string[]).includes(name))
  const ownValues = readable(input)
  const empty = emptyRow([...input, ...own])
  return ({ result, input: read = {} }) => {
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
}
