import { given } from '../../core/given.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { deletedExport, type ObjectKind } from '../../core/object-kinds.ts'
import type { Operation } from '../../core/operation.ts'
import { relationsOfType } from '../../data/properties.ts'
import { isExtendedTemplate, loose, propertyIn } from '../../formats/csv-header.ts'
import {
  givenTwice,
  missingColumn,
  missingPassword,
  missingKey,
  twoColumns,
  unknownColumns,
  unknownMeaning,
} from './header-errors.ts'
import { keyColumns, rivals, type KeyColumn } from './key-columns.ts'
import { keyValueOf, kindOf, type KeyProperty } from './key-property.ts'
import { isExported, meaningOf } from './known-columns.ts'
import { overlap, written, type Target } from './target.ts'

/** How the columns of a file are read. */
export interface ColumnOptions {
  readonly operation: Pick<Operation, 'kind' | 'columns'>
  /** What columns of the file mean, by their names: a property, or a value of the operation; empty for one that is ignored. */
  readonly columns?: Readonly<Record<string, string>> | undefined
  /** The property that names the object of a row, in place of its id and user principal name. */
  readonly key?: KeyProperty | undefined
  /** Names of values that the command gives, which the file need not have: `group`. */
  readonly given?: readonly string[] | undefined
  /** Text of a cell that clears its property. */
  readonly nulls?: string | undefined
}

/** The columns that name the object of a value, the preferred first. */
export interface KeyAssignment {
  readonly value: string
  readonly columns: readonly string[]
  /** The property by which it is looked up, if it is not one of the usual names. */
  readonly by?: string
  /** The same for single columns. */
  readonly byColumn?: Readonly<Record<string, string>>
  readonly required: boolean
}

/** What each column of a file means. */
export interface Assignments {
  readonly keys: readonly KeyAssignment[]
  readonly cells: readonly { readonly column: string; readonly target: Target }[]
  /** Columns that are not used. */
  readonly ignored: readonly string[]
}

/** The value of a new user principal name, beside the one that names the user. */
const newName = 'newUserPrincipalName'
const find = (header: readonly string[], name: string): string | undefined =>
  header.find(column => column === name) ?? header.find(column => loose(column) === loose(name))

/** The columns of the file that `--columns` names, by the value or property that they are. */
const explicitOf = (header: readonly string[], { columns = {} }: ColumnOptions): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(columns).map(([column, property]) => {
      const found = find(header, column)
      if (found !== undefined) return [found, property]
      throw new EntrapipeError('COLUMN_UNKNOWN', `--columns names ${column}, which is not a column of the file.`, {
        facts: { columns: [column] },
        fix: `The file has ${header.join(', ')}.`,
      })
    }),
  )

const keysOf = (
  header: readonly string[],
  explicit: ReadonlyMap<string, string>,
  options: ColumnOptions,
): readonly KeyAssignment[] => {
  const { operation, key, given = [] } = options
  const { names } = operation.columns
  const free = header.filter(column => !explicit.has(column)).map(column => [column, column] as const)
  const isKey = ({ rank }: KeyColumn): boolean =>
    !operation.columns.properties || rank === 'any' || rank === 'id' || rank === 'unique'
  return Object.entries(names).flatMap(
    ([value, { as, captions, keyed: keys = {}, required = true }]): readonly KeyAssignment[] => {
      const told = [...explicit].find(([, property]) => loose(property) === loose(value))?.[0]
      const toldByName = keyColumns(explicit, value, { captions, keyed: keys }).filter(isKey)
      const keyed = value === keyValueOf(operation.columns) ? key : undefined
      const by = keyed && !keyed.isUsual ? { by: keyed.property } : {}
      const found = keyColumns(free, value, { captions, keyed: keys })
      if (given.includes(value)) {
        const own = told ?? (toldByName[0] ?? found[0])?.column
        if (own === undefined) return []
        throw givenTwice(value, own)
      }
      const own = told ?? (keyed && keyedColumn(header, explicit, keyed, kindOf(as)))
      if (own !== undefined) return [{ value, columns: [own], required, ...by }]
      if (keyed) throw missingKey(keyed.property, header)
      const usable = toldByName.length > 0 ? toldByName : found.filter(isKey)
      const both = rivals(usable)
      if (both) throw twoColumns(...both, value)
      if (usable.length > 0) {
        const used = usable.slice(0, 2)
        const byColumn = Object.fromEntries(used.flatMap(({ column, by }) => (by === undefined ? [] : [[column, by]])))
        return [{ value, columns: used.map(({ column }) => column), required, byColumn }]
      }
      if (!required) return []
      const isObject = Object.keys(names).length === 1
      const sorted = keyColumns(
        captions.map(caption => [caption, caption]),
        value,
        { captions, keyed: keys },
      )
      throw missingColumn(operation.kind, value, header, {
        captions: isObject ? sorted.filter(isKey).map(({ column }) => column) : captions,
        isObject,
        ...(as === 'deleted' && { fix: listDeleted(value) }),
      })
    },
  )
}

/** Deleted objects may share a name, so only the id says which one is meant. */
const listDeleted = (of: string): string =>
  `Add the ids: \`entrapipe export ${deletedExport(of as ObjectKind)}\` lists them with the names.`

/** The column of the property that is the key. */
const keyedColumn = (
  header: readonly string[],
  explicit: ReadonlyMap<string, string>,
  { property }: KeyProperty,
  kind: ObjectKind,
): string | undefined =>
  header.find(column => {
    const name = explicit.get(column) ?? column
    if (loose(name) === loose(property)) return true
    const found = meaningOf(kind, name, false)
    return found !== undefined && found !== 'computed' && written(found.target) === property
  })

const targetOf = (column: string, name: string, options: ColumnOptions, isTemplate: boolean): Target | undefined => {
  const { properties, names, options: values = {} } = options.operation.columns
  const caption = loose(propertyIn(name) ?? name)
  const option = Object.keys(values).find(value =>
    [value, ...(values[value]!.captions ?? [])].some(each => loose(each) === caption),
  )
  if (option !== undefined) return { path: [option], type: values[option]!.type, collection: false }
  if (!properties) return undefined
  if (properties === 'user' && loose(name) === loose(newName) && Object.keys(names).length > 0)
    return { path: [newName], type: 'String', collection: false }
  const found = meaningOf(properties, name, isTemplate, Object.keys(names).length === 0)
  if (found === 'computed') return undefined
  if (found) return found.target
  // The operation says what changes a relation.
  return relationsOfType(properties).has(name) ? { path: [name], type: 'Any', collection: false } : undefined
}

const isComputed = (name: string, { operation }: ColumnOptions): boolean =>
  operation.columns.properties !== undefined &&
  Object.keys(operation.columns.names).length > 0 &&
  meaningOf(operation.columns.properties, name, false) === 'computed'

/**
 * What the columns of a file mean to an operation.
 *
 * @param isOpen whether rows may have other columns: JSON has no header
 * @throws EntrapipeError `COLUMN_UNKNOWN`, `HEADER_INVALID`
 */
export const assignmentsOf = (all: readonly string[], options: ColumnOptions, isOpen = false): Assignments => {
  const { kind, columns: accepted } = options.operation
  const isTemplate = isExtendedTemplate(all)
  const explicit = explicitOf(all, isOpen ? { ...options, columns: thoseIn(all, options) } : options)
  const isIgnored = (column: string): boolean => explicit.get(column) === ''
  const header = all.filter(column => !isIgnored(column))
  const keys = keysOf(header, explicit, options)
  const first = new Set(keys.map(({ columns }) => columns[0]!))
  const cells: { column: string; target: Target }[] = []
  const ignored = all.filter(isIgnored)
  const unknown: string[] = []
  for (const column of header) {
    if (first.has(column)) continue
    const target = targetOf(column, explicit.get(column) ?? column, options, isTemplate)
    if (target) cells.push({ column, target })
    else if (keys.some(({ columns }) => columns.includes(column))) continue
    else if (explicit.has(column)) throw unknownMeaning(kind, column, explicit.get(column)!, accepted)
    else if (isTemplate || column.startsWith('@') || isComputed(column, options)) ignored.push(column)
    else if (!accepted.properties && (isExported(column) || isAside(column, accepted))) ignored.push(column)
    else unknown.push(column)
  }
  if (unknown.length > 0) throw unknownColumns(kind, unknown, accepted)
  return { keys, cells: settled(cells, explicit, ignored), ignored }
}

const isAside = (column: string, { aside = [] }: Operation['columns']): boolean =>
  aside.some(name => loose(name) === loose(column))

const thoseIn = (header: readonly string[], { columns = {} }: ColumnOptions): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(columns).filter(([column]) => find(header, column) !== undefined))

/** Two columns of one property are refused, unless `--columns` says which one counts. */
const settled = (
  cells: readonly { readonly column: string; readonly target: Target }[],
  explicit: ReadonlyMap<string, string>,
  ignored: string[],
) => {
  const kept: { readonly column: string; readonly target: Target }[] = []
  for (const cell of [...cells].sort(
    (one, other) => Number(explicit.has(other.column)) - Number(explicit.has(one.column)),
  )) {
    const other = kept.find(({ target }) => overlap(target, cell.target))
    if (!other) kept.push(cell)
    else if (explicit.has(other.column) && !explicit.has(cell.column)) ignored.push(cell.column)
    else throw twoColumns(other.column, cell.column, written(other.target))
  }
  return kept
}

/** @throws EntrapipeError `HEADER_INVALID` for a required property without a column */
export const expectRequired = (header: readonly string[], { cells }: Assignments, options: ColumnOptions): void => {
  const { kind, columns } = options.operation
  const missing = columns.required?.find(name => !cells.some(({ target }) => target.path[0] === name))
  if (missing === 'passwordProfile') throw missingPassword(kind, header)
  if (missing !== undefined)
    throw missingColumn(kind, missing, header, given({ captions: columns.options?.[missing]?.captions }))
}
