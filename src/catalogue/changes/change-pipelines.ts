import { kindOfCommand } from '../../core/command-words.ts'
import { given } from '../../core/given.ts'
import { commandOf } from '../../core/object-kinds.ts'
import { text, type Params } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { optional } from '../optional.ts'
import { changeParams } from './change-params.ts'
import { changePlan } from './change-plan.ts'

/** Parameters that only some verbs have. */
const ofVerb: Readonly<Record<string, Params>> = {
  update: { nulls: optional(text('text of a cell that clears its property')) },
}

/**
 * The pipelines of a command whose verbs each make one change for each row of their input.
 *
 * @param noun what is changed, as in the names of the operations: `user` in `create-user`
 * @param more parameters of all verbs
 */
export const changePipelines = (noun: string, verbs: readonly string[], more: Params = {}): BuiltIn => ({
  kinds: verbs,
  pipelineOf: verb =>
    pipeline({
      summary: `Changes a directory: ${commandOf(noun)} ${verb}.`,
      params: { ...changeParams, ...more, ...ofVerb[verb] },
      make: values => changePlan(kindOfCommand(noun, verb), given(values)),
    }) as object as Pipeline,
})

/** The pipelines that add and remove links of groups. */
export const linkPipelines = (noun: string): BuiltIn =>
  changePipelines(noun, ['add', 'remove'], {
    group: optional(text('the group: id or name; without it, each row has a column group')),
  })
