import type { Mutation } from '../../src/sandbox/directory/types.ts'
import { granting, type RoleGrant } from '../../src/sandbox/directory/role-links.ts'
import { revoking } from '../../src/sandbox/resources/role-grants.ts'
import { linkName, readLinkName } from './links.ts'
import { pairOf } from './pair.ts'
import { created, csvFile } from './population.ts'
import type { Stage } from './stage.ts'
import { eligibleByAnother } from './eligible-by-another.ts'
import { mutateAll } from './trial.ts'

/** Roles that the second writer leaves alone otherwise: nobody must be the last Global Administrator. */
const called = ['Helpdesk Administrator', 'Reports Reader', 'User Administrator', 'Groups Administrator']

/** A scope is a path with slashes. */
const scopeMark = ' '

/** Directory roles are given and taken, some of them in an administrative unit; both are undone, the last one first. */
export const roleTrials = (stage: Stage, count: number, isEligible: boolean) => {
  const { directory } = stage
  const roles = directory.directoryRoleTemplates.filter(({ displayName }) => called.includes(String(displayName)))
  const unit = created(stage, 'administrativeUnit', 1, () => [
    {
      do: 'create',
      kind: 'administrativeUnit',
      values: { displayName: `Unit ${isEligible}`, membershipType: 'Assigned' },
    },
  ])[0]!
  // Some users of the directory have roles.
  const users = created(stage, 'user', count, at => {
    const name = `${isEligible ? 'eligible' : 'active'}${at}`
    const values = { displayName: name, userPrincipalName: `${name}@${stage.domain}`, mailNickname: name }
    return [{ do: 'create', kind: 'user', values: { ...values, accountEnabled: true } }]
  })
  const unitScope = `/administrativeUnits/${unit}`
  const rows = users.map((principal, at) => ({
    principal,
    role: roles[at % roles.length]!,
    unit: at % 4 === 0 ? unit : '',
  }))
  const nameOf = (role: unknown, principal: unknown, within: unknown): string =>
    linkName(`${String(role)}${scopeMark}${within === unit ? 'unit' : ''}`, principal)
  const grantOf = (name: string): RoleGrant => {
    const [held, id] = readLinkName(name)
    const [role, within] = held.split(scopeMark)
    return { role: role!, principal: { kind: 'user', id }, scope: within === 'unit' ? unitScope : '/' }
  }
  const activated = (role: string) => directory.collection('directoryRole').find('roleTemplateId', role, 'truth')
  const eligible = ({ role, principal, scope }: RoleGrant) =>
    ({ family: 'eligibleRoles', principal, of: role, within: scope }) as const

  return pairOf({
    noun: isEligible ? 'eligible roles' : 'roles',
    verbs: ['assign', 'unassign'],
    command: ['roles'],
    more: isEligible ? ['--eligible'] : [],
    again: 'unchanged',
    file: csvFile(
      stage,
      `roles-${isEligible}.csv`,
      'role,administrativeUnit,principal',
      rows.map(({ role, unit: within, principal }, at) =>
        [at % 3 === 0 ? role.id : String(role['displayName']), within, principal].join(','),
      ),
    ),
    writes: isEligible
      ? {
          give: ['POST /roleManagement/directory/roleEligibilityScheduleRequests'],
          take: ['POST /roleManagement/directory/roleEligibilityScheduleRequests'],
        }
      : {
          give: ['POST /roleManagement/directory/roleAssignments'],
          take: ['DELETE /roleManagement/directory/roleAssignments/*'],
        },
    rowsPerGift: 1,
    // Rows are sent in the order of their principals.
    inOrder: rows.map(({ role, principal, unit: within }) => nameOf(role.id, principal, within)),
    nameOf: value => nameOf(value['role'], value['principal'], value['administrativeUnit']),
    *truth() {
      for (const { principal, of, within, by } of directory.assignmentTruth(isEligible ? 'eligibleRoles' : 'roles'))
        yield { name: nameOf(of, principal, within === unitScope ? unit : ''), by }
      if (!isEligible)
        for (const role of roles) {
          const found = activated(role.id)
          if (!found) continue
          for (const { target, by } of directory.linkTruth('directoryRole', found.id, 'members'))
            yield { name: nameOf(role.id, target, ''), by }
        }
    },
    isThere(name) {
      const grant = grantOf(name)
      if (isEligible) return directory.assignment(eligible(grant), 'truth') !== undefined
      const { role, principal, scope } = grant
      if (scope !== '/')
        return directory.assignment({ family: 'roles', principal, of: role, within: scope }, 'truth') !== undefined
      const found = activated(role)
      return found !== undefined && directory.isRelated('directoryRole', found.id, 'members', principal, 'truth')
    },
    change(name, what) {
      const grant = grantOf(name)
      const changes = (): readonly Mutation[] =>
        isEligible
          ? eligibleByAnother(directory, grant, what === 'added')
          : what === 'added'
            ? granting(directory, grant)
            : activated(grant.role) || grant.scope !== '/'
              ? revoking(directory, grant)
              : []
      const made = changes()
      return made.length > 0 && mutateAll(stage, made)
    },
  })
}
