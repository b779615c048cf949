import { columnReader, isThere, type NamedColumn } from '../../core/columns.ts'
import { columnUnknown } from '../../core/column-unknown.ts'
import type { Context, KeyMap } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { columnsOf, type Fields, type Json } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import { hasSecretColumn, isSecretColumn } from '../../core/secret-columns.ts'
import { keyOf } from './key-of.ts'
import { readTable, type TableVerdict } from './read-table.ts'

/** A column of the other source, and its new name. */
export interface Taken extends NamedColumn {
  readonly into: string
}

/** The values to add. */
type Entry = { readonly [into: string]: Json }

/** Entries by key. */
type Table = KeyMap<Entry>

/** A table that encrypts the entries with secrets inside their values, which the names of the columns do not show. */
const tableOf = (ctx: Context): Table => {
  const usual = ctx.store.map<Entry>('rows')
  const has = ctx.store.map<boolean>('has secret rows')
  const open = (): Table => ctx.store.map('secret rows', { secret: true })
  let sealed = has.getAll(['any'])[0] ? open() : undefined
  return {
    setAll(entries) {
      if (!entries.some(([, entry]) => hasSecretColumn(entry))) return usual.setAll(entries)
      // Of two entries with one key the last one counts, on whichever side.
      for (const [key, entry] of new Map(entries)) {
        if (!hasSecretColumn(entry)) usual.setAll([[key, entry]])
        else (sealed ??= open()).setAll([[key, entry]])
      }
      has.setAll([['any', true]])
    },
    getAll(keys) {
      const found = usual.getAll(keys)
      if (!sealed) return found
      const others = sealed.getAll(keys.filter((_, at) => found[at] === undefined)).values()
      return found.map(entry => entry ?? others.next().value)
    },
  }
}

/** The table, and whether it has all rows of its source. */
interface LoadedTable {
  readonly table: Table
  readonly verdict: TableVerdict
}

/**
 * Reads the other source completely, once per run. A resumed run finds the table and the verdict in its store.
 *
 * @throws EntrapipeError `COLUMN_UNKNOWN` if there are rows and no row has a named column; `INPUT_MALFORMED` if a key is a
 *   list or an object
 * @param isSecretKey whether the rows have the key in a secret column
 */
export const loadTable = async (
  ctx: Context,
  from: Source<Fields>,
  key: NamedColumn,
  taken: readonly Taken[],
  isSecretKey: boolean,
): Promise<LoadedTable> => {
  const secret = isSecretKey || [key.name, ...taken.flatMap(({ name, into }) => [name, into])].some(isSecretColumn)
  const table = secret ? ctx.store.map<Entry>('rows', { secret }) : tableOf(ctx)
  const state = ctx.store.map('state')
  const [loaded] = state.getAll(['loaded'])
  if (loaded) return { table, verdict: loaded as unknown as TableVerdict }
  const absent = new Set([key, ...taken.filter(({ optional }) => !optional)])
  let first: readonly string[] | undefined
  const readKey = columnReader(key.name)
  const readers = taken.map(({ name, into }) => [into, columnReader(name)] as const)
  const entry = (row: Row<Fields>): readonly [string, Entry] => {
    const found = keyOf(readKey(row.value)) ?? noKey(key, row, from)
    return [found, Object.fromEntries(readers.map(([into, read]) => [into, (read(row.value) ?? null) as Json]))]
  }
  const verdict = await readTable(ctx, from, rows => {
    for (const { value } of rows) {
      first ??= columnsOf(value)
      if (absent.size === 0) break
      for (const column of absent) if (isThere(column, name => Object.hasOwn(value, name))) absent.delete(column)
    }
    const entries = rows.map(entry).filter(([name]) => name !== '')
    const before = table.getAll(entries.map(([name]) => name))
    // The first row with a key is used. `setAll` keeps the last of two entries, so the order is reversed.
    table.setAll(entries.filter((_, at) => before[at] === undefined).reverse())
  })
  if (first && absent.size > 0) throw columnUnknown('lookup', [...absent], first, `which no row of ${from.kind} has`)
  state.setAll([['loaded', verdict as unknown as Json]])
  return { table, verdict }
}

const noKey = ({ name }: NamedColumn, { key }: Row<Fields>, { kind }: Source<Fields>): never => {
  throw new EntrapipeError(
    'INPUT_MALFORMED',
    `lookup: expected ${name} in row ${key} of ${kind} to be a key, got a list or an object`,
    {
      fix: 'Use a key column of text or numbers.',
    },
  )
}
