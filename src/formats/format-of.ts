import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'

/** A file format. */
export type Format = 'csv' | 'jsonl' | 'json' | 'xlsx'
/** A compression format. */
export type Compression = 'gzip' | 'zstd'

interface FileFormat {
  readonly format: Format
  readonly compression: Compression | undefined
}

const formats: Readonly<Record<string, Format>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  xlsx: 'xlsx',
}
const compressions: Readonly<Record<string, Compression>> = { gz: 'gzip', zst: 'zstd' }
const endings = '.csv, .jsonl, .ndjson, .json, optionally followed by .gz or .zst, or in .xlsx'

/** Whether a format has a header, which is written before the first row. */
export const hasHeader = (format: Format): boolean => format === 'csv' || format === 'xlsx'

const split = (path: string): { readonly name: string; readonly compression: Compression | undefined } => {
  const ending = /\.(gz|zst)$/i.exec(path)
  return ending
    ? { name: path.slice(0, ending.index), compression: compressions[ending[1]!.toLowerCase()] }
    : { name: path, compression: undefined }
}

/** The compression of a file by its extension: `.gz`, `.zst`, or none. */
export const compressionOf = (path: string): Compression | undefined => split(path).compression

const told = (path: string): { readonly [name in keyof FileFormat]: FileFormat[name] | undefined } => {
  const { name, compression } = split(path)
  return { format: formats[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''], compression }
}

/** Whether a file's extension is that of a supported format. */
export const hasFormat = (path: string): boolean => told(path).format !== undefined

/** The fix for an Excel workbook that is not an .xlsx file. */
const workbook = (path: string): string | undefined => {
  if (/\.xlsx\.(?:gz|zst)$/i.test(path)) return 'A workbook is compressed already: it has no second ending.'
  return /\.xls[mb]?$/i.test(path)
    ? 'Of workbooks, only .xlsx is supported. Excel can save others as .xlsx.'
    : undefined
}

/**
 * Format and compression of a file by its extension, case-insensitive.
 *
 * @param option names what gave the path, for the error
 * @throws EntrapipeError `OPTION_INVALID` for an unknown extension; the message lists the supported ones
 */
export const formatOf = (path: string, option?: string): FileFormat => {
  const { format, compression } = told(path)
  if (!format || (format === 'xlsx' && compression))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected ${option === undefined ? '' : `${option} to be `}a file name that ends in ${endings}, got ${path}`,
      { facts: { path }, ...given({ fix: workbook(path) }) },
    )
  return { format, compression }
}

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
      `Expected a file name that ends in .${format}${format === 'xlsx' ? '' : ', optionally followed by .gz or .zst'}, got ${path}`,
      { facts: { path }, ...given({ fix: workbook(path) }) },
    )
  return compression ? `${format}.${compression === 'gzip' ? 'gz' : 'zst'}` : format
}
