import { join } from 'node:path'
import t from 'tap'
import type { ColumnType } from '../../src/core/column-type.ts'
import type { Manifest } from '../../src/core/manifest.ts'
import { duck } from '../formats/parquet/duck.ts'
import { changeDesk } from './change-desk.ts'

/** A value of Graph, as DuckDB reads it from a column of a type. */
const asRead = (value: unknown, type: ColumnType): unknown => {
  if (value === null) return null
  if (type === 'json') return JSON.stringify(value)
  return type === 'timestamp' ? String(value).replace('T', ' ').replace('Z', '+00') : value
}

t.test('exports of all properties to Parquet have the rows of those to JSON lines, and are verified', async t => {
  const { run, folder, rowsOf, textOf } = await changeDesk(t)
  for (const what of ['users', 'groups', 'devices']) {
    const command = ['export', what, '--preset', 'all', '--limit', '40', '--tenant', 'sandbox', '--to']
    for (const file of [`${what}.jsonl`, `${what}.parquet`]) {
      const { status, stderr } = await run(...command, file)
      t.equal(status, 0, stderr)
    }
    t.equal((await run('verify', `${what}.parquet`)).status, 0)
    const [{ columns, types } = {}] = (JSON.parse(textOf(`${what}.parquet.manifest.json`)) as Manifest).files
    t.strictSame(
      await duck(`select * from '${join(folder, what)}.parquet'`),
      rowsOf(`${what}.jsonl`).map(row =>
        Object.fromEntries(columns!.map((name, at) => [name, asRead(row[name], types![at]!)])),
      ),
    )
  }
})
