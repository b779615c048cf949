import type { Fields } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import type { OperationColumns } from '../../core/operation-columns.ts'
import type { Source } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { makesPassword } from '../../operations/users/initial-password.ts'
import { loadOperations } from '../operations.ts'
import { changeInput, type ChangeInputParams } from './change-input.ts'
import { changeSink, type SameForAll } from './change-sink.ts'

/** What a command says of its rows, besides what is the same for all. */
export interface RowsOptions {
  /** Values of rows that do not have their own. */
  readonly usual?: Values
  /** Whether rows without a password get one. */
  readonly generates?: boolean
}

/**
 * The plan of a command that changes a directory: each row of the input is one change.
 *
 * @throws EntrapipeError `OPTION_INVALID`; the run then `GROUP_UNKNOWN`, `GROUP_AMBIGUOUS`, `OBJECT_UNKNOWN` or `OBJECT_AMBIGUOUS` for
 *   what the command names
 */
export const changePlan = async (
  kind: string,
  input: ChangeInputParams,
  same: SameForAll = {},
  { usual = {}, generates = false }: RowsOptions = {},
): Promise<Plan> => {
  const known = (await loadOperations())(kind)!
  const operation = generates ? { ...known, columns: withoutPassword(known.columns) } : known
  const { source, valuesOf } = changeInput(operation, input, Object.keys(same))
  const valuesOfRow = (row: Fields): Values => {
    const own = valuesOf(row)
    const made = generates && (own[password] ?? null) === null ? { [makesPassword]: true } : {}
    return { ...usual, ...own, ...made }
  }
  return { source: source as Source<never>, sink: changeSink(operation, valuesOfRow, same) }
}

const password = 'passwordProfile'

/** The columns of files that need not have a password. */
const withoutPassword = (columns: OperationColumns): OperationColumns => ({
  ...columns,
  required: (columns.required ?? []).filter(name => name !== password),
})
