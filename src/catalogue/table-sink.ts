import { EntrapipeError } from '../core/errors.ts'
import type { RowEncoder } from '../core/encoder.ts'
import type { Fields } from '../core/json.ts'
import type { Sink } from '../core/parts.ts'
import { textSink } from '../sinks/text-sink.ts'
import { outputSink, type OutputLayout, type OutputOptions } from './output-sink.ts'

interface Table extends OutputLayout {
  readonly kind: string
  /** Encodes the rows as text for people. */
  readonly encoder: () => RowEncoder<string>
}

/**
 * Refuses options that say how rows are written, where a table is printed instead.
 *
 * @throws EntrapipeError `USAGE`
 */
export const expectNoFormat = ({ to: _, trailer: __, ...flags }: OutputOptions): void => {
  if (Object.values(flags).some(value => value !== undefined))
    throw new EntrapipeError(
      'USAGE',
      'How rows are written does not apply to the table. Name a file with --to, or the format of stdout with --format.',
    )
}

/**
 * A sink that prints a table on stdout unless a format is named, and otherwise writes the rows as `outputSink`.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `USAGE`
 */
export const tableSink = (output: OutputOptions, { kind, encoder, ...rows }: Table): Sink<Fields> => {
  if (output.to !== '-' || output.format !== undefined) return outputSink(output, rows)
  expectNoFormat(output)
  return textSink<Fields>({ kind, to: '-', format: 'text', encoder })
}
