import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Row } from '../core/row.ts'

export interface DedupeOptions {
  /** Columns that together make two rows the same. */
  readonly by: string | readonly string[]
  /** Whether `Ann@x` and `ann@X` are the same. @default true */
  readonly ignoreCase?: boolean
  /** `drop` passes over later rows; `reject` also settles them as failed, for the file of rejects. @default 'drop' */
  readonly later?: 'drop' | 'reject'
}

/** Lets the first row with each `by` through. Keys seen are in the run's store: memory does not grow. */
export const dedupe = <T extends Fields>({ by, ignoreCase = true, later = 'drop' }: DedupeOptions): Transform<T, T> => {
  const columns = typeof by === 'string' ? [by] : by
  const keyOf = (row: Row<T>): string => {
    const key =
      columns.length === 1 ? text(row.value[columns[0]!]) : JSON.stringify(columns.map(c => text(row.value[c])))
    return ignoreCase ? key.toLowerCase() : key
  }
  return {
    kind: 'dedupe',
    describe: async () => ({ by: columns, ignoreCase }),
    open(ctx) {
      const seen = ctx.store.set('seen')
      return {
        page(rows) {
          const fresh = seen.addAll(rows.map(keyOf))
          if (later === 'reject')
            for (const [at, row] of rows.entries())
              if (!fresh[at])
                ctx.settled({
                  key: row.key,
                  operation: 'dedupe',
                  target: columns.join(', '),
                  outcome: 'failed',
                  code: 'ROW_INVALID',
                  message: `${columns.map(c => `${c} ${JSON.stringify(row.value[c] ?? null)}`).join(', ')} came in an earlier row already`,
                  fix: 'Keep one of the rows.',
                })
          return rows.filter((_, at) => fresh[at])
        },
      }
    },
  }
}

const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : value == null
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
