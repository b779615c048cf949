import { article } from '../../core/article.ts'
import { commandWords } from '../../core/command-words.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { joined } from '../../core/joined.ts'
import { nearest } from '../../core/nearest.ts'
import { wordOf } from '../../core/object-kinds.ts'
import type { OperationColumns } from '../../core/operation-columns.ts'
import { captionMeant, namesFor } from './known-columns.ts'

/** The columns that an operation takes, as words. */
const acceptedColumns = ({ names, options = {}, properties, required = [] }: OperationColumns): string =>
  joined([
    ...new Set([...Object.keys(names), ...required, ...Object.keys(options).filter(name => !options[name]!.of)]),
    ...(properties ? [`the ${required.length > 0 ? 'other ' : ''}properties of ${article(wordOf(properties))}`] : []),
  ])

/** Near names of what an operation does not have, and what it has. */
const hintsFor = (names: readonly string[], accepted: OperationColumns): readonly string[] => {
  const hints = names.flatMap(name => {
    const near = nearName(name, accepted)
    return near === undefined ? [] : [`Did you mean ${near}${names.length > 1 ? ` for ${name}` : ''}?`]
  })
  return [...hints, ...(hints.length < names.length ? [`It takes ${acceptedColumns(accepted)}.`] : [])]
}

const nearName = (column: string, { names, options = {}, properties }: OperationColumns): string | undefined =>
  (properties === 'user' ? captionMeant(column) : undefined) ??
  nearest(column, [
    ...[names, options]
      .flatMap(Object.entries<{ readonly captions?: readonly string[] }>)
      .flatMap(([name, { captions = [] }]) => [name, ...captions]),
    ...(properties ? namesFor(properties) : []),
  ])

/** The error of a file with columns that mean nothing. */
export const unknownColumns = (
  kind: string,
  columns: readonly string[],
  accepted: OperationColumns,
): EntrapipeError => {
  const [first] = columns as readonly [string]
  return new EntrapipeError(
    'COLUMN_UNKNOWN',
    [`${commandWords(kind)} has no column ${joined(columns)}.`, ...hintsFor(columns, accepted)].join(' '),
    {
      facts: { columns },
      fix:
        columns.includes('outcome') && columns.includes('requestId')
          ? 'A results file cannot be the input. Write the rows to send again with `entrapipe runs results <run> --outcome failed --as-input --to again.csv`.'
          : `Rename the column, or say what it is with --columns "${first}=property". --columns "${first}=" ignores it.`,
    },
  )
}

/** The error of a column to which `--columns` gives a meaning that the operation does not have. */
export const unknownMeaning = (
  kind: string,
  column: string,
  property: string,
  accepted: OperationColumns,
): EntrapipeError =>
  new EntrapipeError(
    'COLUMN_UNKNOWN',
    [
      `--columns says that ${column} is ${property}, which ${commandWords(kind)} does not have.`,
      ...hintsFor([property], accepted),
    ].join(' '),
    { facts: { columns: [column] }, fix: 'Correct the name after the equals sign.' },
  )

/** Options that are not named like the value that they give. */
const optionNames: Readonly<Record<string, string>> = {
  application: '--app',
  servicePrincipal: '--service-principal',
  administrativeUnit: '--unit',
}

const optionOf = (value: string): string => optionNames[value] ?? `--${value}`

/** Values that an option gives for all rows, where they are not what the rows change. */
const byOption: ReadonlySet<string> = new Set(['group', 'resource', 'role', ...Object.keys(optionNames)])

interface MissingColumn {
  /** Other names of the column, the usual first. */
  readonly captions?: readonly string[]
  /** Whether the column names the object that is changed. */
  readonly isObject?: boolean
  readonly fix?: string
}

/** The error of a file without a required column. */
export const missingColumn = (
  kind: string,
  name: string,
  header: readonly string[],
  {
    captions = [],
    isObject = false,
    fix = `Add the column,${!isObject && byOption.has(name) ? ` give ${optionOf(name)} a value for all rows,` : ''} or say which one it is with --columns "column=${name}".`,
  }: MissingColumn = {},
): EntrapipeError => {
  const also = captions.length === 0 ? '' : ` (also called ${captions.slice(0, 6).join(', ')})`
  const column = isObject
    ? `that names the ${wordOf(name)}: ${[...new Set([...captions, name])].join(', ')}`
    : `${name}${also}`
  return new EntrapipeError(
    'HEADER_INVALID',
    `${commandWords(kind)} requires a column ${column}. The file has ${joined(header)}.`,
    { facts: { column: name }, fix },
  )
}

/** The error of a file without a column of passwords. */
export const missingPassword = (kind: string, header: readonly string[]): EntrapipeError =>
  missingColumn(kind, 'password', header, {
    captions: ['Initial password [passwordProfile]'],
    fix: 'Add the column, or --credentials FILE: passwords are then generated, and written to that new file.',
  })

/** The error of a file without a column of the property that `--key` names. */
export const missingKey = (property: string, header: readonly string[]): EntrapipeError =>
  new EntrapipeError(
    'HEADER_INVALID',
    `--key ${property} requires a column ${property}. The file has ${joined(header)}.`,
    {
      facts: { column: property },
      fix: `Add the column, say which one it is with --columns "column=${property}", or leave --key out.`,
    },
  )

/** Options that say without a value what the rows are about: without the option they would be about groups. */
const bareOptions: ReadonlySet<string> = new Set(['application', 'servicePrincipal'])

/** The error of a value that the command gives, and of which the file has a column, too. */
export const givenTwice = (value: string, column: string): EntrapipeError => {
  const option = optionOf(value)
  return new EntrapipeError('HEADER_INVALID', `${option} is given, and the file has a column ${column}, too.`, {
    facts: { column },
    fix: bareOptions.has(value)
      ? `Give ${option} without a value, or remove the column.`
      : `Leave ${option} out, or remove the column.`,
  })
}

/** The error of a file with two columns for one value. */
export const twoColumns = (one: string, other: string, value: string): EntrapipeError =>
  new EntrapipeError('HEADER_INVALID', `The columns ${one} and ${other} both mean ${value}.`, {
    facts: { columns: [one, other] },
    fix: `Remove one of them, or say which one counts with --columns "${one}=${value}".`,
  })
