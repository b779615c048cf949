import type { Columns } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import type { Page, Row } from '../../core/row.ts'
import type { CsvRecord } from '../../formats/csv-records.ts'
import type { csvTable } from '../../formats/csv-table.ts'
import type { ignoredRecords } from '../../formats/ignored-records.ts'
import type { RowsRead } from '../../places/rows-read.ts'

type Table = ReturnType<typeof csvTable>

/** A table that is read as rows. */
interface Reading {
  /** Kind of the source: `csv`. */
  readonly kind: string
  /** Name of the input, for messages. */
  readonly name: string
  readonly unit: 'line' | 'row'
  /** What a person corrects: `file`, `workbook`. */
  readonly within: string
  readonly table: Table
  readonly progress: RowsRead
  readonly ignored: ReturnType<typeof ignoredRecords>
}

/** The columns of a table, from its first records; undefined without a header. @throws EntrapipeError `HEADER_INVALID` */
export const tableColumns = async (
  table: Table,
  records: AsyncIterable<readonly CsvRecord[]>,
): Promise<Columns | undefined> => {
  for await (const some of records)
    for (const record of some) {
      table.take(record)
      const names = table.names()
      if (names) return { names, closed: true }
    }
  table.end()
  return undefined
}

/**
 * Turns records into a page of rows; undefined before the position of a resumed run. Invalid rows are settled as failed
 * (`ROW_INVALID`), and records that are not rows are reported.
 */
export const tablePage = <Out extends Fields>(
  records: readonly CsvRecord[],
  { kind, name, unit, within, table, progress, ignored }: Reading,
  ctx: Context,
): Omit<Page<Out>, 'shard'> | undefined => {
  const rows: Row<Out>[] = []
  for (const record of records) {
    const row = table.take(record)
    if (!row || !progress.isNew()) continue
    if ('value' in row) rows.push({ key: row.line, value: row.value as unknown as Out })
    else
      ctx.settled(
        {
          key: row.line,
          operation: kind,
          target: name,
          outcome: 'failed',
          code: 'ROW_INVALID',
          message: `${unit === 'row' ? 'Row' : 'Line'} ${row.line} of ${name} ${row.fault}`,
          fix: `Correct the ${unit} in the ${within}`,
          isUnread: true,
        },
        table.cellsOf(record),
      )
  }
  if (ignored.hasMore()) ctx.origin({ ignored: ignored.all() })
  return progress.isPastStart ? { rows, ...progress.position } : undefined
}
