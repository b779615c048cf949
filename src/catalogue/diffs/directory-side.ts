import { emptyRow, type Fields } from '../../core/json.ts'
import { given } from '../../core/given.ts'
import type { Source } from '../../core/parts.ts'
import { listableProperties } from '../../data/listing.ts'
import { readerOf, same, type Column } from '../../data/presets/preset.ts'
import { presets } from '../../data/presets/presets.ts'
import type { Selectable } from '../../sources/differences/selectable.ts'
import { exported } from '../exports/exported.ts'
import type { DiffKind } from './diff-kinds.ts'

/** A column of a file, as the directory has it. */
interface Readable extends Column {
  readonly from: string
  readonly expand?: string | undefined
}

/**
 * The objects of the directory, with the columns of the file that they are compared with: properties, and the captions of the
 * portal's downloads and of Microsoft's scripts, such as `mobile`. A caption that is read in two ways is not known.
 */
export const directorySide = (kind: DiffKind): Selectable => {
  const { type, source } = exported[kind]
  const listed = new Set(['id', ...listableProperties(type)])
  const captions = captionsOf(kind)
  const readable = (name: string): Readable | undefined =>
    listed.has(name.split('/')[0]!) ? { header: name, from: name } : captions.get(name)
  return {
    kind,
    usesGraph: true,
    has: name => readable(name) !== undefined,
    select(names) {
      const columns = names.map(name => readable(name)!)
      if (columns.every(({ header, from }) => header === from)) return source({ select: names }, { to: '-' })
      const expand = columns.find(column => column.expand !== undefined)?.expand
      const select = ['id', ...columns.flatMap(({ from, expand }) => (expand === undefined ? [from] : []))]
      return laidOut(source({ select: [...new Set(select)], ...given({ expand }) }, { to: '-' }), columns)
    },
  }
}

/** The id is kept beside the columns: it tells which rows of a listing are one object. */
const laidOut = (listing: Source<Fields>, columns: readonly Readable[]): Source<Fields> => {
  const names = columns.map(({ header }) => header)
  const empty = emptyRow([...new Set(['id', ...names])])
  const readers = columns.map(readerOf)
  const valueOf = (object: Fields): Fields => {
    const row = empty()
    row['id'] = object['id']
    for (const { name, read } of readers) row[name] = read(object)
    return row
  }
  return {
    ...listing,
    columns: () => ({ names, closed: true }),
    async *read(...at) {
      for await (const page of listing.read(...at))
        yield { ...page, rows: page.rows.map(row => ({ ...row, value: valueOf(row.value) })) }
    },
  }
}

const captionsOf = (kind: DiffKind): ReadonlyMap<string, Readable> => {
  const found = new Map<string, Readable>(same('objectId').map(column => [column.header, { ...column, from: 'id' }]))
  const unclear = new Set<string>()
  for (const { columns, expand, of } of presets) {
    if (of !== kind) continue
    for (const { header, from, of: made, value } of columns) {
      if (from === undefined) continue
      const isRelation = expand?.startsWith(`${from}(`) === true
      const column = { header, from, ...given({ of: made, value, expand: isRelation ? expand : undefined }) }
      const before = found.get(header)
      if (before && (before.from !== from || before.of !== made || before.value !== value)) unclear.add(header)
      found.set(header, column)
    }
  }
  for (const header of unclear) found.delete(header)
  return found
}
