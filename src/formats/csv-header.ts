import { EntrapipeError } from '../core/errors.ts'
import { portalTemplates, type PortalTemplate } from '../data/portal-templates.ts'

/** Column names of a file, in order; undefined for a column that is ignored. */
export interface CsvHeader {
  readonly names: readonly (string | undefined)[]
  /** Whether the file is a template of the Entra portal. */
  readonly isTemplate: boolean
  /** The number of cells that a row must have. In a template the last ones may be missing if they are optional. */
  readonly fewest: number
}

const bracket = /\[\s*([A-Za-z][\w.]*)\s*\]/
/** The word before the example in the portal's languages. A name hardly begins with it and a colon. */
const example =
  /^\s*(?:example|beispiel|exempl?e|ejemplo|exemplo|esempio|voorbeeld|exempel|eksempel|esimerkki|przykład|příklad|príklad|példa|exemplu|primjer|primer|örnek|παράδειγμα|пример|приклад|exemple|näide|piemērs|pavyzdys|contoh|ví dụ|例|示例|範例|예|예제|ตัวอย่าง|דוגמה|مثال)\s*[:：]/iu
/** Examples of the portal's templates and of ours, after a word in any language. */
const exampleValue =
  /^\s*[\p{L}\p{M}. ]+\s*[:：]\s*(?:chris@contoso\.com|chris green|9832aad8-e4fe-496b-a604-95c6ef01ae75|contoso sales team)\s*$/iu

const templates: readonly PortalTemplate[] = Object.values(portalTemplates)

/** The number of cells up to the last one that a template requires. */
const requiredIn = (captions: readonly string[]): number => {
  const properties = captions.map(propertyIn)
  const isRequired = (name: string | undefined): boolean =>
    templates
      .filter(({ columns }) => columns.every(({ property, required }) => !required || properties.includes(property)))
      .some(({ columns }) => columns.some(({ property, required }) => required && property === name))
  return properties.findLastIndex(isRequired) + 1
}

/** The property in brackets in a caption: `userPrincipalName` in `User name [userPrincipalName] Required`. */
export const propertyIn = (caption: string): string | undefined => bracket.exec(caption)?.[1]

/**
 * Whether the captions are from a template of the Entra portal: all of them name properties of one known template. A
 * unit in brackets (`Salary [EUR]`) does not make a template.
 */
export const isTemplate = (captions: readonly string[]): boolean => {
  const properties = captions.filter(caption => caption.trim() !== '').map(propertyIn)
  return (
    properties.length > 0 &&
    templates.some(({ columns }) => properties.every(name => columns.some(({ property }) => property === name)))
  )
}

/**
 * Whether captions name all required columns of a template of the Entra portal in brackets, and otherwise only columns of that
 * template, or have no brackets: people add columns.
 */
export const isExtendedTemplate = (captions: readonly string[]): boolean => {
  const properties = captions.map(propertyIn).filter(name => name !== undefined)
  return (
    properties.length > 0 &&
    templates.some(
      ({ columns }) =>
        properties.every(name => columns.some(({ property }) => property === name)) &&
        columns.every(({ property, required }) => !required || properties.includes(property)),
    )
  )
}

const firstOf = (cells: readonly string[]): string => cells.find(cell => cell.trim() !== '') ?? ''

/** Whether this row begins with the word for an example and the portal's example, so that it is no row of any file. */
export const isKnownExample = (cells: readonly string[]): boolean =>
  example.test(firstOf(cells)) && exampleValue.test(firstOf(cells))

/** Whether this is the example row of a template, as its first row: in any language of the portal, or with the portal's example. */
export const isExampleRow = (cells: readonly string[]): boolean =>
  example.test(firstOf(cells)) || exampleValue.test(firstOf(cells))

/** Names match by letters and digits only: `User Principal Name`, `user_principal_name`. */
export const loose = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

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
  unit: 'line' | 'row',
): void => {
  const seen = new Map<string, number>()
  names.forEach((name, at) => {
    if (name === undefined) return
    const before = seen.get(same(name))
    if (before !== undefined)
      throw invalid(
        `The header of ${file} (${unit} ${line}) names ${JSON.stringify(name)} twice, in columns ${before + 1} and ${at + 1}. Rename or delete one`,
        line,
      )
    seen.set(same(name), at)
  })
}

/** Finds a column by its caption, or by the property in brackets in it. */
const finder = (wanted: readonly string[]): ((caption: string) => string | undefined) => {
  const spelled = new Map(wanted.map(name => [loose(name), name]))
  return caption => spelled.get(loose(caption)) ?? spelled.get(loose(propertyIn(caption) ?? ''))
}

/** Whether the captions name all wanted columns. */
export const hasAll = (captions: readonly string[], wanted: readonly string[]): boolean => {
  const found = new Set(captions.map(finder(wanted)))
  return wanted.every(name => found.has(name))
}

/** The wanted names in the file's order, matched by letters and digits, spelled as wanted. */
const matched = (
  captions: readonly string[],
  wanted: readonly string[],
  file: string,
  line: number,
  unit: 'line' | 'row',
) => {
  const found = captions.map(finder(wanted))
  refuseTwice(found, loose, file, line, unit)
  const missing = wanted.filter(name => !found.includes(name))
  const there = captions.map(caption => caption.trim() || undefined)
  if (missing.length === wanted.length)
    throw invalid(
      `${unit === 'row' ? 'Row' : 'Line'} ${line} of ${file} names none of ${listed(wanted)}. The ${unit} begins with ${listed(there.slice(0, 3))}. Add a header, or set \`headerLine\` if it is a later ${unit}`,
      line,
    )
  if (missing.length > 0)
    throw invalid(`The header of ${file} (${unit} ${line}) lacks ${listed(missing)}. It has ${listed(there)}`, line)
  return found
}

interface CsvHeaderOptions {
  readonly name: string
  readonly line: number
  /** Whether a template's `version:…` line precedes the header. */
  readonly hasVersionLine: boolean
  readonly wanted?: readonly string[] | undefined
  /** Whether columns of a template are named by their whole captions. @default false */
  readonly captions?: boolean | undefined
  /** What a record is called in messages. @default 'line' */
  readonly unit?: 'line' | 'row'
}

/**
 * Parses a header. A caption in a portal template (`User name [userPrincipalName] Required`) is read as the property in
 * brackets, since captions are translated. With `wanted`, names may differ in case, spaces and punctuation, and all other
 * columns are ignored. Otherwise names are only trimmed.
 *
 * @throws EntrapipeError `HEADER_INVALID` for a name that is repeated, empty, or wanted and missing
 */
export const csvHeader = (
  cells: readonly string[],
  { name: file, line, hasVersionLine, wanted, captions = false, unit = 'line' }: CsvHeaderOptions,
): CsvHeader => {
  const template = hasVersionLine || isTemplate(cells) || (captions && isExtendedTemplate(cells))
  const fewestOf = (names: CsvHeader['names']): number => (template ? requiredIn(cells) : names.length)
  if (wanted) {
    const names = matched(cells, wanted, file, line, unit)
    return { names, isTemplate: template, fewest: fewestOf(names) }
  }
  const names = cells.map(cell => (template && !captions ? propertyIn(cell) : undefined) ?? (cell.trim() || undefined))
  const last = names.findLastIndex(name => name !== undefined)
  refuseTwice(names, name => name, file, line, unit)
  const nameless = names.indexOf(undefined)
  if (nameless >= 0 && nameless < last && !template)
    throw invalid(
      `Column ${nameless + 1} of the header of ${file} (${unit} ${line}) has no name. Name the column, or delete it`,
      line,
    )
  const named = names.slice(0, last + 1)
  return { names: named, isTemplate: template, fewest: fewestOf(named) }
}
