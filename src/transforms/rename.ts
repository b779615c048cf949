import { EntrapipeError } from '../core/errors.ts'
import { columnsOf, emptyRow, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { expectArgument, isTexts } from '../data/expect-options.ts'

/**
 * Gives columns other names, old to new; the others and the order stay. A row that has a column of the new name already
 * fails with `ROW_INVALID`: one of the two would be lost.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once, also when two columns would get one name
 */
export const rename = (names: { readonly [old: string]: string }): Transform<Fields, Fields> => {
  expectArgument('rename', names, 'names of columns, old to new', isTexts(names))
  const made = Object.values(names)
  const twice = made.find((name, at) => made.indexOf(name) !== at)
  if (twice !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected rename to give each name once, got ${JSON.stringify(twice)} twice`,
    )
  const newNames = new Map(Object.entries(names))
  return {
    kind: 'rename',
    describe: async () => ({ names }),
    open() {
      let columns: readonly string[] = []
      let empty = emptyRow(columns)
      return row => {
        const given = columnsOf(row.value)
        const renamed = given.map(name => newNames.get(name) ?? name)
        if (renamed.length !== columns.length || renamed.some((name, at) => name !== columns[at])) {
          columns = renamed
          empty = emptyRow(renamed)
        }
        const value = empty()
        for (const [at, name] of given.entries()) value[renamed[at]!] = row.value[name]
        if (Object.keys(value).length < given.length) throw collision(given, newNames)
        return { key: row.key, value }
      }
    },
  }
}

const collision = (given: readonly string[], newNames: ReadonlyMap<string, string>): EntrapipeError => {
  const old = given.find(name => newNames.has(name) && given.includes(newNames.get(name)!))
  return new EntrapipeError(
    'ROW_INVALID',
    `${old} cannot be renamed to ${newNames.get(old ?? '')}: the row has a column of that name already`,
    { facts: { column: old } },
  )
}
