import { named, type Columns, type NamedColumn } from '../core/columns.ts'
import { EntrapipeError } from '../core/errors.ts'
import { columnsOf, emptyRow, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import { expectArgument, isTexts } from '../data/expect-options.ts'

/**
 * Gives columns other names: `rename({ old: 'new' })`. The others and the order stay. A row that has a column of the new
 * name already fails with `ROW_INVALID`: one of the two would be lost. The run fails when no row has an old name, unless
 * that ends in `?`.
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
  const olds = Object.entries(names).map(([old, made]) => ({ ...named(old), made }))
  const newNames = new Map(olds.map(({ name, made }) => [name, made]))
  return {
    kind: 'rename',
    describe: async () => ({ names }),
    reads: olds.map(turned),
    columns: given => renamed(given, newNames),
    open() {
      let columns: readonly string[] = []
      let empty = emptyRow(columns)
      return row => {
        const given = columnsOf(row.value)
        const wanted = given.map(name => newNames.get(name) ?? name)
        if (wanted.length !== columns.length || wanted.some((name, at) => name !== columns[at])) {
          columns = wanted
          empty = emptyRow(wanted)
        }
        const value = empty()
        for (const [at, name] of given.entries()) value[wanted[at]!] = row.value[name]
        if (Object.keys(value).length < given.length) throw collision(given, newNames)
        return { key: row.key, value }
      }
    },
  }
}

/** Where rows have the new name and not the old one, the two were most likely meant the other way round. */
const turned = ({ made, ...column }: NamedColumn & { readonly made: string }): NamedColumn => ({
  ...column,
  instead: {
    column: made,
    hint: `Old names come first: did you mean rename({ ${JSON.stringify(made)}: ${JSON.stringify(column.name)} })?`,
  },
})

/** @throws EntrapipeError `OPTION_INVALID` when every row would have two columns of one name */
const renamed = (given: Columns, newNames: ReadonlyMap<string, string>): Columns => {
  const names = given.names.map(name => newNames.get(name) ?? name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  const old = given.names.find(name => newNames.get(name) === twice)
  if (twice !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `rename cannot rename ${old} to ${twice}: rows have a column ${twice} already.`,
    )
  return { ...given, names }
}

const collision = (given: readonly string[], newNames: ReadonlyMap<string, string>): EntrapipeError => {
  const old = given.find(name => newNames.has(name) && given.includes(newNames.get(name)!))
  return new EntrapipeError(
    'ROW_INVALID',
    `${old} cannot be renamed to ${newNames.get(old ?? '')}: the row has a column of that name already`,
    { facts: { column: old } },
  )
}
