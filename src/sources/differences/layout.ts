import { EntrapipeError } from '../../core/errors.ts'
import { emptyRow, type Fields } from '../../core/json.ts'
import type { Values } from './row-codec.ts'

/** What became of a row, and its values before and after. */
export interface Difference {
  readonly change: 'added' | 'removed' | 'changed'
  /** Properties that differ; all of a row that was added or removed. */
  readonly properties: readonly string[]
  readonly old: Values | undefined
  readonly new: Values | undefined
}

/** How differences become rows. */
interface Layout {
  readonly columns: readonly string[]
  row(difference: Difference): Fields
}

/**
 * The columns of differences: `change`, the key, and `old` and `new` with the properties that differ; `flat`: `properties` with the
 * names of changed ones, and two columns for each property.
 *
 * @throws EntrapipeError `OPTION_INVALID` if two columns would have the same name
 */
export const layoutOf = (key: readonly string[], properties: readonly string[], flat: boolean): Layout => {
  const columns = [
    'change',
    ...key,
    ...(flat ? ['properties', ...properties.flatMap(name => [`${name}.old`, `${name}.new`])] : ['old', 'new']),
  ]
  const twice = columns.find((name, at) => columns.indexOf(name) !== at)
  if (twice !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `The differences would have two columns ${twice}. Give the column another name in both inputs, or write JSON lines.`,
    )
  const empty = emptyRow(columns)
  const objectOf = (values: Values | undefined, names: readonly string[]): Fields | null => {
    if (!values) return null
    const made = emptyRow(names)()
    for (const name of names) made[name] = values.get(name) ?? null
    return made
  }
  return {
    columns,
    row({ change, properties: differing, old, new: now }) {
      const row = empty()
      row['change'] = change
      for (const name of key) row[name] = (now ?? old)!.get(name)
      if (!flat) {
        row['old'] = objectOf(old, differing)
        row['new'] = objectOf(now, differing)
        return row
      }
      row['properties'] = change === 'changed' ? differing : []
      const shown = new Set(differing)
      for (const name of properties) {
        row[`${name}.old`] = shown.has(name) ? (old?.get(name) ?? null) : null
        row[`${name}.new`] = shown.has(name) ? (now?.get(name) ?? null) : null
      }
      return row
    },
  }
}
