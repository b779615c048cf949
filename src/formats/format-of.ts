import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'

/** A file format. */
export type Format = 'csv' | 'jsonl' | 'json'
/** A compression format. */
export type Compression = 'gzip' | 'zstd'

interface FileFormat {
  readonly format: Format
  readonly compression: Compression | undefined
}

const formats: Readonly<Record<string, Format>> = { csv: 'csv', jsonl: 'jsonl', ndjson: 'jsonl', json: 'json' }
const compressions: Readonly<Record<string, Compression>> = { gz: 'gzip', zst: 'zstd' }
const endings = ['.csv', '.jsonl', '.ndjson', '.json'].join(', ')

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

const general =
  'As input, save the sheet as "CSV UTF-8" in Excel. As output, write a .csv file for Excel: --excel, or `excel` in a pipeline.'
/** What to do instead of a workbook, by the option that names the file. */
const instead: Readonly<Record<string, string>> = {
  '--from': 'In Excel, save the sheet as "CSV UTF-8", and name that file.',
  '--to': 'For Excel, write a .csv file with --excel.',
  '--results': 'Name a .csv file, which Excel opens.',
}

/** The fix for an Excel workbook. */
const workbook = (path: string, option = ''): string | undefined =>
  /\.xls[xmb]?$/i.test(path) ? `Workbooks are not supported. ${instead[option] ?? general}` : undefined

/**
 * Format and compression of a file by its extension, case-insensitive.
 *
 * @param option names what gave the path, for the error
 * @throws EntrapipeError `OPTION_INVALID` for an unknown extension; the message lists the supported ones
 */
export const formatOf = (path: string, option?: string): FileFormat => {
  const { format, compression } = told(path)
  if (!format)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected ${option === undefined ? '' : `${option} to be `}a file name that ends in ${endings}, optionally followed by .gz or .zst, got ${path}`,
      { facts: { path }, ...given({ fix: workbook(path, option) }) },
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
      `Expected a file name that ends in .${format}, optionally followed by .gz or .zst, got ${path}`,
      { facts: { path }, ...given({ fix: workbook(path) }) },
    )
  return compression ? `${format}.${compression === 'gzip' ? 'gz' : 'zst'}` : format
}
