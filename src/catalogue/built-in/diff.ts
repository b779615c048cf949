import { given } from '../../core/given.ts'
import { choice, flag, inputFile, list } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { diffKinds } from '../diffs/diff-kinds.ts'
import { diffPlan } from '../diffs/diff-plan.ts'
import { inputParams } from '../input-params.ts'
import { optional, unlessOff } from '../optional.ts'
import { outputParams } from '../output-params.ts'

const { from: _from, ...formats } = inputParams
const { rename: _rename, ...output } = outputParams

const params = {
  old: inputFile('the older file; - is stdin'),
  new: optional(inputFile('the newer file; - is stdin')),
  with: optional(choice('compare with these objects of the directory', diffKinds)),
  key: list('columns whose values together identify a row'),
  only: optional(list('columns to compare')),
  ignore: optional(list('columns that are not compared')),
  acrossTenants: optional(flag('compare exports of different tenants')),
  ...formats,
  ...output,
  trailer: unlessOff(flag('JSON lines: accept input without a trailer, as unverified, and write none to stdout')),
}

const builtIn: BuiltIn = {
  kinds: [''],
  arguments: ['old', 'new'],
  pipelineOf: () =>
    pipeline({
      summary: 'Writes the rows in which two files differ, or a file and the directory.',
      params,
      make: values => diffPlan(given(values)),
    }) as object as Pipeline,
}
export default builtIn
