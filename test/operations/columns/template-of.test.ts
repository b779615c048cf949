import { stringify } from 'csv-stringify/sync'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { changeInput } from '../../../src/catalogue/changes/change-input.ts'
import { loadOperations, operationsOfFiles } from '../../../src/catalogue/operations.ts'
import type { Fields } from '../../../src/core/json.ts'
import type { Values } from '../../../src/core/operation.ts'
import { templateOf } from '../../../src/operations/columns/template-of.ts'
import { partContext } from '../../contracts/part-context.ts'

const operations = await loadOperations()
const id = '11111111-2222-4333-8444-555555555555'
const upn = 'zoë@contoso.com'

/** A row for each template, and its values. */
const filled: Readonly<Record<string, readonly [cells: readonly string[], values: Values]>> = {
  'create-user': [
    [
      'Zoë "Z", Lee',
      'zoe@contoso.com',
      'Fresh-start-1!',
      'Yes',
      'Zoë',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '0151',
      '',
    ],
    {
      displayName: 'Zoë "Z", Lee',
      userPrincipalName: 'zoe@contoso.com',
      passwordProfile: { password: 'Fresh-start-1!' },
      accountEnabled: false,
      givenName: 'Zoë',
      businessPhones: ['0151'],
    },
  ],
  'invite-user': [
    ['ann@fabrikam.com', 'https://myapps.microsoft.com', 'TRUE', 'Welcome, Ann'],
    {
      invitedUserEmailAddress: 'ann@fabrikam.com',
      inviteRedirectUrl: 'https://myapps.microsoft.com',
      sendInvitationMessage: true,
      customizedMessageBody: 'Welcome, Ann',
    },
  ],
  'update-user': [
    [upn, '', '', '', 'Boss', 'Sales', '', '', '+49 30 1', '', 'DE', '0012'],
    {
      user: upn,
      jobTitle: 'Boss',
      department: 'Sales',
      businessPhones: ['+49 30 1'],
      usageLocation: 'DE',
      employeeId: '0012',
    },
  ],
  'delete-user': [[upn], { user: upn }],
  'enable-user': [[upn], { user: upn }],
  'disable-user': [[upn], { user: upn }],
  'restore-user': [[id], { user: id }],
  'purge-user': [[id], { user: id }],
  'revoke-sessions': [[upn], { user: upn }],
  'reset-password': [[upn, 'Fresh-start-1!'], { user: upn, passwordProfile: { password: 'Fresh-start-1!' } }],
  'create-access-pass': [[upn], { user: upn }],
  'delete-access-pass': [[upn], { user: upn }],
  'set-manager': [[upn, id], { manager: id, user: upn }],
  'clear-manager': [[upn], { user: upn }],
  'add-member': [[upn], { member: upn }],
  'remove-member': [[upn], { member: upn }],
  'add-owner': [[upn], { member: upn }],
  'remove-owner': [[upn], { member: upn }],
  'assign-app-role': [[upn, 'Portal', 'Reader'], { resource: 'Portal', role: 'Reader', principal: upn }],
  'unassign-app-role': [[upn, 'Portal', ''], { resource: 'Portal', principal: upn }],
  'assign-license': [[upn, 'SPE_E3', 'SWAY'], { user: upn, sku: 'SPE_E3', disabledPlans: 'SWAY' }],
  'modify-license': [[upn, 'SPE_E3'], { user: upn, sku: 'SPE_E3' }],
  'transfer-license': [[upn, 'SPE_E3', 'SPE_E5'], { user: upn, from: 'SPE_E3', sku: 'SPE_E5' }],
  'remove-license': [[upn, 'SPE_E3'], { user: upn, sku: 'SPE_E3' }],
  'assign-role': [[upn, 'Global Reader', ''], { role: 'Global Reader', principal: upn }],
  'unassign-role': [
    [upn, 'Global Reader', 'AU Spain'],
    { role: 'Global Reader', administrativeUnit: 'AU Spain', principal: upn },
  ],
  'assign-eligible-role': [
    [upn, 'Global Reader', '', '2030-01-31', 'Holidays'],
    { role: 'Global Reader', until: '2030-01-31T00:00:00Z', justification: 'Holidays', principal: upn },
  ],
  'unassign-eligible-role': [[upn, 'Global Reader', ''], { role: 'Global Reader', principal: upn }],
  'add-app-owner': [[id, upn], { application: id, member: upn }],
  'remove-app-owner': [[id, upn], { application: id, member: upn }],
  'add-service-principal-owner': [[id, upn], { servicePrincipal: id, member: upn }],
  'remove-service-principal-owner': [[id, upn], { servicePrincipal: id, member: upn }],
  'add-unit-member': [[id, upn], { administrativeUnit: id, member: upn }],
  'remove-unit-member': [[id, upn], { administrativeUnit: id, member: upn }],
  'keep-member': [[upn], { member: upn }],
  'keep-owner': [[upn], { member: upn }],
  'update-device': [
    [id, 'Corporate', 'Bonn'],
    { device: id, extensionAttributes: { extensionAttribute1: 'Corporate', extensionAttribute2: 'Bonn' } },
  ],
  'enable-device': [[id], { device: id }],
  'disable-device': [[id], { device: id }],
  'delete-device': [[id], { device: id }],
  'update-application': [[id, 'Portal', '', 'Of Sales'], { application: id, displayName: 'Portal', notes: 'Of Sales' }],
  'delete-application': [[id], { application: id }],
  'restore-application': [[id], { application: id }],
  'update-service-principal': [
    [id, 'true', '', 'Of Sales'],
    { servicePrincipal: id, accountEnabled: true, notes: 'Of Sales' },
  ],
  'delete-service-principal': [[id], { servicePrincipal: id }],
  'restore-service-principal': [[id], { servicePrincipal: id }],
  'create-group': [
    ['Team Ä', '', '', 'Unified', 'Private'],
    { displayName: 'Team Ä', groupTypes: ['Unified'], visibility: 'Private' },
  ],
  'update-group': [[id, '', 'New', ''], { group: id, description: 'New' }],
  'delete-group': [[id], { group: id }],
  'restore-group': [[id], { group: id }],
}

t.test('there is a template for every operation', async t => {
  t.strictSame(Object.keys(filled).sort(), [...operationsOfFiles()])
})

for (const [kind, [cells, values]] of Object.entries(filled))
  for (const [how, save] of [
    ['as written', (text: string) => text],
    ['by Excel', (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`],
  ] as const)
    t.test(`the template of ${kind}, filled in and saved ${how}, is read without options`, async t => {
      const folder = t.testdir({})
      const records = [...templateOf(operations(kind)!), cells]
      writeFileSync(join(folder, 'x.csv'), save(stringify(records.map(each => [...each]))))
      const { source, valuesOf } = changeInput(
        operations(kind)!,
        { from: 'x.csv' },
        /^(?:add|remove|keep)-(?:member|owner)$/.test(kind) ? ['group'] : [],
      )
      const { ctx } = partContext(folder)
      await source.columns?.(ctx)
      const found = []
      for await (const { rows } of source.read(ctx, { name: 'csv' }))
        found.push(...rows.map(({ key, value }) => [key, valuesOf(value as Fields)]))
      t.strictSame(found, [[records.length, values]])
    })

t.test('no example names one object in two columns', async t => {
  for (const kind of operationsOfFiles()) {
    const names = templateOf(operations(kind)!)
      .at(-1)!
      .map(cell => cell.replace(/^Example: /, ''))
      .filter(cell => cell.includes('@') || /^[0-9a-f-]{36}$/i.test(cell))
    t.equal(new Set(names).size, names.length, kind)
  }
})

t.test('an operation without a template of its own has the columns that it requires', async t => {
  const { columns } = operations('add-member')!
  t.strictSame(templateOf({ kind: 'link-member', columns: { ...columns, required: ['displayName'] } }), [
    ['group', 'member', 'displayName'],
    ['Example: 9832aad8-e4fe-496b-a604-95c6eF01ae75', 'chris@contoso.com', 'displayName'],
  ])
})
