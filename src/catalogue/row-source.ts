import { EntrapipeError, isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { withErrors } from '../core/with-errors.ts'
import { withFlags } from '../core/with-flags.ts'
import { formatOf, type Format } from '../formats/format-of.ts'
import { csv } from '../sources/csv.ts'
import { json } from '../sources/json.ts'
import { jsonl } from '../sources/jsonl.ts'
import { delimiterOf } from './output-sink.ts'

/** Where and how rows are read, named like the flags of a command that reads rows. */
export interface InputOptions {
  /** A file, or `-` for stdin. */
  readonly from: string
  readonly fromFormat?: Format
  readonly fromDelimiter?: string
  readonly fromEncoding?: string
  readonly fromHeaderLine?: number
  readonly fromSingleHeader?: boolean
  /** Whether JSON lines on stdin end with a trailer. */
  readonly trailer: boolean
  /** Whether columns of a portal template keep their whole captions. @default false */
  readonly captions?: boolean
}

/** The format to read: by the file's name, or on stdin JSON lines unless `--from-format` is given. */
export const inputFormat = ({ from, fromFormat }: Pick<InputOptions, 'from' | 'fromFormat'>): Format =>
  fromFormat ?? (from === '-' ? 'jsonl' : formatOf(from, '--from').format)

const csvFlags = {
  fromDelimiter: '--from-delimiter',
  fromEncoding: '--from-encoding',
  fromHeaderLine: '--from-header-line',
  fromSingleHeader: '--from-single-header',
} as const

const optionFlags = {
  delimiter: csvFlags.fromDelimiter,
  encoding: csvFlags.fromEncoding,
  headerLine: csvFlags.fromHeaderLine,
  singleHeader: csvFlags.fromSingleHeader,
}

/**
 * The source for a file or for stdin.
 *
 * @throws EntrapipeError `OPTION_INVALID`, also for a CSV flag if the input is not CSV
 */
export const rowSource = (params: InputOptions): Source<Fields> => {
  const { from, fromDelimiter, fromEncoding, fromHeaderLine, fromSingleHeader, trailer, captions } = params
  const format = inputFormat(params)
  if (format === 'csv')
    return withFlags(
      () =>
        csv<Fields>({
          from,
          ...(fromDelimiter === undefined ? {} : { delimiter: delimiterOf(fromDelimiter, csvFlags.fromDelimiter) }),
          ...given({ encoding: fromEncoding, headerLine: fromHeaderLine, singleHeader: fromSingleHeader, captions }),
        }),
      optionFlags,
    )
  for (const [name, flag] of Object.entries(csvFlags))
    if (params[name as keyof typeof csvFlags] !== undefined)
      throw new EntrapipeError(
        'OPTION_INVALID',
        `${flag} applies only to CSV, but the input is ${format}. Leave it out.`,
      )
  if (format === 'json') return json({ from })
  if (from !== '-') return jsonl({ from, ...(trailer ? {} : { trailer: 'none' }) })
  return withErrors(jsonl({ from, trailer: trailer ? 'required' : 'none' }), withOption)
}

/** If stdin is not JSON lines, the error names the option that reads it. */
const withOption = (error: unknown): unknown => {
  const isFirstLine = isCode(error, 'INPUT_MALFORMED') && error.facts['line'] === 1
  const lacksTrailer = isCode(error, 'INPUT_CUT_OFF') && 'rows' in error.facts && !('counted' in error.facts)
  if (!isFirstLine && !lacksTrailer) return error
  return new EntrapipeError(error.code, error.message, {
    cause: error,
    facts: error.facts,
    fix: isFirstLine
      ? 'For CSV on stdin add --from-format csv, for one JSON array --from-format json.'
      : 'To read a file, which needs no trailer, name it with --from.',
  })
}
