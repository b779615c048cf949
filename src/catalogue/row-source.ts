import type { Readable } from 'node:stream'
import { EntrapipeError, isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { withErrors } from '../core/with-errors.ts'
import { withFlags } from '../core/with-flags.ts'
import { expectFormatFlags, type FormatFlags } from './expect-format-flags.ts'
import { formatOf, type Format } from '../formats/format-of.ts'
import { csv } from '../sources/csv.ts'
import { json } from '../sources/json.ts'
import { jsonl } from '../sources/jsonl.ts'
import { xlsx } from '../sources/xlsx.ts'
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
  readonly sheet?: string
  readonly hiddenRows?: 'read' | 'skip'
  /** Whether JSON lines on stdin end with a trailer. `always`: no option of the command lifts that. */
  readonly trailer: boolean | 'always'
  /** What names the file, for errors. @default --from */
  readonly option?: string
  /** Whether columns of a portal template keep their whole captions. @default false */
  readonly captions?: boolean
  /** Read in place of the process's stdin, and what messages call it. */
  readonly stdin?: { readonly stream: Readable; readonly named: string }
}

/** The format to read: by the file's name, or on stdin JSON lines unless `--from-format` is given. */
export const inputFormat = ({
  from,
  fromFormat,
  option = '--from',
}: Pick<InputOptions, 'from' | 'fromFormat' | 'option'>): Format =>
  fromFormat ?? (from === '-' ? 'jsonl' : formatOf(from, option).format)

/** The flags that only some formats have. */
const formatFlags: FormatFlags = {
  fromDelimiter: ['--from-delimiter', ['csv']],
  fromEncoding: ['--from-encoding', ['csv']],
  fromHeaderLine: ['--from-header-line', ['csv', 'xlsx']],
  fromSingleHeader: ['--from-single-header', ['csv', 'xlsx']],
  sheet: ['--sheet', ['xlsx']],
  hiddenRows: ['--hidden-rows', ['xlsx']],
}

/** Whether a parameter, named like its flag, applies to a format. */
export const hasOption = (format: Format, name: string): boolean => formatFlags[name]?.[1].includes(format) ?? true

const optionFlags = {
  delimiter: '--from-delimiter',
  encoding: '--from-encoding',
  headerLine: '--from-header-line',
  singleHeader: '--from-single-header',
  sheet: '--sheet',
  hiddenRows: '--hidden-rows',
}

/**
 * The source for a file or for stdin.
 *
 * @throws EntrapipeError `OPTION_INVALID`, also for a flag of another format
 */
export const rowSource = (params: InputOptions): Source<Fields> => {
  const { from, fromDelimiter, fromEncoding, fromHeaderLine, fromSingleHeader, trailer, captions } = params
  const format = inputFormat(params)
  expectFormatFlags(params, format, 'input', formatFlags)
  const stdin = params.stdin && { stdin: params.stdin.stream, named: params.stdin.named }
  const table = given({ headerLine: fromHeaderLine, singleHeader: fromSingleHeader, captions })
  if (format === 'csv')
    return withFlags(
      () =>
        csv<Fields>({
          from,
          ...(fromDelimiter === undefined ? {} : { delimiter: delimiterOf(fromDelimiter, optionFlags.delimiter) }),
          ...given({ encoding: fromEncoding }),
          ...table,
          ...stdin,
        }),
      optionFlags,
    )
  if (format === 'xlsx') {
    const { sheet, hiddenRows } = params
    return withFlags(() => xlsx<Fields>({ from, ...given({ sheet, hiddenRows }), ...table }), optionFlags)
  }
  if (format === 'json') return json({ from, ...stdin })
  if (from !== '-' || stdin) return jsonl({ from, ...stdin, trailer: trailer ? 'optional' : 'none' })
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
