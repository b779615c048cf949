import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Sink } from '../core/parts.ts'
import { formatOf } from '../formats/format-of.ts'
import { csv } from '../sinks/csv.ts'
import { json } from '../sinks/json.ts'
import { jsonl } from '../sinks/jsonl.ts'
import type { OutputOptions } from './output.ts'

/** The sink for a file's name, or for stdout: rows as JSON lines unless `--format` says otherwise. */
export const outputSink = (
  options: OutputOptions,
  layout: { readonly columns?: readonly string[]; readonly emptyColumns?: readonly string[] },
  stdout: NodeJS.WritableStream,
): Sink<Fields> => {
  const { to, eol } = options
  const format = to === '-' ? (options.format ?? 'jsonl') : formatOf(to).format
  if (options.format !== undefined && options.format !== format)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `--format ${options.format} contradicts the name ${to}: leave --format out`,
    )
  const out = { to, ...layout, ...(eol ? { eol } : {}), stdout: stdout as NodeJS.WriteStream }
  if (format === 'jsonl') return jsonl({ ...out, trailer: options.trailer ?? true })
  if (format === 'json') return json(out)
  const { arraySeparator, nulls, bom, formulaGuard, delimiter } = options
  return csv({
    ...out,
    ...(arraySeparator === undefined ? {} : { arraySeparator }),
    ...(nulls === undefined ? {} : { nulls }),
    ...(delimiter === undefined ? {} : { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
    ...(bom ? { bom } : {}),
    ...(formulaGuard ? { formulaGuard } : {}),
  })
}
