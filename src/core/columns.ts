import type { Fields } from './json.ts'

/** The columns that rows have. */
export interface Columns {
  /** In order. */
  readonly names: readonly string[]
  /** Whether rows have no other columns. */
  readonly closed: boolean
  /** How to get more columns, as a sentence: "Graph returns other properties only if `select` names them." */
  readonly more?: string
}

/** A column that a part names. The run fails when no row has it. */
export interface NamedColumn {
  readonly name: string
  /** Rows may lack it. */
  readonly optional?: boolean
  /** Whether `a/b` may also mean `b` in the column `a`. */
  readonly path?: boolean
  /** A hint for rows that lack it and have this column. */
  readonly instead?: { readonly column: string; readonly hint: string }
  /** How a required column is written in the part, as `[Employee ID]` in a filter. @default `asRequired` */
  readonly written?: (name: string) => string
}

/**
 * Parses the name of a column. A name that ends in `?` is optional. A question mark that belongs to the name is written
 * twice: `Active??` is the column `Active?`.
 */
export const named = (text: string): NamedColumn => {
  const marks = text.length - text.replace(/\?+$/, '').length
  const name = text.slice(0, text.length - Math.ceil(marks / 2))
  return marks % 2 === 1 ? { name, optional: true } : { name }
}

/** As `named`, for a column that may be a path. */
export const namedPath = (text: string): NamedColumn => ({ ...named(text), path: true })

/** The text that `named` parses as a required column of this name. */
export const asRequired = (name: string): string => name.replace(/\?+$/, marks => marks + marks)

/** The text that `named` parses as an optional column of this name. */
export const asOptional = (name: string): string => `${asRequired(name)}?`

/** Whether rows have a column. Names that begin with `@` are annotations, which lists of columns do not contain. */
export const isThere = ({ name, path }: NamedColumn, has: (name: string) => boolean): boolean => {
  if (name.startsWith('@') || has(name)) return true
  if (!path) return false
  for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1))
    if (has(name.slice(0, end))) return true
  return false
}

const own = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Fields)[name] : undefined

/** Reads a column: the one of that name if the row has it, else the value at that path. Undefined if there is none. */
export const columnReader = (name: string): ((row: Fields) => unknown) => {
  const steps = name.split('/')
  if (steps.length === 1) return name in Object.prototype ? row => own(row, name) : row => row[name]
  return row => (Object.hasOwn(row, name) ? row[name] : steps.reduce<unknown>(own, row))
}
