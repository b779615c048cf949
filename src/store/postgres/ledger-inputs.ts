import type { KeptInput } from '../kept-input.ts'
import { columnsText, inputOf, inputText, type Columns } from '../ledger-inputs.ts'
import type { Sql } from './database.ts'

type Numbers = ReadonlyMap<string, number>

/** The numbers of these columns, within a transaction. New ones are added. Only one process at a time adds rows to a run. */
const numbersOf = async (sql: Sql, run: number, inputs: Iterable<KeptInput>): Promise<Numbers> => {
  const wanted = new Set<string>()
  for (const input of inputs) wanted.add(columnsText(input))
  if (wanted.size === 0) return new Map()
  const text = 'select number, columns from inputs where run = $1'
  const found = await sql.rows<{ number: number; columns: string }>(text, [run])
  const numbers = new Map(found.map(({ number, columns }) => [columns, number]))
  const fresh = [...wanted].filter(columns => !numbers.has(columns))
  fresh.forEach(columns => numbers.set(columns, numbers.size + 1))
  if (fresh.length > 0)
    await sql.run('insert into inputs select $1, * from unnest($2::int[], $3::text[])', [
      run,
      fresh.map(columns => numbers.get(columns)),
      fresh,
    ])
  return numbers
}

interface Row {
  readonly input?: KeptInput | undefined
  readonly sealed?: string | undefined
}

/** The texts of the inputs of some rows, within a transaction. */
export const inputTexts = async (sql: Sql, run: number, rows: readonly Row[]): Promise<readonly (string | null)[]> => {
  const numbers = await numbersOf(
    sql,
    run,
    rows.flatMap(({ input }) => input ?? []),
  )
  return rows.map(({ input, sealed }) => (input ? inputText(numbers.get(columnsText(input))!, input, sealed) : null))
}

/** Reads the inputs of a run: columns are read once. */
export const inputReader = (run: number) => {
  const known = new Map<number, Columns>()
  return {
    /** Reads the columns of all inputs that were added since. Called before `read` for a page of rows, on its snapshot. */
    async refresh(sql: Pick<Sql, 'rows'>): Promise<void> {
      const text = 'select number, columns from inputs where run = $1 and number > $2'
      for (const { number, columns } of await sql.rows<{ number: number; columns: string }>(text, [run, known.size]))
        known.set(number, JSON.parse(columns) as Columns)
    },
    read: (text: string, ofRow: string | undefined): KeptInput => inputOf(text, ofRow, number => known.get(number)!),
  }
}
