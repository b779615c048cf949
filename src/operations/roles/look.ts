import { given } from '../../core/given.ts'
import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Decision, Finding, Looked, OperationContext, Sent } from '../../core/operation.ts'
import { globalAdministrator } from '../../data/privileged-roles.ts'
import { decided } from '../assignments/verdicts.ts'
import { noObject } from '../links/containers.ts'
import { graphTime } from '../objects/graph-time.ts'
import { typesOf, type ObjectType } from '../objects/types-of.ts'
import { readByIds, type Seen } from '../objects/read-each.ts'
import { endPast, isPast, otherEnd, sameEnd, shownEnd } from './ends.ts'
import { requestsTell } from './requests.ts'
import { holdersOf, rolesSeen, scopeOf, type Held, type RoleBefore, type RoleForm, type RoleRow } from './read.ts'

/** @see https://learn.microsoft.com/graph/api/resources/unifiedroleassignment */
const holderTypes: readonly string[] = ['user', 'group', 'servicePrincipal']

const missing = (kind: ObjectKind, id: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No ${objectKinds[kind].word} has the id ${id}.`,
  fix: `Correct the ${objectKinds[kind].word}. It may have been deleted.`,
})

interface Read {
  readonly roles: ReadonlyMap<string, Seen>
  readonly units: ReadonlyMap<string, Seen>
  readonly types: ReadonlyMap<string, ObjectType>
  readonly heldOf: (row: RoleRow) => Held | undefined
}

const read = async (values: readonly RoleRow[], form: RoleForm, context: OperationContext): Promise<Read> => {
  const roles = await readByIds(
    objectKinds.directoryRole.path,
    'id,displayName',
    values.map(({ role }) => role),
    context,
  )
  const units = await readByIds(
    objectKinds.administrativeUnit.path,
    'id,displayName',
    values.flatMap(({ administrativeUnit = [] }) => administrativeUnit),
    context,
  )
  const types = await typesOf(
    values.map(({ principal }) => principal),
    context,
  )
  const heldOf = await rolesSeen([...types.keys()], form, context)
  return { roles, units, types, heldOf }
}

/** Reads roles, units and principals, and compares what they have with what the rows want. */
export const lookAtRoles = async (
  values: readonly RoleRow[],
  wanted: boolean,
  form: RoleForm,
  context: OperationContext,
): Promise<readonly Looked<RoleBefore>[]> => {
  const { roles, units, types, heldOf } = await read(values, form, context)
  const groups = await readByIds(
    '/groups',
    'id,displayName,isAssignableToRole',
    [...types].flatMap(([id, type]) => (wanted && type === 'group' ? [id] : [])),
    context,
  )
  const nowMs = wanted && values.some(({ until }) => until !== undefined) ? await graphTime(context) : undefined
  const isScheduled = form.requests !== undefined
  const looked = values.map((value): Looked<RoleBefore> => {
    const { principal, role, administrativeUnit } = value
    const found = roles.get(role)
    if (!found) return missing('directoryRole', role)
    if (administrativeUnit !== undefined && !units.has(administrativeUnit))
      return missing('administrativeUnit', administrativeUnit)
    const type = types.get(principal)
    if (type === undefined) return noObject(principal)
    const held = heldOf(value)
    const called = `${form.isEligible ? 'eligible for' : 'assigned'} the role ${String(found['displayName'] ?? role)}`
    if (held && wanted && isScheduled && !sameEnd(value, held)) return otherEnd(value, held, called, form)
    if ((held !== undefined) === wanted)
      return { outcome: 'unchanged', id: principal, message: `${wanted ? 'Already' : 'Not'} ${called}.` }
    if (isPast(value, nowMs)) return endPast(value, form)
    return (
      (wanted ? misfit(type, groups.get(principal)) : undefined) ?? {
        send: { assigned: !wanted, assignment: held?.id ?? null, ...(held && isScheduled && scheduleOf(held)) },
      }
    )
  })
  return wanted || form.isEligible ? looked : withoutLast(values, looked, context)
}

/** What an undo needs to give an assignment back as it was. */
const scheduleOf = ({ start, end }: Held): Pick<RoleBefore, 'from' | 'until'> =>
  given({ from: start, until: end === null ? undefined : (end ?? null) })

const misfit = (type: ObjectType, group: Seen | undefined): Finding | undefined => {
  if (type !== 'unreadable' && !holderTypes.includes(type))
    return {
      outcome: 'failed',
      code: 'TYPE_NOT_ALLOWED',
      message: `The object is of type ${type}, which cannot have roles.`,
      fix: `Use an object of one of these types: ${holderTypes.join(', ')}.`,
    }
  if (type !== 'group' || group?.['isAssignableToRole'] === true) return undefined
  return {
    outcome: 'failed',
    code: 'GROUP_NOT_ASSIGNABLE',
    message: `${String(group?.['displayName'] ?? 'The group')} is not a role-assignable group.`,
    fix: 'Use a role-assignable group. Whether a group can have roles is decided when it is created.',
  }
}

/** Somebody must stay Global Administrator: the row that would take the role from the last one is not sent. */
const withoutLast = async (
  values: readonly RoleRow[],
  looked: readonly Looked<RoleBefore>[],
  context: OperationContext,
): Promise<readonly Looked<RoleBefore>[]> => {
  const isLoss = (value: RoleRow, at: number): boolean =>
    value.role === globalAdministrator && scopeOf(value) === '/' && 'send' in looked[at]!
  const losers = values.filter(isLoss).map(({ principal }) => principal)
  if (losers.length === 0) return looked
  const holders = [...(await holdersOf(globalAdministrator, context))]
  const types = await typesOf(holders, context)
  const isUser = (id: string): boolean => types.get(id) === 'user'
  if (holders.some(id => isUser(id) && !losers.includes(id))) return looked
  const last = values.findLastIndex((value, at) => isLoss(value, at) && isUser(value.principal))
  return looked.map((each, at) =>
    at === last
      ? {
          outcome: 'failed',
          code: 'PROTECTED',
          message: 'No user would be left as Global Administrator. Nothing was sent.',
          fix: 'Assign the role to another user first.',
        }
      : each,
  )
}

/** Decides rows whose reply was lost. */
export const decideRoles = async (
  rows: readonly Sent<RoleRow, RoleBefore>[],
  wanted: boolean,
  form: RoleForm,
  context: OperationContext,
): Promise<readonly Decision[]> => {
  const { roles, types, heldOf } = await read(
    rows.map(({ value }) => value),
    form,
    context,
  )
  const told = await requestsTell(rows, wanted, form, context)
  return rows.map((row): Decision => {
    const { value } = row
    const isThere = roles.has(value.role) && types.has(value.principal)
    const held = heldOf(value)
    if (isThere && held && wanted && form.requests !== undefined && !sameEnd(value, held))
      return {
        unknown: `No reply came, and the assignment that is there now is another one: ${shownEnd(held.end)}.`,
      }
    const isAsWanted = isThere ? (held !== undefined) === wanted : undefined
    return (isAsWanted === undefined ? undefined : told(row, isAsWanted)) ?? decided(row, isAsWanted)
  })
}
