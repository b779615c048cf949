import type { Finding, Values } from '../../core/operation.ts'

/** Properties that say where a group is mastered. */
export const groupMastery: readonly string[] = ['displayName', 'onPremisesSyncEnabled', 'mailEnabled', 'groupTypes']

const types = ({ groupTypes }: Values): readonly unknown[] => (Array.isArray(groupTypes) ? groupTypes : [])

/** Whether it is a Microsoft 365 group. */
export const isUnified = (group: Values): boolean => types(group).includes('Unified')

/** Whether a rule decides who its members are. */
export const isDynamic = (group: Values): boolean => types(group).includes('DynamicMembership')

/** Why a group cannot be changed through Graph; undefined if it can. @param what would be changed: `it`, `its members` */
export const masteredOfGroup = (group: Values, what = 'it'): Finding | undefined => {
  const name = String(group['displayName'] ?? 'The group')
  if (group['onPremisesSyncEnabled'] === true)
    return {
      outcome: 'failed',
      code: 'ON_PREMISES',
      message: `${name} is synchronized from Active Directory, which masters ${what}.`,
      fix: 'Change the group in Active Directory. The next synchronization brings the change here.',
    }
  if (group['mailEnabled'] === true && !isUnified(group))
    return {
      outcome: 'failed',
      code: 'GROUP_OF_EXCHANGE',
      message: `${name} is a distribution list or a mail-enabled security group, which Graph cannot change.`,
      fix: 'Change the group in Exchange.',
    }
  return undefined
}
