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
  /** Whether JSON lines on stdin end with a trailer. `always`: no option of the command lifts that. */
  readonly trailer: boolean | 'always'
  /** What names the file, for errors. @default --from */
  readonly option?: string
  /** Whether columns of a portal template keep their whole captions. @default false */
  readonly captions?: boolean
}

/** The format to read: by the file's name, or on stdin JSON lines unless `--from-format` is given. */
export const inputFormat = ({
  from,
  fromFormat,
  option = '--from',
}: Pick<InputOptions, 'from' | 'fromFormat' | 'option'>): Format =>
  fromFormat ?? (from === '-' ? 'jsonl' : formatOf(from, option).format)

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
  return withErrors(jsonl({ from, trailer: trailer ? 'required' : 'none' }), error =>
    withOption(error, trailer === 'always'),
  )
}

const fileInstead = 'To read a file, which needs no trailer, name it with --from.'

/** If stdin is not what it must be, the error names the option that reads it. */
const withOption = (error: unknown, isAlways: boolean): unknown => {
  const fix = isCode(error, 'INPUT_MALFORMED') || isCode(error, 'INPUT_CUT_OFF') ? fixOf(error, isAlways) : undefined
  if (fix === undefined) return error
  const { code, message, facts } = error as EntrapipeError
  return new EntrapipeError(code, message, { cause: error, facts, fix })
}

const fixOf = ({ code, facts, fix }: EntrapipeError, isAlways: boolean): string | undefined => {
  if (code === 'INPUT_MALFORMED')
    return facts['line'] === 1
      ? 'For CSV on stdin add --from-format csv, for one JSON array --from-format json.'
      : undefined
  // The trailer is missing, or states another number of rows.
  if (!('rows' in facts)) return undefined
  if (isAlways) return fileInstead
  return 'counted' in facts ? undefined : `${fix} ${fileInstead}`
}
