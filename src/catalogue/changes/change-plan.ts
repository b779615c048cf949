import type { Fields } from '../../core/json.ts'
import { given } from '../../core/given.ts'
import type { Sink, Source } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { graph } from '../../sinks/graph.ts'
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
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const changePlan = async (kind: string, { group, ...input }: ChangeParams): Promise<Plan> => {
  const operation = (await loadOperations())(kind)!
  const { source, valuesOf } = changeInput(operation, input, group === undefined ? [] : ['group'])
  return {
    source: source as Source<never>,
    sink: graph<Fields>(row => ({ kind, value: { ...valuesOf(row), ...given({ group }) } })) as Sink<never>,
  }
}
