import { EntrapipeError } from '../core/errors.ts'
import type { OutputFormat } from '../formats/format-of.ts'

const spelled: Readonly<Record<OutputFormat, string>> = {
  csv: 'CSV',
  jsonl: 'jsonl',
  json: 'json',
  xlsx: 'xlsx',
  parquet: 'Parquet',
}

/** Flags by parameter, each with the formats that it applies to. */
export type FormatFlags = Readonly<Record<string, readonly [flag: string, formats: readonly OutputFormat[]]>>

/**
 * Refuses flags of other formats, which would have no effect.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const expectFormatFlags = (
  params: object,
  format: OutputFormat,
  side: 'input' | 'output',
  flags: FormatFlags,
): void => {
  for (const [name, [flag, formats]] of Object.entries(flags))
    if ((params as Readonly<Record<string, unknown>>)[name] !== undefined && !formats.includes(format))
      throw new EntrapipeError(
        'OPTION_INVALID',
        `${flag} applies only to ${formats.map(one => spelled[one]).join(' and ')}, but the ${side} is ${spelled[format]}. Leave it out.`,
      )
}
