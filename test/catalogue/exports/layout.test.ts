import t from 'tap'
import type { ExportParams } from '../../../src/catalogue/exports/export-params.ts'
import type { ExportKind } from '../../../src/catalogue/exports/kinds.ts'
import { exportedPairs } from '../../../src/catalogue/exports/exported-pairs.ts'
import { relationKinds } from '../../../src/catalogue/exports/kinds.ts'
import { layout } from '../../../src/catalogue/exports/layout.ts'

const types: Partial<Record<ExportKind, string>> = {
  users: 'user',
  members: 'user',
  devices: 'device',
  groups: 'group',
}
const laid = (what: ExportKind, params: Partial<ExportParams>) =>
  layout(what, { type: types[what] ?? '' }, { to: 'out.csv', trailer: true, ...params } as ExportParams)

t.test('columns are added to a preset, each once, under the requested names', async t => {
  const { preset } = laid('users', { preset: 'script-users', select: ['+department', '+manager/displayName', '+Id'] })
  t.strictSame(preset?.header.columns, [
    ...['Id', 'DisplayName', 'UserPrincipalName', 'UserType', 'OnPremisesSyncEnabled', 'CompanyName', 'CreationType'],
    ...['department', 'manager/displayName'],
  ])
  t.match(preset?.listing.select, ['id', 'displayName'])
  t.equal(preset?.listing.select.includes('manager/displayName'), true)
})

t.test('columns are added to the default ones, and to all', async t => {
  const usual = laid('users', {})
  const added = laid('users', { select: ['+manager', '+mail'] })
  t.strictSame(added.columns, [...usual.columns!, 'manager'])
  t.strictSame(added.select, added.columns)
  t.equal(laid('groups', { preset: 'all', select: ['+owners'] }).columns?.at(-1), 'owners')
})

t.test('an expanded relation is a column', async t => {
  t.strictSame(laid('devices', { select: ['id'], expand: 'registeredUsers($select=id)' }), {
    select: ['id', 'registeredUsers'],
    columns: ['id', 'registeredUsers'],
    expand: 'registeredUsers($select=id)',
  })
  t.equal(laid('devices', { expand: 'registeredUsers' }).columns?.at(-1), 'registeredUsers')
})

t.test('with several groups each row names its group', async t => {
  const group = ['Sales', 'IT']
  t.strictSame(laid('members', { group, select: ['mail'] }).columns, ['mail', 'groupId', 'groupName'])
  t.strictSame(laid('members', { group }).columns?.slice(-2), ['groupId', 'groupName'])
  t.strictSame(laid('members', { group, preset: 'script-members' }).preset?.header.columns, [
    ...['id', 'userPrincipalName', 'displayName', 'groupId', 'groupName'],
  ])
  t.strictSame(laid('members', { group: ['Sales', 'Sales'], select: ['mail'] }).columns, ['mail'])
})

t.test('added columns and a complete list of columns cannot be combined', async t => {
  t.throws(() => laid('users', { select: ['+manager', 'mail'] }), {
    code: 'USAGE',
    message: /write \+mail; to name all/,
  })
  t.throws(() => laid('users', { preset: 'portal-users', select: ['mail'] }), { code: 'USAGE', message: /plus/ })
  t.throws(() => laid('devices', { preset: 'portal-devices', expand: 'registeredUsers' }), { code: 'USAGE' })
})

t.test('any collection has the named columns, or those of its rows', async t => {
  t.strictSame(laid('graph', { path: '/directoryRoles' }), {})
  t.strictSame(laid('graph', { path: '/directoryRoles', select: ['id'] }).columns, ['id'])
})

t.test('a column cannot be added to the unknown columns of a collection', t => {
  t.throws(() => layout('graph', { type: 'directoryRole' }, { to: '-', select: ['+description'] } as never), {
    code: 'USAGE',
    message: /Name all columns, without a plus/,
  })
  t.end()
})

t.test('a row of a pair keeps the ids that identify it, whatever is selected', async t => {
  for (const kind of relationKinds) {
    const { type, pairs } = exportedPairs[kind]
    const columns = (select: readonly string[]) =>
      layout(kind, { type, pairs: pairs! }, { to: 'out.csv', trailer: true, select } as ExportParams).columns
    const { keys, first } = pairs!({ to: 'out.csv', trailer: true } as ExportParams)
    t.ok(
      keys.every(key => first.includes(key)),
      kind,
    )
    t.strictSame(columns(keys), keys, kind)
    for (const name of first) t.strictSame(columns([name]), [...keys.filter(key => key !== name), name], kind)
  }
  const managers = layout('managers', { type: 'user', pairs: exportedPairs.managers.pairs! }, {
    to: 'out.csv',
    trailer: true,
    select: ['displayName', 'managerId'],
  } as ExportParams)
  t.strictSame(managers.columns, ['userId', 'displayName', 'managerId'])
})
