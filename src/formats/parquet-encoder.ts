import { columnReader, type Columns } from '../core/columns.ts'
import type { ColumnType, ColumnTypes } from '../core/column-type.ts'
import type { Reject, RowEncoder } from '../core/encoder.ts'
import { EntrapipeError } from '../core/errors.ts'
import { isFields, kindInWords, objectFix, type Fields, type Json } from '../core/json.ts'
import { readsOf } from '../core/projection.ts'
import type { Row } from '../core/row.ts'
import { groupWriter, type SavedGroups } from './parquet/group-writer.ts'
import { storedRows, type Read } from './parquet/stored-rows.ts'
import { storeOf, unfit } from './parquet/stored-values.ts'
import { reasonOf } from './row-values.ts'

/** Options of `parquetEncoder`. */
interface ParquetOptions {
  /** Columns to write, in this order. @default those of the rows, if they are known before the first one */
  readonly columns?: readonly string[]
  /** The types of columns by name. @default any */
  readonly types?: ColumnTypes
}

/** Groups of 20,000 rows took 90 MB more memory, and were not faster. */
const rowsPerGroup = 5_000
/** Ends a group of long rows earlier: users with all properties have 11 KB. */
const charactersPerGroup = 8_000_000
/** The number of rows after which a checkpoint is worth its size: it has the metadata of all groups, and a group that ends there is often short. */
const rowsPerSave = 500_000

interface Saved {
  readonly columns: readonly string[]
  readonly written: number
  readonly file: SavedGroups
}

const checked = (columns: readonly string[]): readonly string[] => {
  if (columns.length === 0) throw new EntrapipeError('OPTION_INVALID', 'Expected at least one column, got none')
  const twice = columns.find((column, at) => columns.indexOf(column) !== at)
  if (twice !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `Expected unique columns, got ${JSON.stringify(twice)} twice`)
  return columns
}

/** The columns of an output that has begun, and what writes it. */
interface Begun {
  readonly columns: readonly string[]
  readonly types: readonly ColumnType[]
  readonly reads: readonly Read[]
  readonly stored: ReturnType<typeof storedRows>
  readonly file: ReturnType<typeof groupWriter>
}

/**
 * Encodes rows as a Parquet file, in groups that are compressed with zstd. The types of its columns depend only on the options, never on
 * the values: a row with a value that does not fit its column is rejected. Holds the rows of one group, and 2 KB for each group that was
 * written.
 *
 * @param known the columns of the rows, if the options name none
 * @param perSave a smaller number of rows for tests
 * @throws EntrapipeError `OPTION_INVALID`, also if the columns are not known before the first row
 */
export const parquetEncoder = (
  { columns: given, types: typed = {} }: ParquetOptions,
  saved?: Json,
  known: () => Columns | undefined = () => undefined,
  perSave = rowsPerSave,
): RowEncoder<Uint8Array> => {
  if (given) checked(given)
  const before = saved as unknown as Saved | undefined
  let written = before?.written ?? 0
  let savedAt = written
  let begun = before && begin(before.columns)

  function begin(columns: readonly string[]): Begun {
    const types = columns.map((name): ColumnType => (Object.hasOwn(typed, name) ? typed[name]! : 'any'))
    return {
      columns,
      types,
      reads: columns.map(columnReader),
      stored: storedRows(types.map(storeOf)),
      file: groupWriter(columns, types, before?.file),
    }
  }

  const start = (): Begun => {
    if (begun) return begun
    const rows = known()
    // Rows may have more columns than those.
    const columns = given ?? (rows?.closed ? rows.names : undefined)
    if (!columns)
      throw new EntrapipeError('OPTION_INVALID', 'Parquet needs the names of all columns before the first row', {
        fix: 'Name them: columns: [...] in a pipeline, or --select on the command line.',
      })
    begun = begin(checked(columns))
    return begun
  }

  let rowsHeld = 0
  let charactersHeld = 0
  let pieces: Uint8Array[] = []

  const endGroup = ({ file }: Begun): void => {
    if (rowsHeld > 0) pieces.push(file.group())
    rowsHeld = 0
    charactersHeld = 0
  }

  /** Adds rows, all or none; false if a value does not fit. Throws what a read throws. */
  const add = (at: Begun, rows: readonly Fields[], reads: readonly Read[]): boolean => {
    const stored = at.stored(rows, reads)
    if (!stored) return false
    let from = 0
    for (let row = 0; row < rows.length; row++) {
      rowsHeld++
      charactersHeld += stored.lengths[row]!
      if (rowsHeld < rowsPerGroup && charactersHeld < charactersPerGroup) continue
      at.file.add(stored.values, from, row + 1)
      from = row + 1
      endGroup(at)
    }
    at.file.add(stored.values, from, rows.length)
    written += rows.length
    return true
  }

  /** The groups that are complete. */
  const groups = (): Uint8Array => {
    const made = pieces
    pieces = []
    return made.length === 1 ? made[0]! : Buffer.concat(made)
  }

  /** Why a row cannot be written. */
  const fault = ({ columns }: Begun, value: unknown): string | undefined => {
    if (!isFields(value)) return `Expected an object with columns, got ${kindInWords(value)}`
    if (given) return undefined
    const other = Object.keys(value).find(name => !columns.includes(name))
    return other === undefined
      ? undefined
      : `Column ${JSON.stringify(other)} is not among those that were known before the first row`
  }

  /** Adds all rows; false if one of them cannot be written. */
  const addAll = (at: Begun, rows: readonly Row<unknown>[]): boolean => {
    try {
      return add(at, valuesOf(rows), at.reads)
    } catch {
      return false
    }
  }

  function oneByOne(rows: readonly Row<unknown>[], at: Begun, reject: Reject): void {
    for (const row of rows) {
      const value = row.value as Fields
      try {
        if (add(at, [value], at.reads)) continue
        const which = at.columns.findIndex((_, index) => !fits(at, index, value))
        reject(
          row,
          `Column ${JSON.stringify(at.columns[which])} is ${at.types[which]}, got ${kindInWords(at.reads[which]!(value))} that is none`,
          'Correct the value, or give the column another type',
        )
      } catch (error) {
        reject(
          row,
          `The row cannot be written as Parquet: ${reasonOf(error)}`,
          'Remove the value, or convert it to text',
        )
      }
    }
  }

  return {
    rows(rows, reject) {
      const at = start()
      const fitting = rows.filter(row => {
        const why = fault(at, row.value)
        if (why === undefined) return true
        reject(row, why, isFields(row.value) ? 'Name all columns' : objectFix(row.value))
        return false
      })
      if (!addAll(at, fitting)) oneByOne(fitting, at, reject)
      return groups()
    },
    project(projection) {
      const at = start()
      if (!given && projection.some(({ name }) => !at.columns.includes(name))) return undefined
      const reads = readsOf(at.columns, projection)
      return rows => {
        try {
          return add(at, valuesOf(rows), reads) ? groups() : undefined
        } catch {
          return undefined
        }
      }
    },
    rowsAtOnce: 1_000,
    end() {
      const at = start()
      endGroup(at)
      return Buffer.concat([groups(), at.file.end()])
    },
    get written() {
      return written
    },
    get columns() {
      return begun?.columns ?? given
    },
    get types() {
      return begun?.types
    },
    flush() {
      if (begun && written - savedAt >= perSave) endGroup(begun)
      return groups()
    },
    save() {
      if (!begun || written - savedAt < perSave) return undefined
      savedAt = written
      return { columns: begun.columns, written, file: begun.file.save() } as unknown as Json
    },
  }
}

const valuesOf = (rows: readonly Row<unknown>[]): readonly Fields[] => rows.map(({ value }) => value as Fields)

const fits = ({ reads, types }: Begun, at: number, row: Fields): boolean => {
  const value = reads[at]!(row)
  return value === null || value === undefined || storeOf(types[at]!)(value) !== unfit
}
