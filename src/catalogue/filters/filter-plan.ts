import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Sink, Source } from '../../core/parts.ts'
import { withErrors } from '../../core/with-errors.ts'
import { withFlags } from '../../core/with-flags.ts'
import type { Plan } from '../../engine/plan.ts'
import { formatOf, type Format } from '../../formats/format-of.ts'
import { csv } from '../../sources/csv.ts'
import { json } from '../../sources/json.ts'
import { jsonl } from '../../sources/jsonl.ts'
import { filter } from '../../transforms/filter.ts'
import { pick } from '../../transforms/pick.ts'
import { rename } from '../../transforms/rename.ts'
import { delimiterOf, outputFormat, outputSink, type OutputOptions } from '../output-sink.ts'
import { renamesOf } from '../renames.ts'

/** Parameters of `entrapipe filter`, named like its flags. Kept with the run, so that it can be resumed. */
export interface FilterParams extends OutputOptions {
  readonly odata: string
  /** A file, or `-` for stdin. */
  readonly from: string
  /** Columns to write, in this order. */
  readonly columns?: readonly string[]
  readonly fromFormat?: Format
  readonly fromDelimiter?: string
  readonly fromEncoding?: string
  readonly fromHeaderLine?: number
  readonly fromSingleHeader?: boolean
  /** Whether JSON lines end with a trailer, both on stdin and on stdout. */
  readonly trailer: boolean
}

/**
 * The plan of `entrapipe filter`: reads rows from a file or stdin, and writes those that match to a file or stdout.
 *
 * @throws EntrapipeError `FILTER_INVALID`, `OPTION_INVALID`
 */
export const filterPlan = (params: FilterParams): Plan => {
  const renames = renamesOf(params.rename)
  return {
    source: sourceOf(params) as Source<never>,
    transforms: [
      filter<Fields>(params.odata),
      // Errors name the flag.
      ...(params.columns ? [{ ...pick(...params.columns), kind: '--columns' }] : []),
      ...(renames ? [rename(renames)] : []),
    ],
    sink: outputSink(ofOutput(params), {}) as Sink<never>,
  }
}

/** If the input has no trailer, the output has none: a program that does not write a trailer does not read one either. */
const ofOutput = ({ trailer, ...params }: FilterParams): OutputOptions => {
  const isWritten = params.to === '-' && outputFormat(params) === 'jsonl'
  if (!trailer && !isWritten && inputFormat(params) !== 'jsonl')
    throw new EntrapipeError(
      'OPTION_INVALID',
      '--no-trailer applies only to JSON lines that are read, or written to stdout. Leave it out.',
    )
  return isWritten ? { ...params, trailer } : params
}

const inputFormat = ({ from, fromFormat }: Pick<FilterParams, 'from' | 'fromFormat'>): Format =>
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

const sourceOf = (params: FilterParams): Source<Fields> => {
  const { from, fromDelimiter, fromEncoding, fromHeaderLine, fromSingleHeader, trailer } = params
  const format = inputFormat(params)
  if (format === 'csv')
    return withFlags(
      () =>
        csv<Fields>({
          from,
          ...(fromDelimiter === undefined ? {} : { delimiter: delimiterOf(fromDelimiter, csvFlags.fromDelimiter) }),
          ...given({ encoding: fromEncoding, headerLine: fromHeaderLine, singleHeader: fromSingleHeader }),
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
