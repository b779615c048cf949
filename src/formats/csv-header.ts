import { EntrapipeError } from '../core/errors.ts'

/** Names of the columns of a file, in its order; undefined for a column that is passed over. */
export interface CsvHeader {
  readonly names: readonly (string | undefined)[]
  /** Made from a template of the Entra portal: captions with `[property]`. */
  readonly isTemplate: boolean
}

const bracket = /\[\s*([A-Za-z][\w.]*)\s*\]/
const versionRow = /^\s*version:/i
const example = /^\s*example\s*:/i

/** The row `version:v1.0` that a template begins with; Excel pads it with empty cells. */
export const isVersionRow = (cells: readonly string[]): boolean =>
  versionRow.test(cells[0] ?? '') && cells.slice(1).every(cell => cell.trim() === '')

/** The row that shows how a template is filled in. */
export const isExampleRow = (cells: readonly string[]): boolean => cells.some(cell => example.test(cell))

/** Names are the same when their letters and digits are: `User Principal Name`, `user_principal_name`. */
const loose = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

const invalid = (message: string, line: number): EntrapipeError =>
  new EntrapipeError('HEADER_INVALID', message, { facts: { line } })

const listed = (names: readonly (string | undefined)[]): string =>
  names
    .filter(name => name !== undefined)
    .map(name => JSON.stringify(name))
    .join(', ')

const refuseTwice = (
  names: readonly (string | undefined)[],
  same: (name: string) => string,
  file: string,
  line: number,
): void => {
  const seen = new Map<string, number>()
  names.forEach((name, at) => {
    if (name === undefined) return
    const before = seen.get(same(name))
    if (before !== undefined)
      throw invalid(
        `The header of ${file} (line ${line}) names ${JSON.stringify(name)} twice, in columns ${before + 1} and ${at + 1}; rename or delete one`,
        line,
      )
    seen.set(same(name), at)
  })
}

/** The wanted names in the file's order: found by their letters and digits, spelled as wanted. */
const matched = (names: readonly (string | undefined)[], wanted: readonly string[], file: string, line: number) => {
  const spelled = new Map(wanted.map(name => [loose(name), name]))
  const found = names.map(name => (name === undefined ? undefined : spelled.get(loose(name))))
  refuseTwice(found, loose, file, line)
  const missing = wanted.filter(name => !found.includes(name))
  if (missing.length === wanted.length)
    throw invalid(
      `Line ${line} of ${file} names none of ${listed(wanted)}; is the header line missing? It begins ${listed(names.slice(0, 3))}`,
      line,
    )
  if (missing.length > 0)
    throw invalid(`The header of ${file} (line ${line}) lacks ${listed(missing)}; it has ${listed(names)}`, line)
  return found
}

/**
 * The header of a file. A caption of a portal template (`User name [userPrincipalName] Required`) counts as the property in
 * its brackets, since captions are translated. With `wanted` names may differ in case, spaces and signs, and all other
 * columns are passed over; without, names are taken as they stand, trimmed.
 *
 * @throws EntrapipeError `HEADER_INVALID` for a name that is there twice, has no letters, or is wanted and missing
 */
export const csvHeader = (
  cells: readonly string[],
  {
    name: file,
    line,
    wanted,
  }: { readonly name: string; readonly line: number; readonly wanted?: readonly string[] | undefined },
): CsvHeader => {
  const isTemplate = cells.some(cell => bracket.test(cell))
  const names = cells.map(cell => bracket.exec(cell)?.[1] ?? (cell.trim() || undefined))
  const last = names.findLastIndex(name => name !== undefined)
  if (wanted) return { names: matched(names, wanted, file, line), isTemplate }
  refuseTwice(names, name => name, file, line)
  const nameless = names.indexOf(undefined)
  if (nameless >= 0 && nameless < last && !isTemplate)
    throw invalid(
      `Column ${nameless + 1} of the header of ${file} (line ${line}) has no name; give it one, or delete it`,
      line,
    )
  return { names: names.slice(0, last + 1), isTemplate }
}
