import { given } from '../../core/given.ts'
import { choice, flag, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { filterPlan } from '../filters/filter-plan.ts'
import { anyText, optional, unlessOff, whole } from '../optional.ts'
import { outputParams } from '../output-params.ts'

const params = {
  odata: text('only rows for which this holds'),
  from: text('x.csv, x.jsonl or x.json, each also with .gz or .zst; - is stdin', { default: '-' }),
  fromFormat: optional(choice('of stdin, or of a file whose name does not say it', ['csv', 'jsonl', 'json'])),
  fromDelimiter: optional(anyText('CSV that is read: between two cells')),
  fromEncoding: optional(text('CSV that is read: its encoding')),
  fromHeaderLine: optional(whole('CSV that is read: the line that names the columns', 1)),
  ...outputParams,
  trailer: unlessOff(flag('JSON lines on stdin end with a line that says that all rows are there')),
}

const builtIn: BuiltIn = {
  kinds: [''],
  argument: 'odata',
  pipelineOf: () =>
    pipeline({
      summary: 'Keeps the rows for which an OData filter holds.',
      params,
      make: values => filterPlan(given(values)),
    }) as object as Pipeline,
}
export default builtIn
