import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Sink, Source } from '../../core/parts.ts'
import { withFlags } from '../../core/with-flags.ts'
import type { Plan } from '../../engine/plan.ts'
import { hasFormat, hasHeader } from '../../formats/format-of.ts'
import { differences } from '../../sources/differences.ts'
import { outputAfter } from '../output-after.ts'
import { outputFormat, outputSink, type OutputOptions } from '../output-sink.ts'
import { hasOption, inputFormat, rowSource, type InputOptions } from '../row-source.ts'
import { withManifest } from '../with-manifest.ts'
import type { DiffKind } from './diff-kinds.ts'
import { directorySide } from './directory-side.ts'

/** Parameters of `entrapipe diff`, named like its flags. Kept with the run, so that it can be resumed. */
export interface DiffParams
  extends Omit<OutputOptions, 'trailer'>, Omit<InputOptions, 'from' | 'trailer' | 'captions'> {
  /** A file, or `-` for stdin. */
  readonly old: string
  /** As `old`. Either this or `with` is given. */
  readonly new?: string
  /** The objects of the directory with which the file is compared. */
  readonly with?: DiffKind
  readonly key: readonly string[]
  readonly only?: readonly string[]
  readonly ignore?: readonly string[]
  readonly acrossTenants?: boolean
  /** Whether JSON lines end with a trailer, both on stdin and on stdout. */
  readonly trailer: boolean
}

const flags = { key: '--key', columns: '--only', ignore: '--ignore', acrossTenants: '--across-tenants' }

/**
 * The plan of `entrapipe diff`: writes the rows in which two files differ, or a file and the directory.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `USAGE`
 */
export const diffPlan = (params: DiffParams): Plan => {
  const { key, only, ignore, acrossTenants } = params
  const inputs = inputsOf(params)
  const asText = inputs.some(input => hasHeader(inputFormat(input)))
  const [old, now] = inputs.map(input => withManifest(rowSource(input), input.from))
  const names = inputs.map(({ from }) => (from === '-' ? 'stdin' : from))
  return {
    source: withFlags(
      () =>
        differences({
          old: old!,
          new: now ?? directorySide(params.with!),
          names: [names[0]!, names[1] ?? `the directory (${params.with})`],
          key,
          ...given({ columns: only, ignore }),
          flat: hasHeader(outputFormat(params)),
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

/** The inputs that are files. An option of some formats applies to those that have one of them. @throws EntrapipeError `OPTION_INVALID`, `USAGE` */
const inputsOf = (params: DiffParams): readonly InputOptions[] => {
  const { old, new: now, fromFormat, fromDelimiter, fromEncoding, fromHeaderLine, fromSingleHeader, trailer } = params
  const { sheet, hiddenRows } = params
  if ((now === undefined) === (params.with === undefined))
    throw new EntrapipeError(
      'USAGE',
      now === undefined
        ? 'The second input is missing. Name another file, or --with users to compare with the directory.'
        : 'Name either a second file or --with, not both.',
    )
  if (old === '-' && now === '-')
    throw new EntrapipeError(
      'OPTION_INVALID',
      'Only one of the two inputs can be stdin (-). Name a file for the other.',
    )
  const isUnnamed = (from: string) => from === '-' || !hasFormat(from)
  const named = [{ from: old, option: 'OLD' }, ...(now === undefined ? [] : [{ from: now, option: 'NEW' }])]
  if (fromFormat !== undefined && !named.some(({ from }) => isUnnamed(from)))
    throw new EntrapipeError(
      'OPTION_INVALID',
      '--from-format applies only to stdin, or to a file whose name does not show its format. Leave it out.',
    )
  const ofFormats = given({ fromDelimiter, fromEncoding, fromHeaderLine, fromSingleHeader, sheet, hiddenRows })
  const inputs = named.map(input => ({
    ...input,
    trailer,
    ...given({ fromFormat: isUnnamed(input.from) ? fromFormat : undefined }),
  }))
  const formats = inputs.map(inputFormat)
  // Without an input that has it, the first one refuses an option.
  const isFor = (name: string, at: number): boolean =>
    hasOption(formats[at]!, name) || !formats.some(format => hasOption(format, name))
  return inputs.map((input, at) => ({
    ...input,
    ...Object.fromEntries(Object.entries(ofFormats).filter(([name]) => isFor(name, at))),
  }))
}
