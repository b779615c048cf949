import type { Fields } from '../../core/json.ts'
import { given } from '../../core/given.ts'
import { namedAs } from '../../core/object-kinds.ts'
import type { Sink, Source } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { graph } from '../../sinks/graph.ts'
import { findGroup } from '../../sources/graph/find-group.ts'
import { loadOperations } from '../operations.ts'
import { changeInput, type ChangeInputParams } from './change-input.ts'

/** Parameters of a command that changes a directory, named like its flags. Kept with the run, so that it can be resumed. */
interface ChangeParams extends ChangeInputParams {
  /** Id or name of the group, for members and owners. */
  readonly group?: string
}

/**
 * The plan of a command that changes a directory: each row of the input is one change.
 *
 * @throws EntrapipeError `OPTION_INVALID`; the run then `GROUP_UNKNOWN` or `GROUP_AMBIGUOUS` for the group
 */
export const changePlan = async (kind: string, { group, ...input }: ChangeParams): Promise<Plan> => {
  const operation = (await loadOperations())(kind)!
  const { source, valuesOf } = changeInput(operation, input, group === undefined ? [] : ['group'])
  const same = given({ group })
  const sink = graph<Fields>(row => ({ kind, value: { ...valuesOf(row), ...same } }))
  return {
    source: source as Source<never>,
    sink: {
      ...sink,
      // A group that the command names is found before a row is read: otherwise every row would fail for it.
      ...(group !== undefined && {
        check: async ctx => {
          await ctx.untilShown([group.toLowerCase(), namedAs('group', group)])
          await findGroup(ctx, group)
        },
      }),
    } as Sink<never>,
  }
}
