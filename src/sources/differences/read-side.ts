import { asSentence } from '../../core/as-sentence.ts'
import { columnUnknown } from '../../core/column-unknown.ts'
import type { Context, Origin } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { columnsOf, type Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { readAll } from '../../core/read-all.ts'
import { hasFailed, type Result } from '../../core/result.ts'
import type { Sorter } from '../../core/sorted.ts'
import { counted } from './counted.ts'
import { textOf, type RowCodec } from './row-codec.ts'

/** One of the two inputs, sorted by key. */
export interface Side {
  readonly name: string
  /** How its rows are counted, as in `line 5`; undefined if rows have ids. */
  readonly unit: 'line' | 'item' | undefined
  readonly rows: number
  /** What is known of its rows, for the number of different ones. */
  readonly originOf: (read: number) => Origin
  readonly sorter: Sorter
  /** The columns of its rows, in the order in which they came. */
  readonly columns: readonly string[]
}

interface SideOptions {
  readonly source: Source<Fields>
  readonly name: string
  readonly key: readonly string[]
  readonly codec: RowCodec
  readonly sorter: Sorter
  /** Columns that are known before the first row. */
  readonly known: readonly string[]
}

const units: Readonly<Record<string, Side['unit']>> = { csv: 'line', jsonl: 'line', json: 'item' }

/**
 * Reads all rows of an input into a sort.
 *
 * @throws EntrapipeError `COLUMN_UNKNOWN`, `INPUT_MALFORMED`
 */
export const readSide = async (ctx: Context, options: SideOptions): Promise<Side> => {
  const { source, name, key, codec, sorter, known } = options
  const unit = units[source.kind]
  const columns = new Set(known)
  let origin: Origin = {}
  let rows = 0
  let last: readonly string[] = known
  const reading = Object.create(ctx, {
    settled: { value: (result: Result) => hasFailed(result) && rejected(result) },
    origin: {
      value(told: Origin) {
        origin = { ...origin, ...given({ ...told }) }
        if (told.note !== undefined) ctx.origin({ note: told.note })
      },
    },
  }) as Context
  const judged = await counted(ctx, source, async () => {
    for await (const page of readAll(source, reading)) {
      for (const { key: at, value } of page.rows) {
        rows++
        const names = columnsOf(value)
        if (names.length !== last.length || names.some((one, index) => one !== last[index])) {
          last = names
          for (const one of names) columns.add(one)
        }
        const where = unit === undefined ? String(at) : `${unit} ${at}`
        sorter.add(keyOf(value, key, `${where} of ${name}`), typeof at === 'number' ? at : rows, codec.encode(value))
      }
    }
  })
  return { name, unit, rows, originOf: read => judged(read, origin), sorter, columns: [...columns] }
}

/** Between the columns of a key: sorts before any text that continues a column. */
const apart = '\0\0'

/** The columns of a key, as its text. @throws EntrapipeError `COLUMN_UNKNOWN`, `INPUT_MALFORMED` */
const keyOf = (row: Fields, key: readonly string[], where: string): string => {
  let all = ''
  for (const [at, column] of key.entries()) {
    const value = row[column]
    if (value === undefined && !Object.hasOwn(row, column))
      // An optional column gets no advice about question marks.
      throw columnUnknown('`key`', [{ name: column, optional: true }], columnsOf(row), `which ${where} does not have`)
    const text = textOf(value)
    if (text === '') throw noKey(where, column, 'has no value')
    if (!text.isWellFormed()) throw noKey(where, column, 'is not valid Unicode')
    const escaped = text.includes('\0') ? text.replaceAll('\0', '\0\u0001') : text
    all = at === 0 ? escaped : all + apart + escaped
  }
  return all
}

/** The key as people read it. */
export const shownKey = (key: string): string => key.replaceAll(apart, ', ').replaceAll('\0\u0001', '\0')

const noKey = (where: string, column: string, what: string): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `The key column ${column} ${what} in ${where}, so the row cannot be compared.`,
    {
      fix: 'Name columns with `key` that have a value in every row, or correct the row.',
    },
  )

/** A row that is not read would look added or removed. */
const rejected = ({ message, code, fix }: Result): never => {
  throw new EntrapipeError(
    'INPUT_MALFORMED',
    `${asSentence(message ?? code ?? '')} Every row must be readable: one that is left out would look added or removed.`,
    given({ fix }),
  )
}
