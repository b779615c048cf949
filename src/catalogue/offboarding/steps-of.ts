import type { Later } from '../../core/later.ts'
import type { OperationRow } from '../../core/operation.ts'
import { licencesOf } from '../../licensing/user-licences.ts'
import { isDynamic, masteredOfGroup } from '../../operations/groups/mastered.ts'
import type { HeldGroup, HeldRole, Person, Taking } from './person.ts'
import { unitIn } from './role-names.ts'
import { isSynced } from './read-people.ts'

/** Something that is not taken, and why. */
interface Kept {
  readonly operation: string
  /** Id of what is kept. */
  readonly target: string
  readonly code: string
  readonly message: string
  readonly fix: string
}

/** What is done about a person: rows, each of several steps, in groups that are sent one after the other, and what is not done. */
export interface Steps {
  readonly stages: readonly (readonly (readonly OperationRow[])[])[]
  readonly kept: readonly Kept[]
}

/** How people are offboarded. */
export interface Offboarding extends Taking {
  /** When licences go, if not now. */
  readonly after?: Later['from']
  /** When the account is deleted, if it is. */
  readonly deleteAfter?: Later['from']
}

const nameOf = (group: HeldGroup): string => String(group['displayName'] ?? group.id)

/** Why a person stays in a group; undefined if not. */
const keptIn = (operation: string, group: HeldGroup, what: string): Kept | undefined => {
  const target = group.id
  if (operation === 'remove-member' && isDynamic(group))
    return {
      operation,
      target,
      code: 'GROUP_DYNAMIC',
      message: `${nameOf(group)} is a dynamic group: its members follow from its rule.`,
      fix: 'Change the rule of the group, or the properties of the user.',
    }
  const mastered = masteredOfGroup(group, what)
  return mastered && { operation, target, code: mastered.code!, message: mastered.message!, fix: mastered.fix! }
}

/** The row that takes a role; why it stays, if it is given for a single object. */
const roleStep = (kind: string, user: string, role: HeldRole): OperationRow | Kept => {
  const { roleDefinitionId, directoryScopeId, name = roleDefinitionId } = role
  const value = { role: roleDefinitionId, principal: user }
  if (directoryScopeId === '/') return { kind, value }
  const administrativeUnit = unitIn(directoryScopeId)
  if (administrativeUnit !== undefined) return { kind, value: { ...value, administrativeUnit } }
  return {
    operation: kind,
    target: role.id,
    code: 'ROLE_OF_OBJECT',
    message: `The role ${name} is given for ${directoryScopeId} alone, which is not changed here.`,
    fix: 'Take it in the portal.',
  }
}

const isStep = (step: OperationRow | Kept): step is OperationRow => 'kind' in step

const synced = (user: string, operation: string, message: string): Kept => ({
  operation,
  target: user,
  code: 'ON_PREMISES',
  message,
  fix: 'Change the user in Active Directory, and run the command again after the next synchronization.',
})

/** The person may sign in again by then, or have another name. */
const ifStillLeft = (from: Later['from'], holds: readonly string[]): Pick<OperationRow, 'later'> => ({
  later: { from, holds, expected: { accountEnabled: false } },
})

const none: Steps['stages'] = []

/**
 * What is done about a person, in this order: sign-in and sessions, roles, groups, licences, the later deletion.
 *
 * @param isRevoked whether the sessions were revoked lately, by an earlier run
 */
export const stepsOf = (person: Person, offboarding: Offboarding, isRevoked: boolean): Steps => {
  const { user: found, groups, owned, active, timed, eligible } = person
  const { id: user } = found
  const kept: Kept[] = []
  const split = (steps: readonly (OperationRow | Kept)[]): readonly (readonly OperationRow[])[] => {
    kept.push(...steps.filter((step): step is Kept => !isStep(step)))
    return steps.filter(isStep).map(step => [step])
  }
  if (isSynced(found) && found['accountEnabled'] !== false)
    return {
      stages: none,
      kept: [
        synced(
          user,
          'disable-user',
          'The user is synchronized from Active Directory, which blocks the sign-in, so nothing was done about the user.',
        ),
      ],
    }
  const first: OperationRow[] = [{ kind: 'disable-user', value: { user } }]
  if ((found['externalUserState'] ?? null) !== null)
    kept.push({
      operation: 'revoke-sessions',
      target: user,
      code: 'EXTERNAL_USER',
      message: 'The user signs in at another tenant, so its sessions cannot be revoked here.',
      fix: 'Nothing: the user is disabled here.',
    })
  else if (!isRevoked) first.push({ kind: 'revoke-sessions', value: { user } })
  const roles = split([
    ...active.map(role => roleStep('unassign-role', user, role)),
    ...timed.map(role => roleStep('unassign-timed-role', user, role)),
    ...eligible.map(role => roleStep('unassign-eligible-role', user, role)),
  ])
  const memberships = split([
    ...groups.map(
      group =>
        keptIn('remove-member', group, 'its members') ?? {
          kind: 'remove-member',
          value: { group: group.id, member: user },
        },
    ),
    ...owned.map(
      ({ group, isLast }) =>
        (isLast ? lastOwner(group) : keptIn('remove-owner', group, 'its owners')) ?? {
          kind: 'remove-owner',
          value: { group: group.id, member: user },
        },
    ),
  ])
  const { after, deleteAfter } = offboarding
  const licences = offboarding.licences
    ? [...licencesOf(found).direct.keys()].map(sku => [
        { kind: 'remove-license', value: { user, sku }, ...(after && ifStillLeft(after, ['plans'])) },
      ])
    : []
  const deletion =
    deleteAfter === undefined
      ? []
      : split([
          isSynced(found)
            ? synced(user, 'delete-user', 'The user is synchronized from Active Directory, which deletes it.')
            : { kind: 'delete-user', value: { user }, ...ifStillLeft(deleteAfter, ['userPrincipalName']) },
        ])
  return { stages: [[first], roles, memberships, licences, deletion].filter(rows => rows.length > 0), kept }
}

const lastOwner = (group: HeldGroup): Kept => ({
  operation: 'remove-owner',
  target: group.id,
  code: 'LAST_OWNER',
  message: `${nameOf(group)} would have no owner, so the user stays its owner.`,
  fix: 'Add another owner with `entrapipe owners add`, and run the command again.',
})
