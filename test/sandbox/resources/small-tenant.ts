import { createFakeDirectory, guid } from './fake-directory.ts'

const day = (n: number): string => `2024-01-${String(n).padStart(2, '0')}T08:00:00Z`

/** Twelve users, a few groups, devices, apps: 1–12 users, 13–18 groups, 19 device, 20 app, 21 service principal, 22 role, 23 unit, 24 contact. */
export const smallTenant = (options: Parameters<typeof createFakeDirectory>[0] = {}) => {
  const directory = createFakeDirectory(options)
  const first = ['Ann', 'Bob', 'Cora', 'Dan', 'Eve', 'Finn', 'Gina', 'Hal', 'Ivy', 'Jack', 'Kim', 'Leo']
  const users = first.map((name, at) =>
    directory.add('user', {
      displayName: `${name} Ward`,
      givenName: name,
      surname: 'Ward',
      mail: `${name.toLowerCase()}@contoso.com`,
      userPrincipalName: `${name.toLowerCase()}@contoso.com`,
      department: at % 2 === 0 ? 'Sales' : 'Research',
      companyName: at < 6 ? 'Contoso' : null,
      accountEnabled: at % 3 !== 0,
      userType: at === 11 ? 'Guest' : 'Member',
      createdDateTime: at === 11 ? null : day(at + 1),
      businessPhones: at === 0 ? ['+1 425 555 0100'] : [],
    }),
  )
  const group = (displayName: string, more: object = {}) =>
    directory.add('group', {
      displayName,
      mailNickname: displayName.toLowerCase(),
      securityEnabled: true,
      mailEnabled: false,
      ...more,
    })
  const [all, unified, nested, circle, hidden, plain] = [
    group('Everyone', { uniqueName: 'everyone' }),
    group('Project', { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false }),
    group('Nested'),
    group('Circle'),
    group('Hidden', { groupTypes: ['Unified'], visibility: 'HiddenMembership' }),
    group('Plain'),
  ] as const
  const device = directory.add('device', { displayName: 'PC-1', deviceId: guid(500), operatingSystem: 'Windows' })
  const application = directory.add('application', { displayName: 'App', appId: guid(600) })
  const servicePrincipal = directory.add('servicePrincipal', { displayName: 'App', appId: guid(600) })
  const role = directory.add('directoryRole', {
    displayName: 'Global Administrator',
    description: 'All',
    roleTemplateId: '62e90394-69f5-4237-9190-012177145e10',
  })
  const unit = directory.add('administrativeUnit', { displayName: 'North' })
  const contact = directory.add('orgContact', { displayName: 'Zoe', mail: 'zoe@fabrikam.com' })

  const user = (n: number) => ({ kind: 'user', id: users[n]!.id }) as const
  for (const at of users.keys()) directory.link('group', all.id, 'members', user(at))
  directory.link('group', all.id, 'members', { kind: 'servicePrincipal', id: servicePrincipal.id })
  directory.link('group', all.id, 'members', { kind: 'device', id: device.id })
  directory.link('group', all.id, 'members', { kind: 'group', id: nested.id })
  directory.link('group', nested.id, 'members', user(1))
  directory.link('group', nested.id, 'members', { kind: 'group', id: circle.id })
  directory.link('group', circle.id, 'members', { kind: 'group', id: nested.id })
  directory.link('group', circle.id, 'members', user(2))
  directory.link('group', unified.id, 'members', user(0))
  directory.link('group', unified.id, 'owners', user(3))
  directory.link('group', hidden.id, 'members', user(4))
  directory.link('user', users[1]!.id, 'manager', user(0))
  directory.link('user', users[2]!.id, 'manager', user(1))
  directory.link('device', device.id, 'registeredOwners', user(0))
  directory.link('device', device.id, 'registeredUsers', user(1))
  directory.link('directoryRole', role.id, 'members', user(0))
  directory.link('directoryRole', role.id, 'members', { kind: 'servicePrincipal', id: servicePrincipal.id })
  directory.link('administrativeUnit', unit.id, 'members', user(5))
  directory.link('application', application.id, 'owners', user(6))
  return {
    directory,
    users,
    groups: { all, unified, nested, circle, hidden, plain },
    device,
    application,
    servicePrincipal,
    role,
    unit,
    contact,
  }
}
