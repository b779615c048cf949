import { writeFileSync } from 'node:fs'
import t from 'tap'
import { appRolesOf } from '../../src/sandbox/resources/granted.ts'
import type { Kind, Reference, Relation } from '../../src/sandbox/directory/types.ts'
import { cellsOf, openBed } from './bed.ts'

const bed = await openBed(t, { users: 600 })
const { directory } = bed
const desk = bed.desk()
const idsOf = (kind: Kind): readonly string[] =>
  directory.collection(kind).slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
const valueOf = ({ kind, id }: Reference, name: string): string =>
  String(directory.collection(kind).get(id)?.[name] ?? '')
const related = (kind: Kind, id: string, relation: Relation): readonly Reference[] =>
  directory.related(kind, id, relation, 99_999).references
/** The rows of an export to a CSV file, and what it reports. */
const exported = async (...args: readonly string[]) => {
  const { status, stderr } = await desk.run(['export', ...args, '--to', 'pairs.csv', '--fresh'])
  t.equal(status, 0, stderr)
  const [header, ...rows] = cellsOf(desk.read('pairs.csv'))
  return { header, rows, stderr }
}
const sorted = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map(row => row.join(' ')).toSorted()

t.test('owners of groups, apps and service principals are those of the directory', async t => {
  for (const [of, kind] of [
    ['groups', 'group'],
    ['applications', 'application'],
    ['service-principals', 'servicePrincipal'],
  ] as const) {
    const { header, rows, stderr } = await exported('owners', '--of', of)
    t.strictSame(header, [`${kind}Id`, `${kind}Name`, 'ownerId', 'ownerType', 'displayName', 'userPrincipalName'])
    const pairs = idsOf(kind).flatMap(id =>
      related(kind, id, 'owners')
        .filter(owner => kind !== 'group' || owner.kind !== 'servicePrincipal')
        .map(owner => [id, valueOf({ kind, id }, 'displayName'), owner.id, owner.kind]),
    )
    t.strictSame(sorted(rows.map(cells => cells.slice(0, 4))), sorted(pairs), of)
    t.match(stderr, `the owners of ${idsOf(kind).length} ${of.replace('-', ' ')} were read`)
  }
})

t.test('registered owners are those of the devices, whose two ids have a column each', async t => {
  const { header, rows } = await exported('registered-owners', '--select', 'userPrincipalName')
  t.strictSame(header, ['deviceObjectId', 'deviceId', 'deviceName', 'ownerId', 'ownerType', 'userPrincipalName'])
  const pairs = idsOf('device').flatMap(id =>
    related('device', id, 'registeredOwners').map(owner => [
      id,
      valueOf({ kind: 'device', id }, 'deviceId'),
      valueOf({ kind: 'device', id }, 'displayName'),
      owner.id,
      owner.kind,
      valueOf(owner, 'userPrincipalName'),
    ]),
  )
  t.ok(pairs.length > 0)
  t.strictSame(sorted(rows), sorted(pairs))
})

t.test('the groups of users are those of the directory, direct or transitive, without roles and units', async t => {
  const users = idsOf('user').slice(0, 60)
  writeFileSync(desk.path('users.txt'), users.join('\n'))
  for (const transitive of [false, true]) {
    const { header, rows } = await exported('groups-of', '--ids', 'users.txt', ...(transitive ? ['--transitive'] : []))
    t.strictSame(header, ['userId', 'userPrincipalName', 'groupId', 'groupName', 'mail', 'securityEnabled'])
    const groups = (id: string): readonly Reference[] =>
      directory[transitive ? 'transitiveMemberOf' : 'memberOf']({ kind: 'user', id }, 'direct', () => true)
    const pairs = users.flatMap(id =>
      groups(id)
        .filter(({ kind }) => kind === 'group')
        .map(group => [
          id,
          valueOf({ kind: 'user', id }, 'userPrincipalName'),
          ...[group.id, valueOf(group, 'displayName'), valueOf(group, 'mail'), valueOf(group, 'securityEnabled')],
        ]),
    )
    t.ok(pairs.length > users.length)
    t.strictSame(sorted(rows), sorted(pairs))
  }
})

t.test('app role assignments are those of each resource, with the value of the role', async t => {
  const { header, rows } = await exported('app-role-assignments')
  const wanted = idsOf('servicePrincipal').flatMap(id =>
    appRolesOf(directory, 'servicePrincipal', id, 'appRoleAssignedTo'),
  )
  t.ok(wanted.length > 0)
  const at = (name: string): number => header!.indexOf(name)
  const own = ['id', 'resourceId', 'principalId', 'principalType', 'principalDisplayName', 'appRoleId']
  t.strictSame(
    sorted(rows.map(cells => own.map(name => cells[at(name)]))),
    sorted(wanted.map(one => own.map(name => one[name]))),
  )
  for (const cells of rows) {
    const roles = directory.collection('servicePrincipal').get(cells[at('resourceId')]!)!['appRoles'] as readonly {
      readonly id: string
      readonly value: string
    }[]
    const role = roles.find(({ id }) => id === cells[at('appRoleId')])
    t.equal(cells[at('appRoleValue')], role?.value ?? '')
  }
})

t.test('options of other kinds are refused with what to use', async t => {
  for (const [args, message] of [
    [['users', '--of', 'groups'], '--of is an option of `export owners`, not of users.'],
    [
      ['owners', '--of', 'applications', '--group', 'x'],
      '--group names groups, and --of applications asks for others.',
    ],
    [['owners', '--transitive'], '--transitive is an option of'],
    [
      ['app-role-assignments', '--select', 'mail'],
      "'mail' is not a column of app-role-assignments, which has id, resourceId",
    ],
  ] as const) {
    const { status, stderr } = await desk.run(['export', ...args])
    t.equal(status, 2)
    t.match(stderr, message)
  }
})
