import { Option, type Command } from 'commander'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Sink } from '../core/parts.ts'
import { formatOf, type Format } from '../formats/format-of.ts'
import { csv } from '../sinks/csv.ts'
import { json } from '../sinks/json.ts'
import { jsonl } from '../sinks/jsonl.ts'

export interface OutputOptions {
  readonly to: string
  readonly format?: Format
  readonly arraySeparator?: string
  readonly nulls?: string
  readonly eol?: 'lf' | 'crlf'
  readonly bom?: boolean
  readonly formulaGuard?: boolean
  readonly delimiter?: string
  readonly trailer?: boolean
}

/** Adds the options of a command that writes rows. */
export const addOutputOptions = (command: Command): Command =>
  command
    .option('--to <file>', 'x.csv, x.jsonl or x.json, each also with .gz or .zst; - is stdout', '-')
    .addOption(new Option('--format <format>', 'on stdout').choices(['csv', 'jsonl', 'json']))
    .option('--array-separator <text>', 'CSV: between the items of a list (;)')
    .option('--nulls <text>', 'CSV: what stands for null (nothing)')
    .addOption(new Option('--eol <ends>', 'line ends (lf)').choices(['lf', 'crlf']))
    .option('--delimiter <text>', 'CSV: between two cells (,)')
    .option('--bom', 'CSV: begin with a byte order mark, so that Excel reads umlauts')
    .option('--formula-guard', "CSV: put ' before cells that a spreadsheet would take for a formula")

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
