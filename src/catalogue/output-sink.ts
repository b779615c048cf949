import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Fields } from '../core/json.ts'
import type { Sink } from '../core/parts.ts'
import { expectFormatFlags, type FormatFlags } from './expect-format-flags.ts'
import type { ColumnTypes } from '../core/column-type.ts'
import { outputFormatOf, type Compression, type OutputFormat } from '../formats/format-of.ts'
import { isFolder, isRemote, noFileThere } from '../places/objects-at.ts'
import { csv, type CsvSinkOptions } from '../sinks/csv.ts'
import { json } from '../sinks/json.ts'
import { jsonl } from '../sinks/jsonl.ts'
import { parquet } from '../sinks/parquet.ts'
import { parts } from '../sinks/parts.ts'
import { xlsx } from '../sinks/xlsx.ts'

/** Where and how rows are written, named like the flags of a command that writes rows. */
export interface OutputOptions {
  readonly to: string
  readonly format?: OutputFormat
  /** For a folder of part files. */
  readonly compress?: Compression
  readonly partRows?: number
  readonly partMegabytes?: number
  /** Columns to write under another name, each as `old=new`. */
  readonly rename?: readonly string[]
  readonly arraySeparator?: string
  readonly nulls?: string
  readonly eol?: 'lf' | 'crlf'
  readonly bom?: boolean
  readonly formulaGuard?: boolean
  /** Excel's list separator. */
  readonly excel?: string
  readonly delimiter?: string
  readonly trailer?: boolean
  /** The option that names the file, for errors. @default --to */
  readonly option?: string
}

/**
 * The format to write: by the file's name, or on stdout JSON lines unless `--format` is given.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const outputFormat = ({ to, format, option = '--to' }: OutputOptions): OutputFormat => {
  if (to === '') throw new EntrapipeError('OPTION_INVALID', `Expected ${option} to be the name of a file, or -, got ""`)
  if (isFolder(to)) return partsFormat(to, format)
  if (isRemote(to)) throw noFileThere(to)
  const written = to === '-' ? (format ?? 'jsonl') : outputFormatOf(to, option).format
  if (format !== undefined && format !== written)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `--format ${format} contradicts the file name ${to}. Leave --format out.`,
    )
  return written
}

/** The format of part files, which their folder does not tell. */
const partsFormat = (to: string, format: OutputFormat | undefined): OutputFormat => {
  if (format !== undefined && format !== 'json' && format !== 'xlsx') return format
  throw new EntrapipeError(
    'OPTION_INVALID',
    `${to} is a folder, so the format of its part files must be named: --format parquet, jsonl or csv${format === undefined ? '' : `, not ${format}`}.`,
  )
}

/** The flags that only some formats have. */
const formatFlags: FormatFlags = {
  arraySeparator: ['--array-separator', ['csv', 'xlsx']],
  nulls: ['--nulls', ['csv', 'xlsx']],
  eol: ['--eol', ['csv', 'jsonl', 'json']],
  delimiter: ['--delimiter', ['csv']],
  bom: ['--bom', ['csv']],
  formulaGuard: ['--formula-guard', ['csv']],
  excel: ['--excel', ['csv']],
}

const separatorOf = (text: string): string => {
  if (text !== '') return text
  throw new EntrapipeError('OPTION_INVALID', 'Expected --array-separator to be some text, got ""')
}

/** Parses a delimiter: one character that is no letter, digit or quote, or `tab`. @throws EntrapipeError `OPTION_INVALID` */
export const delimiterOf = (text: string, flag = '--delimiter'): string => {
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text
  if ([...delimiter].length === 1 && !/[\p{L}\p{N}"\r\n]/u.test(delimiter)) return delimiter
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Expected ${flag} to be tab, or one character that is not a letter, digit or quote, got ${JSON.stringify(text)}`,
  )
}

/** Excel splits columns only at its list separator. @throws EntrapipeError `OPTION_INVALID` */
const excelSeparatorOf = (text: string): string => {
  const separator = delimiterOf(text, '--excel')
  if ([';', ',', '\t'].includes(separator)) return separator
  throw new EntrapipeError('OPTION_INVALID', `Expected --excel to be ; or , or tab, got ${JSON.stringify(text)}`)
}

/** The columns of an output, if they are known. */
export interface OutputLayout {
  readonly columns?: readonly string[]
  readonly emptyColumns?: readonly string[]
  /** The types of columns by name, for formats that have types. */
  readonly types?: ColumnTypes
}

/**
 * The sink for a file or for stdout.
 *
 * @throws EntrapipeError `OPTION_INVALID`, also for a flag of another format
 */
export const outputSink = (
  options: OutputOptions,
  { types, ...layout }: OutputLayout,
  stdout?: NodeJS.WritableStream,
): Sink<Fields> => {
  const { to, eol } = options
  const format = outputFormat(options)
  expectFormatFlags(options, format, 'output', formatFlags)
  if (options.trailer === false && (to !== '-' || format !== 'jsonl'))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `--no-trailer applies only to JSON lines on stdout, but the output is ${to === '-' ? format : 'a file'}. Leave it out.`,
    )
  if (isFolder(to)) return partsSink(options, format, { ...layout, ...given({ types }) })
  for (const [name, flag] of Object.entries(partFlags))
    if (options[name as keyof typeof partFlags] !== undefined)
      throw new EntrapipeError(
        'OPTION_INVALID',
        `${flag} applies only to a folder of part files, whose name ends in /.`,
      )
  const place = { to, ...layout, ...(stdout && { stdout: stdout as NodeJS.WriteStream }) }
  const out = { ...place, ...(eol ? { eol } : {}) }
  if (format === 'jsonl') return jsonl({ ...out, trailer: options.trailer ?? true })
  if (format === 'json') return json(out)
  if (format === 'xlsx') return xlsx({ ...place, ...valuesOf(options) })
  if (format === 'parquet') return parquet({ ...place, ...given({ types }) })
  return csv({ ...out, ...csvOptionsOf(options) })
}

type CsvOptions = Omit<CsvSinkOptions, 'to' | 'columns' | 'emptyColumns' | 'stdout'>

const valuesOf = ({ arraySeparator, nulls }: OutputOptions) => ({
  ...(arraySeparator === undefined ? {} : { arraySeparator: separatorOf(arraySeparator) }),
  ...given({ nulls }),
})

const csvOptionsOf = (options: OutputOptions): CsvOptions => {
  const { bom, formulaGuard, excel, delimiter, eol } = options
  return {
    ...given({ eol }),
    ...valuesOf(options),
    ...(delimiter === undefined ? {} : { delimiter: delimiterOf(delimiter, '--delimiter') }),
    ...(bom ? { bom } : {}),
    ...(formulaGuard ? { formulaGuard } : {}),
    ...(excel === undefined ? {} : { excel: excelSeparatorOf(excel) }),
  }
}

const partFlags = { compress: '--compress', partRows: '--part-rows', partMegabytes: '--part-megabytes' } as const

const partsSink = (options: OutputOptions, format: OutputFormat, layout: OutputLayout): Sink<Fields> => {
  const { to, compress, partRows, partMegabytes } = options
  if (format === 'parquet' && compress !== undefined)
    throw new EntrapipeError('OPTION_INVALID', 'Parquet is compressed with zstd. Leave --compress out.')
  if (format === 'jsonl' && options.eol !== undefined)
    throw new EntrapipeError('OPTION_INVALID', 'Part files of JSON lines end their lines with lf. Leave --eol out.')
  return parts({
    to,
    format: format as 'parquet' | 'jsonl' | 'csv',
    ...layout,
    ...given({ compress, partRows, partBytes: partMegabytes && partMegabytes * 1024 * 1024 }),
    ...(format === 'csv' && { csv: csvOptionsOf(options) }),
  })
}
