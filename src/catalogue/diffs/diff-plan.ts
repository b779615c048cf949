import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Sink, Source } from '../../core/parts.ts'
import { withFlags } from '../../core/with-flags.ts'
import type { Plan } from '../../engine/plan.ts'
import { hasFormat } from '../../formats/format-of.ts'
import { differences } from '../../sources/differences.ts'
import { outputAfter } from '../output-after.ts'
import { outputFormat, outputSink, type OutputOptions } from '../output-sink.ts'
import { inputFormat, rowSource, type InputOptions } from '../row-source.ts'
import { withManifest } from '../with-manifest.ts'

/** Parameters of `entrapipe diff`, named like its flags. Kept with the run, so that it can be resumed. */
export interface DiffParams
  extends Omit<OutputOptions, 'trailer'>, Omit<InputOptions, 'from' | 'trailer' | 'captions'> {
  /** A file, or `-` for stdin. */
  readonly old: string
  readonly new: string
  readonly key: readonly string[]
  readonly only?: readonly string[]
  readonly ignore?: readonly string[]
  readonly acrossTenants?: boolean
  /** Whether JSON lines end with a trailer, both on stdin and on stdout. */
  readonly trailer: boolean
}

const flags = { key: '--key', columns: '--only', ignore: '--ignore', acrossTenants: '--across-tenants' }

/**
 * The plan of `entrapipe diff`: writes the rows in which two files differ.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const diffPlan = (params: DiffParams): Plan => {
  const { key, only, ignore, acrossTenants } = params
  const inputs = inputsOf(params)
  const asText = inputs.some(input => inputFormat(input) === 'csv')
  const [old, now] = inputs.map(input => withManifest(rowSource(input), input.from))
  return {
    source: withFlags(
      () =>
        differences({
          old: old!,
          new: now!,
          names: inputs.map(({ from }) => (from === '-' ? 'stdin' : from)) as unknown as readonly [string, string],
          key,
          ...given({ columns: only, ignore }),
          flat: outputFormat(params) === 'csv',
          asText,
          acrossTenants: acrossTenants ?? false,
        }),
      flags,
    ) as Source<never>,
    sink: outputSink(
      outputAfter(
        params,
        inputs.some(input => input.from === '-' && inputFormat(input) === 'jsonl'),
      ),
      {},
    ) as Sink<Fields> as Sink<never>,
  }
}

/** The two inputs. The options of CSV apply to those that are CSV. @throws EntrapipeError `OPTION_INVALID` */
const inputsOf = (params: DiffParams): readonly [InputOptions, InputOptions] => {
  const { old, new: now, fromFormat, fromDelimiter, fromEncoding, fromHeaderLine, fromSingleHeader, trailer } = params
  if (old === '-' && now === '-')
    throw new EntrapipeError(
      'OPTION_INVALID',
      'Only one of the two inputs can be stdin (-). Name a file for the other.',
    )
  const isUnnamed = (from: string) => from === '-' || !hasFormat(from)
  if (fromFormat !== undefined && ![old, now].some(isUnnamed))
    throw new EntrapipeError(
      'OPTION_INVALID',
      '--from-format applies only to stdin, or to a file whose name does not show its format. Leave it out.',
    )
  const ofCsv = given({ fromDelimiter, fromEncoding, fromHeaderLine, fromSingleHeader })
  const inputs = [
    { from: old, option: 'OLD' },
    { from: now, option: 'NEW' },
  ].map(input => ({ ...input, trailer, ...given({ fromFormat: isUnnamed(input.from) ? fromFormat : undefined }) }))
  const isCsv = inputs.map(input => inputFormat(input) === 'csv')
  // Without a CSV, the source of the other format refuses them.
  return inputs.map((input, at) => (isCsv[at] || !isCsv.includes(true) ? { ...input, ...ofCsv } : input)) as never
}
