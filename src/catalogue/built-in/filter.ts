import { given } from '../../core/given.ts'
import { flag, list, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { filterPlan } from '../filters/filter-plan.ts'
import { inputParams } from '../input-params.ts'
import { optional, unlessOff } from '../optional.ts'
import { outputParams } from '../output-params.ts'

const params = {
  odata: text('OData filter, such as "department eq \'Sales\'"'),
  ...inputParams,
  columns: optional(
    list('columns to write, in this order, separated by commas; required for a CSV if rows have different columns'),
  ),
  ...outputParams,
  trailer: unlessOff(flag('JSON lines: accept input without a trailer, as unverified, and write none to stdout')),
}

const builtIn: BuiltIn = {
  kinds: [''],
  arguments: ['odata'],
  pipelineOf: () =>
    pipeline({
      summary: 'Writes the rows that match an OData filter.',
      params,
      make: values => filterPlan(given(values)),
    }) as object as Pipeline,
}
export default builtIn
