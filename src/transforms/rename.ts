import { columnTaken, expectUniqueNames } from '../core/column-taken.ts'
import { named, type Columns, type NamedColumn } from '../core/columns.ts'
import type { EntrapipeError } from '../core/errors.ts'
import { columnsOf, emptyRow, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Projection } from '../core/projection.ts'
import { expectArgument, isTexts } from '../data/expect-options.ts'

/**
 * Renames columns: `rename({ old: 'new' })`. The order and all other columns are unchanged. A row that already has a column
 * with the new name is rejected with `ROW_INVALID`, since one of the two would be lost. The run fails if no row has an old
 * name, unless that ends in `?`.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once, also if two columns would get the same name
 */
export const rename = (names: { readonly [old: string]: string }): Transform<Fields, Fields> => {
  expectArgument('rename', names, 'column names, from old to new', isTexts(names))
  expectUniqueNames(Object.values(names))
  const olds = Object.entries(names).map(([old, made]) => ({ ...named(old), made }))
  const newNames = new Map(olds.map(({ name, made }) => [name, made]))
  return {
    kind: 'rename',
    spreads: true,
    describe: async () => ({ names }),
    reads: olds.map(turned),
    columns: given => renamed(given, newNames),
    // Without known columns every row may have different ones.
    project: given => given && projected(given, newNames),
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

/** If rows have the new name and not the old one, the names were probably swapped. */
const turned = ({ made, ...column }: NamedColumn & { readonly made: string }): NamedColumn => ({
  ...column,
  instead: {
    column: made,
    hint: `The old name comes first. Did you mean rename({ ${JSON.stringify(made)}: ${JSON.stringify(column.name)} })?`,
  },
})

/** @throws EntrapipeError `OPTION_INVALID` if every row would have two columns with the same name */
const renamed = (given: Columns, newNames: ReadonlyMap<string, string>): Columns => {
  const names = given.names.map(name => newNames.get(name) ?? name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  const old = given.names.find(name => newNames.get(name) === twice)
  if (twice !== undefined) throw columnTaken('OPTION_INVALID', old!, 'renamed to', twice)
  return { ...given, names }
}

/** Undefined if two columns would have the same name: each row is then rejected. */
const projected = (given: Projection, newNames: ReadonlyMap<string, string>): Projection | undefined => {
  const columns = given.map(column => ({ ...column, name: newNames.get(column.name) ?? column.name }))
  return new Set(columns.map(({ name }) => name)).size === columns.length ? columns : undefined
}

const collision = (given: readonly string[], newNames: ReadonlyMap<string, string>): EntrapipeError => {
  const old = given.find(name => newNames.has(name) && given.includes(newNames.get(name)!))!
  return columnTaken('ROW_INVALID', old, 'renamed to', newNames.get(old)!)
}
