import { emptyRow, type Fields } from '../../core/json.ts'
import { isSecretColumn } from '../../core/secret-columns.ts'
import { resultFields, type AnyResult } from '../result-fields.ts'
import { sealedName } from '../changes/sealed-values.ts'
import type { KeptInput } from '../../store/kept-input.ts'
import type { RunInfo } from '../../store/types.ts'

/** A row of the input with its result, or without one yet. */
export interface ResultRow {
  /** Orders rows as they were read. */
  readonly ordinal: number
  readonly result: AnyResult
  readonly input?: KeptInput
}

/** How rows are written: their columns, if they are known, and the values of a row. */
export interface RowLayout {
  readonly columns: readonly string[] | undefined
  readonly lay: (row: ResultRow) => Fields
}

/** What a person looks at first. */
const first = ['outcome', 'code', 'message', 'fix', 'requestId', 'id', 'status', 'key', 'step', 'operation', 'target']

/** Results alone. All rows have the same columns in the same order, null where empty. Runs of several phases also have `phase`. */
export const plainLayout = (info: RunInfo): RowLayout => ({
  columns: undefined,
  lay: row => resultFields(info, row.result),
})

/** Whether the rows of a run are those of an input, and not a plan or the changes of another run. */
export const hasInput = ({ pipeline }: Pick<RunInfo, 'pipeline'>): boolean =>
  pipeline !== 'apply' && pipeline !== 'runs undo'

/** The columns of the input of rows, in the order of their first row, with those that have secrets. */
export const inputColumns = (info: Pick<RunInfo, 'pipeline'>) => {
  const names = new Set<string>()
  const secret = new Set<string>()
  return {
    add({ input }: Pick<ResultRow, 'input'>) {
      if (!hasInput(info)) return
      for (const [name, ...value] of input?.columns ?? []) {
        names.add(name)
        // All cells of a row that could not be read may be sealed.
        if (isSecretColumn(name) || (value.length === 0 && !input?.isUnread)) secret.add(name)
      }
    },
    names: (): readonly string[] => [...names],
    secret: secret as ReadonlySet<string>,
  }
}

/**
 * The columns of the input, without those that have secrets, then those of the result. If the input has a column of the same name, that of
 * the result is `result id`, `result status` ….
 */
export const resultLayout = (info: RunInfo, { names, secret }: ReturnType<typeof inputColumns>): RowLayout => {
  const input = names().filter(name => !secret.has(name))
  const taken = new Set(names())
  const nameOf = (name: string): string => {
    let own = name
    while (taken.has(own)) own = `result ${own}`
    return own
  }
  const all = Object.keys(resultFields(info, { key: 0, phase: '', operation: '', outcome: 'done' }))
  const own = [...first, ...all.filter(name => !first.includes(name))].map(name => [name, nameOf(name)] as const)
  const columns = [...input, ...own.map(([, name]) => name)]
  const empty = emptyRow(columns)
  return {
    columns,
    lay(row) {
      const value = empty()
      const given = new Map(row.input?.columns.map(([name, ...cell]) => [name, cell[0] ?? null]))
      for (const name of input) value[name] = given.get(name) ?? null
      const said = resultFields(info, row.result)
      for (const [name, written] of own) value[written] = said[name] ?? null
      return value
    },
  }
}

/** The columns of the input as they were. In the place of a secret is the name by which this store finds it. */
export const inputLayout = ({ id }: Pick<RunInfo, 'id'>, { names }: ReturnType<typeof inputColumns>): RowLayout => {
  const columns = names()
  const empty = emptyRow(columns)
  return {
    columns,
    lay({ result: { key, phase }, input }) {
      const value = empty()
      const given = new Map(
        input?.columns.map(([name, ...cell]) => [
          name,
          cell.length > 0 ? cell[0] : sealedName({ run: id, phase, key, step: 0 }),
        ]),
      )
      for (const name of columns) value[name] = given.get(name) ?? null
      return value
    },
  }
}
