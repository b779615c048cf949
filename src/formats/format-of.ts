import { EntrapipeError } from '../core/errors.ts'

/** How rows are written down. */
export type Format = 'csv' | 'jsonl' | 'json'
/** How bytes are made fewer. */
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

/** How the bytes of a file are compressed, by the end of its name: `.gz`, `.zst`, or not at all. */
export const compressionOf = (path: string): Compression | undefined => split(path).compression

const told = (path: string): { readonly [name in keyof FileFormat]: FileFormat[name] | undefined } => {
  const { name, compression } = split(path)
  return { format: formats[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''], compression }
}

/**
 * Format and compression of a file by the end of its name, in any case.
 *
 * @throws EntrapipeError `OPTION_INVALID` when the name says neither; the message lists the valid ends
 */
export const formatOf = (path: string): FileFormat => {
  const { format, compression } = told(path)
  if (!format)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected a file whose name ends in ${endings}, each also with .gz or .zst after it, got ${path}`,
      { facts: { path } },
    )
  return { format, compression }
}

/**
 * How the manifest spells the format of a file that is written, or of stdout (`-`): `csv`, `csv.gz`, `jsonl.zst`.
 *
 * @param format one of ours, or the ending of another
 * @throws EntrapipeError `OPTION_INVALID` when the name says something else, or nothing: no reader could tell by the name
 */
export const formatName = (format: string, path: string): string => {
  const { name, compression } = split(path)
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (path !== '-' && ending !== format && formats[ending] !== format)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected a file whose name ends in .${format}, or .${format} and .gz or .zst, since that is what is written, got ${path}`,
      { facts: { path } },
    )
  return compression ? `${format}.${compression === 'gzip' ? 'gz' : 'zst'}` : format
}
