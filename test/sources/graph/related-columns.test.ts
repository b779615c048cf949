import t from 'tap'
import { devices } from '../../../src/sources/devices.ts'
import { users } from '../../../src/sources/users.ts'
import { graphScene, readPages } from '../graph-context.ts'

const manager = { id: 'm', displayName: 'Max', userPrincipalName: 'max@contoso.com' }

t.test('a selected relation is expanded, and a path into it is a column', async t => {
  for (const [select, query, row] of [
    [['mail', 'manager'], '$select=id,mail&$expand=manager($select%3Did,displayName,userPrincipalName)', { manager }],
    [['manager'], '$select=id&$expand=manager($select%3Did,displayName,userPrincipalName)', { manager }],
    [
      ['id', 'manager/displayName'],
      '$select=id&$expand=manager($select%3Did,displayName)',
      { 'manager/displayName': 'Max' },
    ],
    [
      ['id', 'manager', 'manager/mail'],
      '$select=id&$expand=manager($select%3Did,displayName,userPrincipalName,mail)',
      { manager, 'manager/mail': null },
    ],
  ] as const) {
    const { ctx, asked } = graphScene({ pages: [{ values: [{ id: 'a', manager }] }] })
    const [page] = await readPages(users({ select }), ctx)
    t.strictSame(asked, [`/users?${query}&$top=999`])
    t.strictSame(page?.rows, [{ key: 'a', value: { id: 'a', ...row } }])
  }
})

t.test('an explicit expansion keeps its options', async t => {
  const { ctx, asked } = graphScene({ pages: [{ values: [] }] })
  await readPages(users({ select: ['id', 'manager/mail'], expand: 'manager($levels=1;$select=id,mail)' }), ctx)
  t.match(asked[0], /\$expand=manager\(\$levels(=|%3D)1;\$select(=|%3D)id,mail\)/)
})

t.test('two relations, a path into a list, and members are errors', async t => {
  t.throws(() => users({ select: ['manager', 'directReports'] }), {
    code: 'OPTION_INVALID',
    message: 'Graph supports only one expanded relation, got manager and directReports',
  })
  t.throws(() => users({ select: ['manager'], expand: 'directReports' }), { code: 'OPTION_INVALID' })
  t.throws(() => devices({ select: ['registeredOwners/displayName'] }), {
    code: 'OPTION_INVALID',
    message: 'registeredOwners is a list. Select it without a path',
  })
  t.throws(() => users({ select: ['memberOf'] }), {
    code: 'OPTION_INVALID',
    fix: /export graph \/users\/<id>\/memberOf/,
  })
})

t.test('an explicit expansion without a selected property is refused', t => {
  t.throws(() => users({ select: ['id', 'manager/displayName'], expand: 'manager($select=id)' }), {
    code: 'OPTION_INVALID',
    message: /\$select of expand to have displayName/,
  })
  t.end()
})
