import { columnReader, namedPath, type NamedColumn } from '../core/columns.ts'
import { missingColumns, columnUnknown } from '../core/column-unknown.ts'
import type { Fields } from '../core/json.ts'
import type { Source, Transform } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import type { Row } from '../core/row.ts'
import { expectOptions, isNamed, isTexts, needed, oneOf } from '../data/expect-options.ts'
import { keyOf } from './lookup/key-of.ts'
import { loadTable, type Taken } from './lookup/load-table.ts'

/** Options of `lookup`. */
export interface LookupOptions {
  /** Read to its end before the first row passes. The first row with a key counts. */
  readonly from: Source<Fields>
  /** The column of `from` that is looked up. */
  readonly key: string
  /** The column of the passing rows that holds such a key. One that rows may lack ends in `?`. */
  readonly by: string
  /**
   * Columns to add: the name in `from`, then the name in the passing row, as `{ city: 'officeCity' }`. One that `from`
   * may lack ends in `?`.
   */
  readonly take: { readonly [from: string]: string }
  /** What becomes of a row whose key is not found; an empty key always passes. @default 'keep', with nulls */
  readonly missing?: 'keep' | 'drop' | 'reject'
}

/**
 * Joins columns of another source. Keys are texts, numbers or booleans, compared without regard to case and surrounding
 * blanks; a row whose key is a list or an object fails with `ROW_INVALID`. What it holds is in the run's store: memory
 * does not grow with `from`. Rows that `from` refuses are unknown to it, and are no results of this run, whose keys name
 * the rows of its own source.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once; `COLUMN_UNKNOWN` when `from` lacks `key` or a column of `take`;
 *   `INPUT_MALFORMED` when a key of `from` is a list or an object
 */
export const lookup = <T extends Fields>(options: LookupOptions): Transform<T, T & Fields> => {
  expectOptions('lookup', options, {
    from: needed('a source', from => isNamed(from) && 'read' in from),
    key: needed('a column of that source'),
    by: needed('a column of the rows that pass'),
    take: needed('columns to add, the name in the source to the new name', isTexts),
    missing: oneOf('keep', 'drop', 'reject'),
  })
  const { from, key, by, take, missing = 'keep' } = options
  const taken = takenOf(take)
  const keyColumn = namedPath(key)
  const byColumn = namedPath(by)
  const read = columnReader(byColumn.name)
  const nulls = Object.fromEntries(taken.map(({ into }) => [into, null]))
  return {
    kind: 'lookup',
    ...(from.usesGraph ? { usesGraph: true } : {}),
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
    columns: given => ({ ...given, names: [...new Set([...given.names, ...taken.map(({ into }) => into)])] }),
    async open(ctx) {
      const known = await loadTable(ctx, from, keyColumn, taken)
      return {
        page(rows) {
          const keys = rows.map(({ value }) => keyOf(read(value)))
          const found = known.getAll(keys.map(one => one ?? ''))
          const out: Row<T & Fields>[] = []
          for (const [at, row] of rows.entries()) {
            const asked = keys[at]
            const values = asked === undefined || asked === '' ? undefined : found[at]
            if (asked === undefined)
              ctx.settled(failure(row, byColumn, `${byColumn.name} is a list or an object, and no key`))
            else if (values || asked === '' || missing === 'keep')
              out.push({ key: row.key, value: { ...row.value, ...(values ?? nulls) } })
            else if (missing === 'reject')
              ctx.settled(
                failure(
                  row,
                  byColumn,
                  `${byColumn.name} ${JSON.stringify(read(row.value))} is not the ${keyColumn.name} of any row`,
                ),
              )
          }
          return out
        },
      }
    },
  }
}

/** A column of `take`, and its name in the passing rows. Turned round, it names a column that `from` lacks. */
const takenOf = (take: LookupOptions['take']): readonly Taken[] =>
  Object.entries(take).map(([name, into]) => {
    const column = namedPath(name)
    const hint = `The name in the source comes first: did you mean take: { ${JSON.stringify(into)}: ${JSON.stringify(column.name)} }?`
    return { ...column, into, instead: { column: into, hint } }
  })

const failure = (row: Row<unknown>, { name }: NamedColumn, message: string): Result => ({
  key: row.key,
  operation: 'lookup',
  target: name,
  outcome: 'failed',
  code: 'ROW_INVALID',
  message,
  fix: `Correct ${name}, or leave it empty.`,
})
