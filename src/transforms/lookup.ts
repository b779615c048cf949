import { columnTaken, expectUniqueNames } from '../core/column-taken.ts'
import { given } from '../core/given.ts'
import { columnReader, namedPath, type NamedColumn } from '../core/columns.ts'
import { missingColumns, columnUnknown } from '../core/column-unknown.ts'
import type { Fields } from '../core/json.ts'
import type { Source, Transform } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import type { Row } from '../core/row.ts'
import { isSecretColumn } from '../core/secret-columns.ts'
import { expectOptions, isNamed, isTexts, needed, oneOf } from '../data/expect-options.ts'
import { keyOf } from './lookup/key-of.ts'
import { loadTable, type Taken } from './lookup/load-table.ts'
import { joinedBy } from './lookup/read-table.ts'

/** Options of `lookup`. */
export interface LookupOptions {
  /** Read completely before the first row. If a key is repeated, its first row is used. */
  readonly from: Source<Fields>
  /** The key column of `from`. */
  readonly key: string
  /** The column of the rows that holds the key. A column that rows may lack ends in `?`. */
  readonly by: string
  /**
   * Columns to add: the name in `from`, then the new name: `{ city: 'officeCity' }`. A column that `from` may lack ends in
   * `?`.
   */
  readonly take: { readonly [from: string]: string }
  /** What to do with a row whose key is not found. A row with an empty key is always kept. @default 'keep', with nulls */
  readonly missing?: 'keep' | 'drop' | 'reject'
}

/**
 * Joins columns of another source. Keys are strings, numbers or booleans, compared case-insensitively and without
 * surrounding blanks. A row whose key is a list or an object is rejected with `ROW_INVALID`. The lookup table is kept in
 * the run's store, so memory does not grow with `from`. The run is at most as complete as `from`: a row that `from` rejects
 * makes it `unverified`, unless the rows that need it are rejected. An incomplete table ends a run that drops or rejects
 * rows. A row that already has a column with a new name of `take` is rejected with `ROW_INVALID`, since its value would be
 * lost.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once, also if two columns would get the same name; `COLUMN_UNKNOWN` if `from`
 *   lacks `key` or a column of `take`; `INPUT_MALFORMED` if a key in `from` is a list or an object; `INPUT_CUT_OFF` if `from`
 *   is incomplete and `missing` is not `keep`
 */
export const lookup = <T extends Fields>(options: LookupOptions): Transform<T, T & Fields> => {
  expectOptions('lookup', options, {
    from: needed('a source', from => isNamed(from) && 'read' in from),
    key: needed('a column of that source'),
    by: needed('a column of the rows'),
    take: needed('columns to add, from the name in the source to the new name', isTexts),
    missing: oneOf('keep', 'drop', 'reject'),
  })
  const { from, key, by, take, missing = 'keep' } = options
  const taken = takenOf(take)
  expectUniqueNames(Object.values(take))
  const keyColumn = namedPath(key)
  const byColumn = namedPath(by)
  const read = columnReader(byColumn.name)
  const nulls = Object.fromEntries(taken.map(({ into }) => [into, null]))
  return {
    kind: 'lookup',
    ...(from.usesGraph ? { usesGraph: true } : {}),
    ...(from.resumable === false && { resumable: false }),
    async check(ctx) {
      await from.check?.(ctx)
      const known = await from.columns?.(ctx)
      const names = new Set(known?.names)
      const absent = known?.closed ? missingColumns([keyColumn, ...taken], name => names.has(name)) : []
      if (known && absent.length > 0)
        throw columnUnknown('lookup', absent, known.names, `which ${from.kind} does not have`, known.more)
    },
    describe: async ctx => ({ from: (await from.describe?.(ctx)) ?? from.kind, key, by, take, missing }),
    reads: [byColumn],
    columns(given) {
      const lost = taken.find(({ into }) => given.names.includes(into))
      if (lost) throw columnTaken('OPTION_INVALID', lost.name, 'added as', lost.into)
      return { ...given, names: [...given.names, ...taken.map(({ into }) => into)] }
    },
    async open(ctx) {
      const { table: known, verdict } = await loadTable(ctx, from, keyColumn, taken, isSecretColumn(byColumn.name))
      for (const note of verdict.notes) ctx.origin({ note })
      ctx.origin(joinedBy(verdict, missing))
      return {
        page(rows) {
          const keys = rows.map(({ value }) => keyOf(read(value)))
          const found = known.getAll(keys.map(one => one ?? ''))
          const out: Row<T & Fields>[] = []
          for (const [at, row] of rows.entries()) {
            const asked = keys[at]
            const values = asked === undefined || asked === '' ? undefined : found[at]
            const lost = taken.find(({ into }) => Object.hasOwn(row.value, into))
            if (lost) ctx.settled(taking(row, lost))
            else if (asked === undefined)
              ctx.settled(failure(row, byColumn, `Expected ${byColumn.name} to be a key, got a list or an object`))
            else if (values || asked === '' || missing === 'keep')
              out.push({ key: row.key, value: { ...row.value, ...(values ?? nulls) } })
            else if (missing === 'reject')
              ctx.settled(
                failure(
                  row,
                  byColumn,
                  `${byColumn.name} ${JSON.stringify(read(row.value))} was not found in column ${keyColumn.name}`,
                ),
              )
          }
          return out
        },
      }
    },
  }
}

/** The columns of `take`, with a hint in case the names were swapped. */
const takenOf = (take: LookupOptions['take']): readonly Taken[] =>
  Object.entries(take).map(([name, into]) => {
    const column = namedPath(name)
    const hint = `The name in the source comes first. Did you mean take: { ${JSON.stringify(into)}: ${JSON.stringify(column.name)} }?`
    return { ...column, into, instead: { column: into, hint } }
  })

const taking = ({ key }: Row<unknown>, { name, into }: Taken): Result => {
  const { message, fix } = columnTaken('ROW_INVALID', name, 'added as', into)
  return { key, operation: 'lookup', target: into, outcome: 'failed', code: 'ROW_INVALID', message, ...given({ fix }) }
}

const failure = (row: Row<unknown>, { name }: NamedColumn, message: string): Result => ({
  key: row.key,
  operation: 'lookup',
  target: name,
  outcome: 'failed',
  code: 'ROW_INVALID',
  message,
  fix: `Correct ${name}, or leave it empty.`,
})
