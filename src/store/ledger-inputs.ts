import type { DatabaseSync } from 'node:sqlite'
import type { Json } from '../core/json.ts'
import type { KeptInput } from './kept-input.ts'

/** From version 5 to 6. The columns of inputs in the ledger: a template has captions that are longer than its cells, in every row. */
export const ledgerInputs = `create table inputs (number integer primary key, columns text not null unique)`

/** A column of an input: its name, and whether its value is sealed. */
type Column = readonly [name: string, isSealed: boolean]
/** The columns of an input, in order. */
export type Columns = readonly Column[]

/**
 * An input as text: the number of its columns, what is sealed of it (`true`: with the secrets of its row), and the values that are not.
 * Before version 6 it was a `KeptInput`.
 */
type Numbered = readonly [number: number, sealed: string | true | null, ...values: Json[]]

const isSealed = (column: KeptInput['columns'][number]): boolean => column.length === 1

const areSame = (columns: Columns, { columns: others }: KeptInput): boolean => {
  if (columns.length !== others.length) return false
  for (let at = 0; at < columns.length; at++)
    if (columns[at]![0] !== others[at]![0] || columns[at]![1] !== isSealed(others[at]!)) return false
  return true
}

/** The columns of an input as text: equal for inputs with the same columns. */
export const columnsText = (input: KeptInput): string =>
  JSON.stringify(input.columns.map(column => [column[0], isSealed(column)]))

/** The text of an input whose columns have this number. @param ofRow the sealed text of its row */
export const inputText = (number: number, input: KeptInput, ofRow: string | undefined): string => {
  const sealed = input.sealed !== undefined && input.sealed === ofRow ? true : (input.sealed ?? null)
  const values: [number, typeof sealed, ...Json[]] = [number, sealed]
  for (const column of input.columns) if (column.length === 2) values.push(column[1])
  return JSON.stringify(values)
}

/** Reads what `inputText` made. @param columnsOf what `columnsText` made of the columns with a number */
export const inputOf = (text: string, ofRow: string | undefined, columnsOf: (number: number) => Columns): KeptInput => {
  const read = JSON.parse(text) as KeptInput | Numbered
  if (!isNumbered(read)) return read
  const [number, sealed, ...values] = read
  let at = 0
  return {
    columns: columnsOf(number).map(([name, isSecret]) => (isSecret ? [name] : [name, values[at++]!])),
    ...(sealed !== null && { sealed: sealed === true ? (ofRow ?? '') : sealed }),
  }
}

/**
 * Returns a function that makes the text of an input, given the sealed text of its row. Both are called within one transaction, which
 * adds the columns.
 */
export const inputWriter = (sql: DatabaseSync) => {
  const add = sql.prepare('insert or ignore into inputs (columns) values (?)')
  const find = sql.prepare('select number from inputs where columns = ?')
  return (): ((input: KeptInput, ofRow: string | undefined) => string) => {
    let columns: Columns | undefined
    let number = 0
    return (input, ofRow) => {
      if (!columns || !areSame(columns, input)) {
        const text = columnsText(input)
        columns = JSON.parse(text) as Columns
        add.run(text)
        number = find.get(text)!['number'] as number
      }
      return inputText(number, input, ofRow)
    }
  }
}

/** Returns a function that reads the text of an input, given the sealed text of its row. */
export const inputReader = (sql: DatabaseSync) => {
  const find = sql.prepare('select columns from inputs where number = ?')
  const known = new Map<number, Columns>()
  const columnsOf = (number: number): Columns => {
    const columns = known.get(number) ?? (JSON.parse(find.get(number)!['columns'] as string) as Columns)
    known.set(number, columns)
    return columns
  }
  return (text: string, ofRow: string | undefined): KeptInput => inputOf(text, ofRow, columnsOf)
}

const isNumbered = (read: KeptInput | Numbered): read is Numbered => Array.isArray(read)
