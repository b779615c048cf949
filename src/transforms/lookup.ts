import { EntrapipeError } from '../core/errors.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Context, KeyMap } from '../core/context.ts'
import type { Source, Transform } from '../core/parts.ts'
import { expectOptions, isNamed, isTexts, needed, optional } from '../data/expect-options.ts'

/** Options of `lookup`. */
export interface LookupOptions {
  /** Read to its end before the first row passes. The first row with a key counts. */
  readonly from: Source<Fields>
  /** The column of `from` that is looked up. */
  readonly key: string
  /** The column of the passing rows that holds such a key. */
  readonly by: string
  /** Columns to add: name in the passing row to name in `from`. */
  readonly take: { readonly [into: string]: string }
  /** What becomes of a row whose key is not found; an empty key always passes. @default 'keep', with nulls */
  readonly missing?: 'keep' | 'drop' | 'reject'
}

/**
 * Joins columns of another source; keys are compared without regard to case and blanks around them. What it holds is in
 * the run's store: memory does not grow with `from`. Rows that `from` refuses are not known to it; they are no results of
 * this run, whose keys name the rows of its own source.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once, and when `from` has no such column
 */
export const lookup = <T extends Fields>(options: LookupOptions): Transform<T, T & Fields> => {
  expectOptions('lookup', options, {
    from: needed('a source', from => isNamed(from) && 'read' in from),
    key: needed('a column of that source'),
    by: needed('a column of the rows that pass'),
    take: needed('columns to add, new name to name in the source', isTexts),
    missing: optional,
  })
  const { from, key, by, take, missing = 'keep' } = options
  return {
    kind: 'lookup',
    ...(from.usesGraph ? { usesGraph: true } : {}),
    check: async ctx => from.check?.(ctx),
    describe: async ctx => ({ from: (await from.describe?.(ctx)) ?? from.kind, key, by, take, missing }),
    async open(ctx) {
      const known = ctx.store.map<{ readonly [into: string]: Json }>('rows')
      await load(ctx, known, options)
      return {
        page(rows) {
          const found = known.getAll(rows.map(row => normal(row.value[by])))
          const out = []
          for (const [at, row] of rows.entries()) {
            const values = found[at]
            const asked = normal(row.value[by]) !== ''
            if (values || !asked || missing === 'keep')
              out.push({ key: row.key, value: { ...row.value, ...(values ?? nulls(take)) } })
            else if (missing === 'reject')
              ctx.settled({
                key: row.key,
                operation: 'lookup',
                target: by,
                outcome: 'failed',
                code: 'ROW_INVALID',
                message: `${by} ${JSON.stringify(row.value[by])} is not the ${key} of any row`,
                fix: `Mend ${by}, or leave it empty.`,
              })
          }
          return out
        },
      }
    },
  }
}

const load = async (
  ctx: Context,
  known: KeyMap<{ readonly [into: string]: Json }>,
  options: LookupOptions,
): Promise<void> => {
  const { from, key, take } = options
  const state = ctx.store.map<boolean>('state')
  if (state.getAll(['loaded'])[0]) return
  const reading = withoutResults(ctx)
  // A run that died while it was loading left a part of it: writing the same again changes nothing.
  for (const shard of (await from.split?.(reading)) ?? [{ name: from.kind }])
    for await (const { rows } of from.read(reading, shard)) {
      if (rows[0] && !(key in rows[0].value))
        throw new EntrapipeError(
          'OPTION_INVALID',
          `lookup: ${from.kind} has no column ${key}; it has ${Object.keys(rows[0].value).join(', ')}`,
        )
      const entries = rows
        .map(row => [normal(row.value[key]), pickFrom(row.value, take)] as const)
        .filter(([name]) => name !== '')
      const before = known.getAll(entries.map(([name]) => name))
      known.setAll(entries.filter((_, at) => before[at] === undefined).reverse())
    }
  state.setAll([['loaded', true]])
}

/** Inherits the rest, getters included: asking for the client of a run that has none throws. */
const withoutResults = (ctx: Context): Context => Object.create(ctx, { settled: { value: () => undefined } }) as Context

const normal = (value: unknown): string => (value == null ? '' : String(value).trim().toLowerCase())

const pickFrom = (value: Fields, take: LookupOptions['take']): { readonly [into: string]: Json } =>
  Object.fromEntries(Object.entries(take).map(([into, name]) => [into, (value[name] ?? null) as Json]))

const nulls = (take: LookupOptions['take']): { readonly [into: string]: null } =>
  Object.fromEntries(Object.keys(take).map(into => [into, null]))
