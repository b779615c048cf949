import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import { draw } from '../../engine/changes/ledger-sink.ts'
import type { FileOperation } from '../../catalogue/file-operations.ts'
import { rowsOf } from '../../operations/columns/rows-of.ts'
import { makesPassword } from '../../operations/users/initial-password.ts'
import { asCommand, mayBeGiven } from './columns-of.ts'

/** Checks one row. @throws EntrapipeError `ROW_INVALID` (facts: column); `HEADER_INVALID`, `COLUMN_UNKNOWN` about the file */
type CheckRow = (row: Fields) => void

/** Stands for a name that only the job knows. */
const aName = '00000000-0000-0000-0000-000000000000'

/** All choices of some of the names, the fewest first. */
const choicesOf = (names: readonly string[]): readonly (readonly string[])[] =>
  names
    .reduce<readonly (readonly string[])[]>((all, name) => [...all, ...all.map(some => [...some, name])], [[]])
    .toSorted((one, other) => one.length - other.length)

const isAboutFile = (error: unknown): boolean =>
  error instanceof EntrapipeError && (error.code === 'HEADER_INVALID' || error.code === 'COLUMN_UNKNOWN')

const completed = (values: Values, names: readonly string[], kind: string): Values => ({
  ...values,
  ...Object.fromEntries(names.map(name => [name, aName])),
  ...(kind === 'create-user' && (values['passwordProfile'] ?? null) === null && { [makesPassword]: true }),
})

/**
 * Checks rows as far as that is possible without the tenant: what a command would reject before it sends anything. Columns that a job may give for all rows
 * may be missing.
 *
 * @param json whether each row has columns of its own
 */
export const rowCheck = async (asked: FileOperation, json: boolean): Promise<CheckRow> => {
  const operation = await asCommand(asked)
  const choices = choicesOf(mayBeGiven(operation))
  let mapping: { readonly valuesOf: (row: Fields) => Values; readonly names: readonly string[] } | undefined

  const ofFirst = (row: Fields): NonNullable<typeof mapping> => {
    let first: unknown
    for (const names of choices) {
      const { valuesOf } = rowsOf({ operation, json, given: names })
      try {
        valuesOf(row)
        return { valuesOf, names }
      } catch (error) {
        // A wrong cell says that the columns are right.
        if (!json && !isAboutFile(error)) return { valuesOf, names }
        first ??= error
      }
    }
    throw first
  }

  return row => {
    // Rows of JSON may each have their own columns.
    const { valuesOf, names } = json ? ofFirst(row) : (mapping ??= ofFirst(row))
    operation.accept?.(completed(valuesOf(row), names, operation.kind), draw)
  }
}

/** What is wrong with a row. */
export interface RowProblem {
  /** The line of the row, its index in a JSON array, or its row in a workbook. */
  readonly row: number | string
  readonly column?: string
  readonly message: string
  readonly fix?: string
}

/** @param error of a row @throws other errors */
export const rowProblem = (row: number | string, error: unknown): RowProblem => {
  if (!(error instanceof EntrapipeError) || error.code !== 'ROW_INVALID') throw error
  const { column } = error.facts
  return {
    row,
    ...given({ column: typeof column === 'string' ? column : undefined }),
    message: error.message,
    ...given({ fix: error.fix }),
  }
}
