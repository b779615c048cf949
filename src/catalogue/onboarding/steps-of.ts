import { given } from '../../core/given.ts'
import { createdBy, type OperationRow } from '../../core/operation.ts'
import { makesPassword, withholdsPassword } from '../../operations/users/initial-password.ts'
import { mustBeUnique } from '../../operations/users/unique.ts'
import type { Found, Wanted } from './cohort.ts'
import type { OnboardOptions } from './options.ts'

/** What is done for a person. */
export interface Onboarding {
  readonly wanted: Wanted
  readonly found: Found
}

type RoleOptions = Pick<OnboardOptions, 'isEligible' | 'roleUntil' | 'justification' | 'ticket'>

const roleStep = (
  role: string,
  principal: string,
  { isEligible, roleUntil, justification, ticket }: RoleOptions,
): OperationRow => {
  const kind = isEligible ? 'assign-eligible-role' : roleUntil === undefined ? 'assign-role' : 'assign-timed-role'
  const more = kind === 'assign-role' ? {} : given({ until: roleUntil, justification, ticket })
  return { kind, value: { role, principal, ...more } }
}

/**
 * The changes for a person, in order: the account, products, groups, what groups give, the manager, the pass, and the role last, which
 * nobody gets who is not ready.
 */
export const stepsOf = (
  { wanted, found }: Onboarding,
  options: RoleOptions & Pick<OnboardOptions, 'match' | 'pass'>,
): readonly OperationRow[] => {
  const { account, skus, groups, inherited = [], role } = wanted
  const user = found.account ?? createdBy(0)
  const { usageLocation, manager, pass } = found
  const create: OperationRow = {
    kind: 'create-user',
    value: {
      ...account,
      [makesPassword]: true,
      ...(options.pass && { [withholdsPassword]: true }),
      ...(options.match !== undefined && { [mustBeUnique]: [options.match] }),
    },
  }
  const boss = typeof manager === 'object' ? createdBy(0, manager.key) : manager
  return [
    ...(found.account === undefined
      ? [create]
      : usageLocation === undefined
        ? []
        : [{ kind: 'set-usage-location', value: { user, usageLocation } }]),
    ...skus.map(sku => ({
      kind: 'assign-license',
      value: { user, sku, ...(found.account !== undefined && given({ usageLocation })) },
    })),
    ...groups.map(group => ({ kind: 'add-member', value: { group, member: user } })),
    ...inherited.map(({ sku, group }) => ({ kind: 'await-license', value: { user, sku, group } })),
    ...(boss === undefined ? [] : [{ kind: 'set-manager', value: { user, manager: boss } }]),
    ...(pass ? [{ kind: 'create-access-pass', value: { user, ...pass } }] : []),
    ...(role === undefined ? [] : [roleStep(role, user, options)]),
  ]
}
