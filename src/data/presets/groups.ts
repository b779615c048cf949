import type { Fields } from '../../core/json.ts'
import { same, type Column, type Preset } from './preset.ts'

const has = (group: Fields, type: string): boolean =>
  Array.isArray(group['groupTypes']) && group['groupTypes'].includes(type)

/** As in Microsoft's export script: every group that is not a Microsoft 365 group is `Security`. */
const groupType = (header: string): Column => ({
  header,
  from: 'groupTypes',
  value: group => (has(group, 'Unified') ? 'Microsoft 365' : 'Security'),
})

const membershipType = (header: string): Column => ({
  header,
  from: 'groupTypes',
  value: group => (has(group, 'DynamicMembership') ? 'Dynamic' : 'Assigned'),
})

/** Layouts of groups. */
export const groupPresets: readonly Preset[] = [
  {
    name: 'portal-groups',
    of: 'groups',
    summary: 'The 10 columns of the Entra portal’s group download',
    uncertain:
      'The order of the columns, and the values of groupType for mail-enabled groups and of source, are not published and may differ.',
    columns: [
      ...same('id', 'displayName'),
      {
        header: 'groupType',
        from: 'groupTypes',
        value: group =>
          has(group, 'Unified')
            ? 'Microsoft 365'
            : group['mailEnabled'] !== true
              ? 'Security'
              : group['securityEnabled'] === true
                ? 'Mail-enabled security'
                : 'Distribution',
      },
      membershipType('membershipType'),
      {
        header: 'source',
        from: 'onPremisesSyncEnabled',
        value: group => (group['onPremisesSyncEnabled'] === true ? 'Windows Server AD' : 'Cloud'),
      },
      ...same('mail', 'securityEnabled', 'mailEnabled', 'isAssignableToRole', 'onPremisesSyncEnabled'),
    ],
  },
  {
    name: 'script-groups',
    of: 'groups',
    summary: 'The columns of Microsoft’s documented export script for groups',
    columns: [
      { header: 'Id', from: 'id' },
      { header: 'DisplayName', from: 'displayName' },
      { header: 'Mail', from: 'mail' },
      groupType('GroupType'),
      membershipType('MembershipType'),
    ],
  },
  {
    name: 'deleted-groups',
    of: 'deleted-groups',
    summary: 'Groups in the recycle bin, with the properties required to restore them',
    uncertain: 'The order of the portal’s columns is not published and may differ.',
    columns: same('id', 'displayName', 'mail', 'groupTypes', 'deletedDateTime'),
  },
]
