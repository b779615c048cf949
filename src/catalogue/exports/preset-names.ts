/** Names of the presets for `export --help`, which does not load the presets themselves. A test compares the two. */
export const presetNames: Readonly<Record<string, readonly string[]>> = {
  users: ['portal-users', 'portal-users-29', 'script-users', 'stale-users'],
  'deleted-users': ['deleted-users'],
  'deleted-groups': ['deleted-groups'],
  groups: ['portal-groups', 'script-groups'],
  members: ['portal-members', 'script-members'],
  devices: ['portal-devices', 'script-devices'],
}
