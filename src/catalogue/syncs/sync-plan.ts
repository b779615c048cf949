import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { OperationRow } from '../../core/operation.ts'
import type { ChangeSink, Source } from '../../core/parts.ts'
import type { Phase } from '../../engine/phases.ts'
import { graph } from '../../sinks/graph.ts'
import { changeInput, type ChangeInputParams } from '../changes/change-input.ts'
import { changeSink } from '../changes/change-sink.ts'
import { loadOperations } from '../operations.ts'
import { surplus } from './surplus.ts'
import { wantedRows } from './wanted-rows.ts'

/** Parameters of `members sync` and `owners sync`, named like their flags. Kept with the run, so that it can be resumed. */
interface SyncParams extends ChangeInputParams {
  /** Id or name of the group. Without it, each row names its group. */
  readonly group?: string
  /** Types of the objects that are removed. */
  readonly types: readonly string[]
  readonly addOnly?: boolean
  readonly removeOnly?: boolean
}

/**
 * The phases of a sync: it adds what the input has, and then removes what the input does not have. Removals begin when all additions
 * have ended: a group of which one failed loses nobody. They are counted before the first addition, and again then.
 *
 * @throws EntrapipeError `USAGE`, `OPTION_INVALID`
 */
export const syncPlan = async (noun: 'member' | 'owner', params: SyncParams): Promise<readonly Phase[]> => {
  const { group, types, addOnly = false, removeOnly = false, ...input } = params
  if (addOnly && removeOnly)
    throw new EntrapipeError('USAGE', '--add-only and --remove-only cannot be combined. Leave one out.')
  const relation = `${noun}s` as const
  expectTypes(types, noun)
  const kind = `${removeOnly ? 'keep' : 'add'}-${noun}`
  const operation = (await loadOperations())(kind)!
  // Mistakes in the file are those of this command.
  const named = { kind: `keep-${noun}`, columns: operation.columns }
  const { source, valuesOf } = changeInput(named, input, group === undefined ? [] : ['group'], origin => origin)
  const name = removeOnly ? 'keep' : 'add'
  const namesGroups = group === undefined
  const supersedes = ({ value }: OperationRow): string => `the ${relation} of group ${String(value['group'])}`
  const removal = {
    source: surplus({
      relation,
      types,
      after: name,
      namesGroups,
      // After additions, each group has what they added. Graph keeps the last owner of a group.
      mayEmpty: noun === 'member' || !removeOnly,
    }) as Source<never>,
    sink: graph<{ readonly group: string; readonly member: string }>(value => ({
      kind: `remove-${noun}`,
      value: { ...value },
    })) as ChangeSink<never>,
  }
  const add: Phase = {
    name,
    plan: {
      source: wantedRows({
        source,
        name: input.from === '-' ? 'stdin' : input.from,
        relation,
        valuesOf,
        namesGroups,
        removes: !addOnly,
      }) as Source<never>,
      sink: { ...changeSink(operation, valuesOf, given({ group })), supersedes } as ChangeSink<never>,
      // A wrong file is stopped before it does harm.
      ...(!addOnly && { foresees: removal }),
    },
  }
  return addOnly ? [add] : [add, { name: 'remove', plan: removal }]
}

/** Types whose links the plain list of a group shows. */
const syncedTypes = { member: ['user', 'group', 'device', 'orgContact'], owner: ['user'] } as const

const expectTypes = (types: readonly string[], noun: 'member' | 'owner'): void => {
  const known: readonly string[] = syncedTypes[noun]
  const strange = types.find(type => !known.includes(type))
  if (strange === undefined && types.length > 0) return
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Expected --types to be ${known.length === 1 ? known[0] : `of ${known.join(', ')}`}, got ${strange ?? 'none'}${strange === 'servicePrincipal' ? ': Graph omits service principals from the list of a group' : ''}.`,
  )
}
