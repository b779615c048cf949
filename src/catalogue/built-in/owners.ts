import { given } from '../../core/given.ts'
import { text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { changeParams } from '../changes/change-params.ts'
import { changePlan } from '../changes/change-plan.ts'
import { optional } from '../optional.ts'

const params = {
  ...changeParams,
  group: optional(text('the group: id or name; without it, each row has a column group')),
}

const builtIn: BuiltIn = {
  kinds: ['add', 'remove'],
  pipelineOf: kind =>
    pipeline({
      summary: `Changes a directory: owners ${kind}.`,
      params,
      make: values => changePlan(`${kind}-owner`, given(values)),
    }) as object as Pipeline,
}
export default builtIn
