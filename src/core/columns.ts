import type { Fields } from './json.ts'

/** Which columns rows have. */
export interface Columns {
  /** In order. */
  readonly names: readonly string[]
  /** Whether rows have no other columns. */
  readonly closed: boolean
  /** What gives rows more columns, as a sentence: "Graph gives other properties only where `select` names them." */
  readonly more?: string
}

/** A column of its rows that a part names. The run fails when no row has it. */
export interface NamedColumn {
  readonly name: string
  /** Rows may lack it. */
  readonly optional?: boolean
  /** Whether `a/b` may also be what `b` is in the column `a`. */
  readonly path?: boolean
  /** What was likely meant where rows lack it, and have this column instead. */
  readonly instead?: { readonly column: string; readonly hint: string }
}

/**
 * A column as a person names it: a name that ends in `?` may be absent. A question mark that belongs to the name is
 * written twice, so that `Active??` is the column `Active?`.
 */
export const named = (text: string): NamedColumn => {
  const marks = text.length - text.replace(/\?+$/, '').length
  const name = text.slice(0, text.length - Math.ceil(marks / 2))
  return marks % 2 === 1 ? { name, optional: true } : { name }
}

/** The same for a column that may be a path. */
export const namedPath = (text: string): NamedColumn => ({ ...named(text), path: true })

/** How a column is named so that it may be absent. */
export const asOptional = ({ name }: NamedColumn): string => `${name.replace(/\?+$/, marks => marks + marks)}?`

/** Whether one of these is the column. What begins with `@` is an annotation, which no listing of columns names. */
export const isThere = ({ name, path }: NamedColumn, has: (name: string) => boolean): boolean => {
  if (name.startsWith('@') || has(name)) return true
  if (!path) return false
  for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1))
    if (has(name.slice(0, end))) return true
  return false
}

const own = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Fields)[name] : undefined

/** Reads a column: the one of that name where a row has it, else what the path leads to. Undefined where there is none. */
export const columnReader = (name: string): ((row: Fields) => unknown) => {
  const steps = name.split('/')
  if (steps.length === 1) return name in Object.prototype ? row => own(row, name) : row => row[name]
  return row => (Object.hasOwn(row, name) ? row[name] : steps.reduce<unknown>(own, row))
}
