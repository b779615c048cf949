import t from 'tap'
import { nextCommand, nextTo } from '../../../src/cli/report/next-command.ts'

t.test('a suggested command can be typed, and differs from the last one', async t => {
  t.equal(nextCommand('groups', { to: 'g.csv' }, 'sandbox'), 'Next: entrapipe verify g.csv')
  t.equal(nextCommand('groups', { to: '-g.csv' }, 'sandbox'), 'Next: entrapipe verify ./-g.csv')
  t.equal(nextCommand('groups', { to: 'my groups.csv' }, 'sandbox'), "Next: entrapipe verify 'my groups.csv'")
  const filter = 'accountEnabled eq false'
  t.equal(nextCommand('users', { to: 'd.csv', filter }, 'sandbox'), 'Next: entrapipe verify d.csv')
  t.equal(nextCommand('users', { to: 'u.csv' }, 'contoso'), 'Next: entrapipe verify u.csv')
  t.equal(nextCommand('users', { to: 'u.csv', limit: 1 }, 'sandbox'), 'Next: entrapipe verify u.csv')
  t.match(
    nextCommand('users', { to: 'u.csv' }, 'sandbox'),
    /\n {2}or: entrapipe export users --tenant sandbox --filter/,
  )
})

t.test('after a delta, the next one is suggested, to another place', async t => {
  t.equal(
    nextCommand('users', { to: 'u.csv' }, 'sandbox', 'entrapipe export users --delta --to u-next.csv'),
    'Next: entrapipe verify u.csv\n  or, once something has changed: entrapipe export users --delta --to u-next.csv',
  )
  for (const [to, next] of [
    ['users.csv', 'users-next.csv'],
    ['a.b/users.csv.gz', 'a.b/users-next.csv.gz'],
    ['lake/users/', 'lake/users-next/'],
    ['lake/v1.0/', 'lake/v1.0-next/'],
    ['s3://bucket/users/', 's3://bucket/users-next/'],
    ['.hidden.csv', '.hidden-next.csv'],
    ['users', 'users-next'],
  ] as const)
    t.equal(nextTo(to), next)
})
