import { joined } from '../../core/joined.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { columnsOf, isFields, type Fields, type Json } from '../../core/json.ts'
import { wordOf } from '../../core/object-kinds.ts'
import { namedBy } from '../../core/named-by.ts'
import type { Values } from '../../core/operation.ts'
import type { NameColumn } from '../../core/operation-columns.ts'
import { withoutFormulaGuard } from '../../formats/formula-guard.ts'
import {
  assignmentsOf,
  expectRequired,
  type Assignments,
  type ColumnOptions,
  type KeyAssignment,
} from './assignments.ts'
import { refuseDamage, refuseInvisible, refuseLost, wrongCell } from './cell-faults.ts'
import { cellValue, isSealed } from './cell-value.ts'
import { keyProperty } from './key-property.ts'
import type { Target } from './target.ts'

/** Options of `rowsOf`. */
export interface RowsOptions extends Omit<ColumnOptions, 'key'> {
  /** The property that names the object of a row. @default id, else the user principal name */
  readonly key?: string | undefined
  /** The columns of a CSV file, if they are known before its first row. */
  readonly header?: readonly string[] | undefined
  /** Whether values are JSON, and rows may have different columns. Otherwise all values are text, as in CSV. @default false */
  readonly json?: boolean
}

/** How rows of a file become values of an operation. */
interface RowMapping {
  /** @throws EntrapipeError `ROW_INVALID` (facts: column); `COLUMN_UNKNOWN`, `HEADER_INVALID` if the header was not known */
  valuesOf(row: Fields): Values
  /** Columns that were not used so far. */
  ignored(): readonly string[]
}

/**
 * Makes values of an operation from rows of a file. Columns may have the names of Graph, of the portal's templates and downloads, and
 * of Microsoft's scripts. An empty cell leaves the property unchanged.
 *
 * @throws EntrapipeError `COLUMN_UNKNOWN`, `HEADER_INVALID`, `OPTION_INVALID`
 */
export const rowsOf = ({ key, ...asked }: RowsOptions): RowMapping => {
  const { operation, nulls, header, json = false } = asked
  const options: Mapping = { ...asked, key: key === undefined ? undefined : keyProperty(operation, key) }
  if (nulls === '')
    throw new EntrapipeError(
      'OPTION_INVALID',
      'Expected --nulls to be text, got none: an empty cell leaves its property.',
    )
  const ignored = new Set<string>()
  const known = new Map<string, Assignments>()
  const assigned = (columns: readonly string[]): Assignments => {
    const name = columns.join('\n')
    const before = known.get(name)
    if (before) return before
    const found = assignmentsOf(columns, options, json)
    if (!json) expectRequired(columns, found, options)
    for (const column of found.ignored) ignored.add(column)
    if (known.size > mostHeaders) known.clear()
    known.set(name, found)
    return found
  }
  const ofHeader = header && assigned(header)
  return {
    valuesOf: row => valuesOf(row, json ? ofRow(assigned, row) : (ofHeader ?? assigned(columnsOf(row))), options),
    ignored: () => [...ignored],
  }
}

interface Mapping extends ColumnOptions, Pick<RowsOptions, 'json'> {}

/** Sets of columns that are remembered: rows of JSON may each have their own. */
const mostHeaders = 1000

/** Columns of a row of JSON are its own, so what is wrong with them is wrong with the row. */
const ofRow = (assigned: (columns: readonly string[]) => Assignments, row: Fields): Assignments => {
  try {
    return assigned(columnsOf(row))
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    const { column, columns } = error.facts
    const first = column ?? (columns as readonly string[] | undefined)?.[0] ?? null
    throw new EntrapipeError('ROW_INVALID', error.message, {
      facts: { column: first },
      cause: error,
      ...given({ fix: error.fix }),
    })
  }
}

const valuesOf = (row: Fields, { keys, cells }: Assignments, options: Mapping): Values => {
  const { required = [], names } = options.operation.columns
  const values: Record<string, Json> = {}
  const used: string[] = []
  for (const key of keys) {
    const found = nameIn(row, key)
    if (found) {
      values[key.value] = found.name
      used.push(found.column)
    } else if (key.required) throw noName(key, names[key.value]!)
  }
  for (const { column, target } of cells) {
    if (used.includes(column)) continue
    const value = valueIn(row[column], column, target, options)
    if (value !== undefined) put(values, target, value, column)
  }
  for (const name of required)
    if (values[name] === undefined || values[name] === null) {
      const column = cells.find(({ target }) => target.path[0] === name)?.column ?? name
      throw wrongCell(column, `${column} is empty.`)
    }
  return values
}

const noName = ({ columns, by }: KeyAssignment, { about, as }: NameColumn): EntrapipeError =>
  wrongCell(
    columns[0]!,
    `${joined(columns)} ${columns.length > 1 ? 'are' : 'is'} empty.`,
    by === undefined
      ? `Enter ${about.charAt(0).toLowerCase()}${about.slice(1).replace(/\.$/, '')}.`
      : `Enter the ${by} of the ${wordOf(as)}.`,
  )

/** The text in the first column that has one. */
const nameIn = (row: Fields, { columns, by: whole, byColumn }: KeyAssignment) => {
  for (const column of columns) {
    const by = whole ?? byColumn?.[column]
    const value = row[column]
    if (value === undefined || value === null || value === '') continue
    if (typeof value === 'number' && by !== undefined) return { column, name: namedBy(by, String(value)) }
    if (typeof value !== 'string') throw wrongCell(column, `Expected ${column} to be text.`)
    const text = withoutFormulaGuard(value).trim()
    if (text === '') continue
    refuseDamage(column, text)
    refuseInvisible(column, text)
    return { column, name: by === undefined ? text : namedBy(by, text) }
  }
  return undefined
}

/** The value of a cell; undefined if the cell leaves its property. */
const valueIn = (
  given: unknown,
  column: string,
  target: Target,
  {
    nulls,
    json = false,
    operation: {
      columns: { properties },
    },
  }: Mapping,
): Json | undefined => {
  const cleared = target.collection ? [] : null
  if (given === undefined || given === '') return undefined
  if (given === null) return nulls === undefined ? undefined : cleared
  if (typeof given !== 'string') return nulls === undefined ? withoutNulls(given as Json) : (given as Json)
  const isPassword = target.path[0] === 'passwordProfile'
  const text = json || isPassword ? given : withoutFormulaGuard(given)
  if (nulls !== undefined && text === nulls) return cleared
  if (isPassword && isSealed(text)) return text
  refuseDamage(column, text)
  if (properties === 'user') refuseLost(column, target.path[0]!, text)
  // A cell that only looks empty.
  if (text.trim() === '') throw wrongCell(column, `${column} has only blanks.`, 'Enter a value, or empty the cell.')
  return cellValue(column, text, target)
}

/** Without the members that are null: null leaves a value. Items of a list stay. */
const withoutNulls = (value: Json): Json | undefined => {
  if (!isFields(value)) return value
  const members = Object.entries(value as Values).filter(([, member]) => member !== null)
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

const put = (values: Record<string, Json>, { path }: Target, value: Json, column: string): void => {
  const [name, member] = path
  // A sealed password stands for the whole profile.
  if (member === undefined || (name === 'passwordProfile' && isSealed(value))) {
    values[name!] = value
    return
  }
  const whole = values[name!]
  if (isSealed(whole)) return
  if (whole !== undefined && !isFields(whole)) throw wrongCell(column, `${column} and ${name} contradict each other.`)
  values[name!] = { ...(whole as Values | undefined), [member]: value }
}
