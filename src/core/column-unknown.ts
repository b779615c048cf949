import { asRequired, isThere, type NamedColumn } from './columns.ts'
import { EntrapipeError } from './errors.ts'
import { invisibleIn } from './invisible.ts'
import { nearest } from './nearest.ts'

/** Returns the missing columns. An optional one is missing only if a column has its name with a question mark. */
export const missingColumns = (reads: readonly NamedColumn[], has: (name: string) => boolean): readonly NamedColumn[] =>
  reads.filter(column => !isThere(column, has) && (!column.optional || has(`${column.name}?`)))

const listed = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')

/** Of a name that looks like the one that was written. */
const unseen = (name: string): string => {
  const character = invisibleIn(name)
  return character === undefined
    ? ''
    : ` It has the character ${character}, which cannot be seen: rename the column in the file.`
}

/**
 * The error for a part that names columns that its rows do not have.
 *
 * @param why as "which no row had"
 */
export const columnUnknown = (
  kind: string,
  absent: readonly NamedColumn[],
  there: readonly string[],
  why: string,
  more?: string,
): EntrapipeError => {
  const names = absent.map(({ name }) => name)
  const meant = absent.flatMap(({ name, instead, written = asRequired }) => {
    if (there.includes(`${name}?`)) return [`The column ${name}? is written ${written(`${name}?`)}.`]
    const near = nearest(name, there)
    if (near !== undefined)
      return [`Did you mean ${written(near)}${names.length > 1 ? ` for ${name}` : ''}?${unseen(near)}`]
    return instead && there.includes(instead.column) ? [instead.hint] : []
  })
  const { name, optional, written = asRequired } = absent[0]!
  const what = names.length === 1 ? 'the column' : 'the columns'
  const has = meant.length < absent.length ? [`Rows have ${there.length === 0 ? 'no columns' : listed(there)}.`] : []
  return new EntrapipeError(
    'COLUMN_UNKNOWN',
    [`${kind} names ${what} ${listed(names)}, ${why}.`, ...meant, ...has, ...(more ? [more] : [])].join(' '),
    {
      facts: { columns: names },
      ...(optional ? {} : { fix: `For an optional column, add a question mark: ${written(name)}?.` }),
    },
  )
}
