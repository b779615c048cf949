import t from 'tap'
import { nextCommand } from '../../../src/cli/report/next-command.ts'

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
