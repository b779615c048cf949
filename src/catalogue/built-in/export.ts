import { given } from '../../core/given.ts'
import { flag, list, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { exportPlan } from '../exports/export-plan.ts'
import { exportKinds, type ExportKind } from '../exports/kinds.ts'
import { optional, whole } from '../optional.ts'
import { outputParams } from '../output-params.ts'

const params = {
  path: optional(text('graph: path of any collection')),
  preset: optional(text('columns of a known layout')),
  select: optional(list('properties')),
  filter: optional(text('only objects for which this holds; Graph filters')),
  search: optional(text('only objects found by this')),
  orderby: optional(text('in this order')),
  expand: optional(text('also the objects of a relation')),
  advanced: optional(flag('an advanced query, answered by the index')),
  group: optional(list('members: of which group, or groups')),
  transitive: optional(flag('members: also those of groups inside the group')),
  pageSize: optional(whole('rows asked for at once', 1, 999)),
  limit: optional(whole('end after so many rows', 1)),
  ...outputParams,
}

const builtIn: BuiltIn = {
  kinds: exportKinds,
  argument: 'path',
  pipelineOf: kind =>
    pipeline({
      summary: `Exports ${kind.replaceAll('-', ' ')} of a directory.`,
      params,
      make: values => exportPlan(kind as ExportKind, given(values)),
    }) as object as Pipeline,
}
export default builtIn
