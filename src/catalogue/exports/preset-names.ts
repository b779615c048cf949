/** The layouts there are, as `export --help` names them. A test holds them against the layouts themselves, which help does not load. */
export const presetNames: Readonly<Record<string, readonly string[]>> = {
  users: ['portal-users', 'portal-users-29', 'script-users'],
  'deleted-users': ['deleted-users'],
  groups: ['portal-groups', 'script-groups'],
  members: ['portal-members', 'script-members'],
  devices: ['portal-devices', 'script-devices'],
}
