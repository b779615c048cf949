import { guidOf } from './registered-apps.ts'

/** The roles that an application of the tenant declares. Ids are derived from its own. */
export const ownAppRoles = (appId: string) =>
  (
    [
      ['Reader', 'User', true],
      ['Approver', 'User', true],
      ['Tasks.Read.All', 'Application', true],
      ['Auditor', 'User', false],
    ] as const
  ).map(([value, type, isEnabled]) => ({
    allowedMemberTypes: [type],
    description: `Allows what the role ${value} allows.`,
    displayName: value,
    id: guidOf(`${appId}/${value}`),
    isEnabled,
    origin: 'Application',
    value,
  }))
