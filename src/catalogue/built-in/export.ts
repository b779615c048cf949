import { given } from '../../core/given.ts'
import { choice, flag, inputFile, list, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import type { BuiltIn } from '../built-in.ts'
import { exportPlan } from '../exports/export-plan.ts'
import { ownedKinds } from '../../data/owned-kinds.ts'
import { idsFormats } from '../exports/ids-formats.ts'
import { exportKinds, type ExportKind } from '../exports/kinds.ts'
import { optional, whole } from '../optional.ts'
import { outputParams } from '../output-params.ts'

const params = {
  path: optional(text('graph: path of a collection, such as /groups/<id>/owners')),
  preset: optional(text('columns of a known layout, such as portal-users; all for every property that Graph lists')),
  days: optional(whole('--preset stale-users: days without a successful sign-in (90)', 1)),
  select: optional(list('properties')),
  filter: optional(text('export only objects that match this OData filter; Graph applies it')),
  search: optional(text('export only objects that match this search')),
  orderby: optional(text('sort the objects by these properties')),
  expand: optional(text('include related objects, at most 20 each: manager, registeredOwners')),
  advanced: optional(flag('send an advanced query (ConsistencyLevel: eventual)')),
  ids: optional(inputFile('file with ids or names of the objects to export; - is stdin')),
  idsFormat: optional(choice('format of the list of --ids, if its name does not show it', idsFormats)),
  idsColumn: optional(text('column of the list of --ids that names the objects')),
  allowEmpty: optional(flag('accept a list of --ids without rows, and export none')),
  group: optional(
    list(
      'members, memberships, owners: the group; repeat the option for several groups, and each row has groupId and groupName',
    ),
  ),
  of: optional(choice('owners: what is owned (groups)', ownedKinds)),
  transitive: optional(flag('members, memberships, groups-of: include nested groups')),
  delta: optional(flag('export only what has changed since the last run; the first run exports everything')),
  deltaName: optional(text('name of the delta, if several readers export the same properties')),
  pageSize: optional(whole('rows per request (999, or 250 with --preset all)', 1, 999)),
  limit: optional(whole('stop after this many rows', 1)),
  ...outputParams,
}

const builtIn: BuiltIn = {
  kinds: exportKinds,
  arguments: ['path'],
  labelOf: kind => kind,
  pipelineOf: kind =>
    pipeline({
      summary: `Exports ${kind.replaceAll('-', ' ')} from a directory.`,
      params,
      make: values => exportPlan(kind as ExportKind, given(values)),
    }) as object as Pipeline,
}
export default builtIn
