import { dueTimeIn } from '../../core/due-time.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { ChangeRow } from '../../core/operation.ts'
import type { Source } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { graph } from '../../sinks/graph.ts'
import { changeInput, type ChangeInputParams } from '../changes/change-input.ts'
import { loadOperations } from '../operations.ts'
import { leavers } from './leavers.ts'
import { rememberRevocations } from './revocations.ts'

/** Parameters of `offboard`, named like its flags. */
export interface OffboardParams extends ChangeInputParams {
  readonly removeGroups?: boolean
  readonly removeRoles?: boolean
  readonly removeLicenses?: boolean
  readonly after?: string
  readonly deleteAfter?: string
}

/**
 * The plan that offboards the people of its input.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const offboardPlan = async (params: OffboardParams): Promise<Plan> => {
  const { removeGroups = false, removeRoles = false, removeLicenses = false, after, deleteAfter, ...input } = params
  const [licencesGo, accountGoes] = [after, deleteAfter].map(text => (text === undefined ? undefined : dueTimeIn(text)))
  if (after !== undefined && !removeLicenses)
    throw new EntrapipeError(
      'OPTION_INVALID',
      '--after has no effect alone: it says when --remove-licenses takes them.',
      {
        fix: 'Add --remove-licenses, or leave it out.',
      },
    )
  if (licencesGo && accountGoes && isBefore(accountGoes, licencesGo))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Accounts would be deleted (${deleteAfter}) before their licences go (${after}).`,
      {
        fix: 'Leave --after out, or delete the accounts later.',
      },
    )
  const operation = (await loadOperations())('disable-user')!
  const { source, valuesOf } = changeInput({ kind: 'offboard', columns: operation.columns }, input)
  return {
    source: source as Source<never>,
    transforms: [
      leavers({
        valuesOf,
        groups: removeGroups,
        roles: removeRoles,
        licences: removeLicenses,
        ...given({ after: licencesGo, deleteAfter: accountGoes }),
      }),
    ] as never,
    sink: graph<ChangeRow>(({ steps }) => steps, { operation: operation.kind, follow: rememberRevocations }),
  }
}

type Time = NonNullable<ReturnType<typeof dueTimeIn>>

/** Whether one comes first, as far as they can be compared. */
const isBefore = (one: Time, other: Time): boolean => {
  if ('afterMs' in one && 'afterMs' in other) return one.afterMs < other.afterMs
  return 'atMs' in one && 'atMs' in other && one.atMs < other.atMs
}
