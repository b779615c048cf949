import type { Json } from '../core/json.ts'
import { createdBy, type OperationRow, type Values } from '../core/operation.ts'
import { makesPassword } from '../operations/users/initial-password.ts'
import { mustBeUnique } from '../operations/users/unique.ts'
import type { Changes, Decision } from './decision.ts'

/** How the operation `update-user` names a change of the user principal name. */
const updatedName: Readonly<Record<string, string>> = { userPrincipalName: 'newUserPrincipalName' }

const updated = (changes: Changes): Values =>
  Object.fromEntries(Object.entries(changes).map(([path, change]) => [updatedName[path] ?? path, change.new]))

const managerOf = ({ manager }: Decision): Json | undefined =>
  manager?.joiner === undefined ? manager?.new : createdBy(0, manager.joiner)

const ofAccount = (
  { action, wanted = {}, changes }: Decision,
  user: string,
  match: readonly string[],
): readonly OperationRow[] => {
  const update: readonly OperationRow[] =
    Object.keys(changes).length === 0 ? [] : [{ kind: 'update-user', value: { user, ...updated(changes) } }]
  switch (action) {
    case 'create':
      // The account has no password that anybody knows: it is made, and handed out at the end.
      // Much time may pass until it is sent, and somebody else may make an account that the next feed recognises.
      return [
        {
          kind: 'create-user',
          value: { ...wanted, [makesPassword]: true, ...(match.length > 0 && { [mustBeUnique]: match }) },
        },
      ]
    case 'restore':
      return [{ kind: 'restore-user', value: { user } }, ...update]
    case 'update':
      return update
    case 'disable':
      return [{ kind: 'disable-user', value: { user } }]
    case 'delete':
      return [{ kind: 'delete-user', value: { user } }]
    case 'none':
      return []
  }
}

/**
 * The changes to the directory that a decision means, in order: the account, its manager, its groups, its sessions. None if it is
 * switched off.
 *
 * @param match paths of the properties by which accounts are recognised: nobody else may have those of a new one
 */
export const stepsOf = (decision: Decision, match: readonly string[] = []): readonly OperationRow[] => {
  if (decision.off !== undefined) return []
  const user = decision.action === 'create' ? createdBy(0) : decision.account?.id
  if (user === undefined) return []
  const manager = managerOf(decision)
  const { add = [], remove = [] } = decision.groups ?? {}
  const members = (kind: string, groups: readonly string[]): readonly OperationRow[] =>
    groups.map(group => ({ kind, value: { group, member: user } }))
  return [
    ...ofAccount(decision, user, match),
    ...(manager === undefined
      ? []
      : manager === null
        ? [{ kind: 'clear-manager', value: { user } }]
        : [{ kind: 'set-manager', value: { user, manager } }]),
    ...members('add-member', add),
    ...members('remove-member', remove),
    ...(decision.revokeSessions ? [{ kind: 'revoke-sessions', value: { user } }] : []),
  ]
}
