import { same, type Preset } from './preset.ts'

/** Layouts of the members of a group. */
export const memberPresets: readonly Preset[] = [
  {
    name: 'portal-members',
    of: 'members',
    summary: 'The columns of the Entra portal’s group member download',
    uncertain: 'The full list and the order of the portal’s columns are not published. Only these five are known.',
    columns: [
      ...same('id', 'userPrincipalName', 'displayName', 'mail'),
      {
        header: 'objectType',
        from: '@odata.type',
        value: member => String(member['@odata.type'] ?? '').replace('#microsoft.graph.', '') || null,
      },
    ],
  },
  {
    name: 'script-members',
    of: 'members',
    summary: 'The columns of Microsoft’s documented export script for group members',
    columns: same('id', 'userPrincipalName', 'displayName'),
  },
]
