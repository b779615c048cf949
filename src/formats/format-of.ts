import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'

/** A file format that is read and written. */
export type Format = 'csv' | 'jsonl' | 'json' | 'xlsx'
/** A file format that is written. */
export type OutputFormat = Format | 'parquet'
/** A compression format. */
export type Compression = 'gzip' | 'zstd'

interface FileFormat<F extends OutputFormat = Format> {
  readonly format: F
  readonly compression: Compression | undefined
}

const formats: Readonly<Record<string, OutputFormat>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  xlsx: 'xlsx',
  parquet: 'parquet',
}
const compressions: Readonly<Record<string, Compression>> = { gz: 'gzip', zst: 'zstd' }
const endings = '.csv, .jsonl, .ndjson, .json, optionally followed by .gz or .zst, or in .xlsx'
/** Formats that are compressed themselves. */
const compressedItself: ReadonlySet<OutputFormat> = new Set(['xlsx', 'parquet'])

/** Whether a format has columns, which are known before the first row is written. */
export const hasHeader = (format: OutputFormat): boolean =>
  format === 'csv' || format === 'xlsx' || format === 'parquet'

const split = (path: string): { readonly name: string; readonly compression: Compression | undefined } => {
  const ending = /\.(gz|zst)$/i.exec(path)
  return ending
    ? { name: path.slice(0, ending.index), compression: compressions[ending[1]!.toLowerCase()] }
    : { name: path, compression: undefined }
}

/** The compression of a file by its extension: `.gz`, `.zst`, or none. */
export const compressionOf = (path: string): Compression | undefined => split(path).compression

const told = (path: string): { readonly [name in keyof FileFormat]: FileFormat<OutputFormat>[name] | undefined } => {
  const { name, compression } = split(path)
  return { format: formats[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''], compression }
}

/** Whether a file's extension is that of a supported format. */
export const hasFormat = (path: string): boolean => told(path).format !== undefined

/** The fix for a file that looks like one of a supported format. */
const nearby = (path: string, isOutput: boolean): string | undefined => {
  if (/\.xlsx\.(?:gz|zst)$/i.test(path)) return 'A workbook is compressed already: it has no second ending.'
  if (/\.parquet\.(?:gz|zst)$/i.test(path)) return 'Parquet is compressed already: it has no second ending.'
  if (/\.parquet$/i.test(path) && !isOutput)
    return 'Parquet is only written. DuckDB, for example, can make a CSV file of it.'
  if (isOutput && /[/\\]$/.test(path)) return 'It writes one file, and no folder of part files.'
  if (isOutput && !/\.[^./\\]+$/.test(path)) return `For a folder of part files, end it with a slash: ${path}/.`
  return /\.xls[mb]?$/i.test(path)
    ? 'Of workbooks, only .xlsx is supported. Excel can save others as .xlsx.'
    : undefined
}

/**
 * Format and compression of an input file by its extension, case-insensitive.
 *
 * @param option names what gave the path, for the error
 * @throws EntrapipeError `OPTION_INVALID` for an unknown extension; the message lists the supported ones
 */
export const formatOf = (path: string, option?: string): FileFormat => {
  const { format, compression } = told(path)
  if (!format || format === 'parquet' || (format === 'xlsx' && compression)) throw unknown(path, option, false)
  return { format, compression }
}

/** As `formatOf`, for an output file. */
export const outputFormatOf = (path: string, option?: string): FileFormat<OutputFormat> => {
  const { format, compression } = told(path)
  if (!format || (compression && compressedItself.has(format))) throw unknown(path, option, true)
  return { format, compression }
}

const unknown = (path: string, option: string | undefined, isOutput: boolean): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Expected ${option === undefined ? '' : `${option} to be `}a file name that ends in ${endings}${isOutput ? ' or .parquet' : ''}, got ${path}`,
    { facts: { path }, ...given({ fix: nearby(path, isOutput) }) },
  )

/**
 * The format of an output file or stdout (`-`), as the manifest names it: `csv`, `csv.gz`, `jsonl.zst`.
 *
 * @param format a `Format`, or the extension of another format
 * @throws EntrapipeError `OPTION_INVALID` if the file name does not end in the format
 */
export const formatName = (format: string, path: string): string => {
  const { name, compression } = split(path)
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (path !== '-' && ending !== format && formats[ending] !== format)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected a file name that ends in .${format}${compressedItself.has(format as OutputFormat) ? '' : ', optionally followed by .gz or .zst'}, got ${path}`,
      { facts: { path }, ...given({ fix: nearby(path, true) }) },
    )
  return compression ? `${format}.${compression === 'gzip' ? 'gz' : 'zst'}` : format
}
