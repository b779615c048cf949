import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { GraphReply, GraphRequest } from '../../core/graph.ts'
import type { Operation, Ready, Values, Verdict } from '../../core/operation.ts'
import { settleAssignment, settleUnassignment } from '../assignments/verdicts.ts'
import { expectOnly, textOf } from '../values/expect.ts'
import { endIn } from './ends.ts'
import { policyRefusal } from './policy-refusal.ts'
import { decideRoles, lookAtRoles } from './look.ts'
import { actionOf, usualJustification } from './requests.ts'
import { ofRole, scopeOf, type RoleBefore, type RoleForm, type RoleRow } from './read.ts'

type RoleOperation = Operation<RoleRow, RoleBefore>

const nounOf = ({ isEligible, requests }: RoleForm): string =>
  isEligible ? 'eligible-role' : requests === undefined ? 'role' : 'timed-role'

/** What rows of assignments with a schedule say besides the grant. */
const ownOptions = {
  until: { type: 'DateTimeOffset', captions: ['endDateTime'] },
  justification: { type: 'String' },
  ticket: { type: 'String', captions: ['ticketNumber'] },
} as const

/** @param options whether its rows have these */
const common = (kind: string, form: RoleForm, options: Partial<typeof ownOptions> = {}) =>
  ({
    kind,
    changes: 'directoryRole',
    columns: {
      names: {
        role: {
          as: 'directoryRole',
          captions: ['roleName', 'roleDefinitionId', 'roleId', ...Object.keys(objectKinds.directoryRole.keyed)],
          keyed: objectKinds.directoryRole.keyed,
          about: 'The role: its name or template id.',
        },
        administrativeUnit: {
          as: 'administrativeUnit',
          captions: ['unit', 'administrativeUnitId', 'administrativeUnitName'],
          required: false,
          about: 'The administrative unit in which the role is given; the whole directory without it.',
        },
        principal: {
          as: 'object',
          captions: ['principalId', 'member', 'user', 'userPrincipalName', 'upn', 'objectId', 'id', 'mail'],
          about: 'Who has the role: the id of a user, group or service principal, or a user principal name or mail.',
        },
      },
      options,
    },
    accept(value) {
      expectOnly(
        value,
        ['role', 'administrativeUnit', 'principal', ...Object.keys(options), ...('until' in options ? ['from'] : [])],
        kind,
      )
      const unit = value['administrativeUnit']
      const isScoped = unit !== undefined && unit !== null && unit !== ''
      return {
        role: textOf(value, 'role', 'the name or template id of a role'),
        ...(isScoped && { administrativeUnit: textOf(value, 'administrativeUnit', 'the id or name of a unit') }),
        principal: textOf(value, 'principal', 'the id or user principal name of who has the role'),
        ...given({
          from: textIn(value, 'from', 'when it begins'),
          until: endIn(value),
          justification: textIn(value, 'justification', 'why it is made'),
          ticket: textIn(value, 'ticket', 'the number of a ticket'),
        }),
      }
    },
    named: ({ role, administrativeUnit, principal }) => [
      { as: 'directoryRole', name: role },
      { as: 'object', name: principal },
      ...(administrativeUnit === undefined ? [] : [{ as: 'administrativeUnit' as const, name: administrativeUnit }]),
    ],
    resolved: (value, [role, principal, unit]) => ({
      ...value,
      role: role!,
      ...(unit !== undefined && { administrativeUnit: unit }),
      principal: principal!,
    }),
    about: value => `${nounOf(form)} ${value.role}${scopeOf(value)}/${value.principal}`.toLowerCase(),
    ordered: true,
    locks: ({ principal }) => [principal.toLowerCase()],
    repeat: () => 'refused',
  }) as const satisfies Partial<RoleOperation>

const textIn = (value: Values, name: string, what: string): string | undefined =>
  (value[name] ?? '') === '' ? undefined : textOf(value, name, what)

/** The row without what only an assignment says. */
const withoutOptions = ({ role, administrativeUnit, principal }: RoleRow): RoleRow => ({
  role,
  ...given({ administrativeUnit }),
  principal,
})

const grantOf = (value: RoleRow): Readonly<Record<string, Json>> => ({
  roleDefinitionId: value.role,
  principalId: value.principal,
  directoryScopeId: scopeOf(value),
})

/**
 * A request of an administrator. Unless it waits for its time, it begins when it is made, since its start is in the past: a request has no
 * clock. So does the one in the first example of Microsoft's page, whose start is two days before it is made; no text says how far in the past a start may be.
 *
 * @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleeligibilityschedulerequests
 * @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests
 */
const asked = (url: string, value: RoleRow, isWanted: boolean): GraphRequest => ({
  method: 'POST',
  url,
  body: {
    ...grantOf(value),
    action: actionOf(isWanted),
    justification: value.justification ?? usualJustification,
    ...(value.ticket !== undefined && { ticketInfo: { ticketNumber: value.ticket, ticketSystem: null } }),
    ...(isWanted && {
      scheduleInfo: {
        startDateTime: value.from ?? '2020-01-01T00:00:00Z',
        expiration:
          value.until === undefined ? { type: 'noExpiration' } : { type: 'afterDateTime', endDateTime: value.until },
      },
    }),
  },
})

/** As other assignments, but what somebody else assigned may have another end, which only the directory tells. */
const settleScheduled = (rows: readonly Ready<RoleRow, RoleBefore>[], reply: GraphReply): readonly [Verdict] => {
  const refusal = policyRefusal(reply)
  if (refusal) return [refusal]
  const [verdict] = settleAssignment(rows, reply)
  return [typeof verdict === 'object' && verdict.outcome === 'unchanged' ? 'later' : verdict]
}

const titleOf = (verb: string, { isEligible, requests }: RoleForm): string =>
  `${verb} ${isEligible ? 'eligible roles' : requests === undefined ? 'roles' : 'active roles that end'}`

/** Gives directory roles. */
export const assignmentOf = (form: RoleForm): RoleOperation => ({
  ...common(`assign-${nounOf(form)}`, form, form.requests === undefined ? {} : ownOptions),
  detail: ({ until }) => (until === undefined ? undefined : `until ${until}`),
  title: titleOf('Assign', form),
  // A privileged role is given with consent only.
  touches: ({ role }) => [role],
  look: (values, context) => lookAtRoles(values, true, form, context),
  request: ([row]) =>
    form.requests !== undefined
      ? asked(form.requests, row!.value, true)
      : {
          method: 'POST',
          url: form.list,
          body: { '@odata.type': '#microsoft.graph.unifiedRoleAssignment', ...grantOf(row!.value) },
        },
  settle: form.requests === undefined ? settleAssignment : settleScheduled,
  decide: (rows, context) => decideRoles(rows, true, form, context),
  inverse: value => ({
    kind: `unassign-${nounOf(form)}`,
    value: withoutOptions(value),
    expected: { assigned: true },
  }),
})

/** Takes directory roles. */
export const unassignmentOf = (form: RoleForm): RoleOperation => ({
  ...common(`unassign-${nounOf(form)}`, form),
  title: titleOf('Unassign', form),
  lasts:
    'The assignment had an end that is not shown as a date, so it cannot be given again as it was: assign the role with an end of your choice.',
  onlyTakes: true,
  removal: () => 'remove',
  removesFrom: ({ role }) => ofRole(form, role),
  touches: ({ role, principal }) => [principal, role],
  look: (values, context) => lookAtRoles(values, false, form, context),
  request: ([row]) =>
    form.requests !== undefined
      ? asked(form.requests, row!.value, false)
      : { method: 'DELETE', url: `${form.list}/${row!.before.assignment}` },
  settle: settleUnassignment,
  decide: (rows, context) => decideRoles(rows, false, form, context),
  // Without its end, it would be more than it was.
  inverse: (value, { from, until }) =>
    until === null
      ? undefined
      : {
          kind: `assign-${nounOf(form)}`,
          value: { ...value, ...given({ from, until }) },
          expected: { assigned: false },
        },
})
