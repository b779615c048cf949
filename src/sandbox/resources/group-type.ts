import type { Fields } from '../../core/json.ts'

/** What decides how a group may be changed. @see https://learn.microsoft.com/graph/api/resources/groups-overview */
export interface GroupType {
  /** A Microsoft 365 group. */
  readonly isUnified: boolean
  /** Members come from a rule. */
  readonly isDynamic: boolean
  /** A mail-enabled security group or a distribution list: managed in Exchange, not by Graph. */
  readonly isOfExchange: boolean
  readonly isSynced: boolean
  readonly isAssignableToRole: boolean
}

/** Reads the type of a group from its properties. */
export const groupTypeOf = (group: Fields): GroupType => {
  const types = Array.isArray(group['groupTypes']) ? (group['groupTypes'] as readonly unknown[]) : []
  const isUnified = types.includes('Unified')
  return {
    isUnified,
    isDynamic: types.includes('DynamicMembership'),
    isOfExchange: group['mailEnabled'] === true && !isUnified,
    isSynced: group['onPremisesSyncEnabled'] === true,
    isAssignableToRole: group['isAssignableToRole'] === true,
  }
}
