import { given } from '../../core/given.ts'
import { text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { changeParams } from '../changes/change-params.ts'
import { changePlan } from '../changes/change-plan.ts'
import { optional } from '../optional.ts'

const nulls = optional(text('text of a cell that clears its property'))

const builtIn: BuiltIn = {
  kinds: ['create', 'update', 'delete', 'restore', 'purge', 'enable', 'disable'],
  pipelineOf: kind =>
    pipeline({
      summary: `Changes a directory: users ${kind}.`,
      params: kind === 'update' ? { ...changeParams, nulls } : changeParams,
      make: values => changePlan(`${kind}-user`, given(values)),
    }) as object as Pipeline,
}
export default builtIn
