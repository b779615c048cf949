import { columnTaken } from '../core/column-taken.ts'
import { named } from '../core/columns.ts'
import { EntrapipeError } from '../core/errors.ts'

/** New names of columns, by their old names. */
export type Renames = { readonly [old: string]: string }

/**
 * Parses the values of `--rename`, each `old=new`. Undefined if there are none.
 *
 * @throws EntrapipeError `OPTION_INVALID` for other values, and for a repeated name
 */
export const renamesOf = (given: readonly string[] | undefined): Renames | undefined => {
  if (!given) return undefined
  const pairs = given.map(text => {
    const [old = '', made = '', ...more] = text.split('=').map(name => name.trim())
    if (old === '' || made === '' || more.length > 0)
      throw new EntrapipeError('OPTION_INVALID', `Expected --rename to be old=new, got ${JSON.stringify(text)}`)
    return [old, made] as const
  })
  for (const [at, what] of ['renames', 'gives the name'].entries()) {
    const names = pairs.map(pair => pair[at]!)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw new EntrapipeError('OPTION_INVALID', `--rename ${what} ${twice} twice.`)
  }
  return Object.fromEntries(pairs)
}

/**
 * Columns under their new names.
 *
 * @throws EntrapipeError `OPTION_INVALID` when two of them would have one name
 */
export const renamedColumns = (columns: readonly string[], renames: Renames): readonly string[] => {
  // A question mark after an old name marks an optional column. It is not part of the name.
  const byName = new Map(Object.entries(renames).map(([old, made]) => [named(old).name, made]))
  const made = columns.map(name => byName.get(name) ?? name)
  const at = made.findIndex((name, index) => made.indexOf(name) !== index)
  if (at < 0) return made
  const old = Object.keys(renames).find(name => renames[name] === made[at])!
  throw columnTaken('OPTION_INVALID', old, 'renamed to', made[at]!)
}
