import { columnReader, namedPath } from '../core/columns.ts'
import type { Context, KeySet } from '../core/context.ts'
import { type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Key, Row } from '../core/row.ts'
import { hasSecretColumn, isSecretColumn } from '../core/secret-columns.ts'
import { expectArgument, expectOptions, isText, needed, oneOf, optional, trueOrFalse } from '../data/expect-options.ts'

/** Options of `dedupe`. */
export interface DedupeOptions {
  /** Columns that together identify a row; may be paths such as `employeeOrgData/division`. A column that rows may lack ends in `?`. */
  readonly by: string | readonly string[]
  /**
   * Whether a value can identify a row. One that cannot, such as `n/a`, counts as empty. @default every text that is not empty
   */
  readonly isKey?: (text: string) => boolean
  /** Whether `Ann@x` and `ann@X` are equal. @default true */
  readonly ignoreCase?: boolean
  /** `drop` drops later rows; `reject` also reports them as failed, for the rejects file. @default 'drop' */
  readonly later?: 'drop' | 'reject'
}

interface Reader {
  readonly name: string
  readonly read: (row: Fields) => unknown
}

type IsFirst<T> = (rows: readonly Row<T>[], keys: readonly string[]) => readonly boolean[]

/**
 * Keeps the first row with each value of `by`. Strings are compared without surrounding blanks. A row in which all of `by`
 * is empty is always kept. Keys are kept in the run's store, so memory does not grow.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const dedupe = <T extends Fields>(options: DedupeOptions): Transform<T, T> => {
  expectOptions('dedupe', options, {
    by: needed('a column, or several', isColumns),
    isKey: optional,
    ignoreCase: trueOrFalse,
    later: oneOf('drop', 'reject'),
  })
  const { by, isKey = () => true, ignoreCase = true, later = 'drop' } = options
  expectArgument('dedupe', isKey, 'isKey to be a function of a text', typeof isKey === 'function')
  const keyed = (value: unknown): string => {
    const key = text(value)
    return isKey(key) ? key : ''
  }
  const columns = typeof by === 'string' ? [by] : by
  const reads = columns.map(namedPath)
  const readers = reads.map(({ name }) => ({ name, read: columnReader(name) }))
  const secret = reads.some(({ name }) => isSecretColumn(name))
  const keyOf = ({ value }: Row<T>): string => {
    const texts = readers.map(({ read }) => keyed(read(value)))
    if (texts.every(part => part === '')) return ''
    const key = texts.length === 1 ? texts[0]! : JSON.stringify(texts)
    return ignoreCase ? key.toLowerCase() : key
  }
  return {
    kind: 'dedupe',
    describe: async () => ({ by: columns, ignoreCase, later }),
    reads,
    columns: given => given,
    open(ctx) {
      const remembering = (name: string, secret: boolean): IsFirst<T> =>
        later === 'drop' ? dropping(ctx.store.set(name, { secret })) : rejecting(ctx, readers, name, secret)
      // Only the value of a row shows whether an object has a secret in it.
      const hasSecret = ({ value }: Row<T>): boolean =>
        !secret && readers.some(({ read }) => hasSecretColumn(read(value)))
      const isFirst = apart<T>(hasSecret, remembering('seen', secret), () => remembering('secret', true))
      return {
        page(rows) {
          const keys = rows.map(keyOf)
          const keyed = rows.filter((_, at) => keys[at] !== '')
          const first = isFirst(keyed, keyed.length === rows.length ? keys : keys.filter(key => key !== ''))
          let at = 0
          return rows.filter((_, row) => keys[row] === '' || first[at++])
        },
      }
    },
  }
}

const isColumns = (by: unknown): boolean => isText(by) || (Array.isArray(by) && by.length > 0 && by.every(isText))

const dropping =
  <T>(seen: KeySet): IsFirst<T> =>
  (_, keys) =>
    seen.addAll(keys)

/** Remembers the keys of some rows apart from those of the others. A key is always on the same side. */
const apart = <T>(isApart: (row: Row<T>) => boolean, usual: IsFirst<T>, open: () => IsFirst<T>): IsFirst<T> => {
  let other: IsFirst<T> | undefined
  return (rows, keys) => {
    const sides = rows.map(isApart)
    if (!sides.includes(true)) return usual(rows, keys)
    const sealed = (other ??= open())
    return rows.map((row, at) => (sides[at] ? sealed : usual)([row], [keys[at]!])[0]!)
  }
}

/** Remembers the row in which each key came first, for the message. */
const rejecting = <T extends Fields>(
  ctx: Context,
  columns: readonly Reader[],
  name: string,
  secret: boolean,
): IsFirst<T> => {
  const places = ctx.store.map<Key>(name, { secret })
  return (rows, keys) => {
    const before = places.getAll(keys)
    const here = new Map<string, Key>()
    const first = rows.map((row, at) => {
      const place = before[at] ?? here.get(keys[at]!)
      if (place === undefined) here.set(keys[at]!, row.key)
      else
        ctx.settled({
          key: row.key,
          operation: 'dedupe',
          target: columns.map(({ name }) => name).join(', '),
          outcome: 'failed',
          code: 'ROW_INVALID',
          message: `${columns.map(({ name, read }) => `${name} ${JSON.stringify(read(row.value) ?? null)}`).join(', ')} already appeared in row ${place}`,
          fix: 'Keep one of the two rows.',
        })
      return place === undefined
    })
    places.setAll([...here])
    return first
  }
}

const text = (value: unknown): string =>
  typeof value === 'string'
    ? value.trim()
    : value == null
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
