import { given } from '../../core/given.ts'
import { choice, flag, list, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { filterPlan } from '../filters/filter-plan.ts'
import { anyText, optional, unlessOff, whole } from '../optional.ts'
import { outputParams } from '../output-params.ts'

const params = {
  odata: text('OData filter, such as "department eq \'Sales\'"'),
  from: text('x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst; - is stdin', { default: '-' }),
  columns: optional(
    list('columns to write, in this order, separated by commas; required for a CSV if rows have different columns'),
  ),
  fromFormat: optional(
    choice('format of stdin (jsonl), or of a file whose name does not show it', ['csv', 'jsonl', 'json']),
  ),
  fromDelimiter: optional(anyText('CSV input: delimiter')),
  fromEncoding: optional(text('CSV input: encoding, such as windows-1252')),
  fromHeaderLine: optional(whole('CSV input: line number of the header', 1)),
  fromSingleHeader: optional(flag('CSV input: read later lines that equal the header as rows')),
  ...outputParams,
  trailer: unlessOff(flag('JSON lines: accept input without a trailer, as unverified, and write none to stdout')),
}

const builtIn: BuiltIn = {
  kinds: [''],
  argument: 'odata',
  pipelineOf: () =>
    pipeline({
      summary: 'Writes the rows that match an OData filter.',
      params,
      make: values => filterPlan(given(values)),
    }) as object as Pipeline,
}
export default builtIn
