import t from 'tap'
import { isSftp, matcherOf, sftpAddress } from '../../../src/sources/files/sftp-address.ts'

t.test('an address names user, server, folder and file', async t => {
  t.strictSame(sftpAddress('sftp://hr@files.contoso.com/out/people-*.csv'), {
    user: 'hr',
    host: 'files.contoso.com',
    port: 22,
    server: 'files.contoso.com',
    folder: '/out',
    pattern: 'people-*.csv',
  })
  t.match(sftpAddress('sftp://hr%40contoso@[::1]:2022/a%20b.csv'), {
    user: 'hr@contoso',
    host: '::1',
    server: '::1:2022',
    folder: '',
    pattern: 'a b.csv',
  })
  t.equal(isSftp('SFTP://hr@x/y.csv'), true)
  t.equal(isSftp('./sftp/y.csv'), false)
})

t.test('an address without user or file, with a password, or with a pattern for folders is refused', async t => {
  for (const address of ['sftp://files/x.csv', 'sftp://hr@files/', 'sftp://hr@files/*/x.csv', 'sftp://hr@files/x?.csv'])
    t.throws(() => sftpAddress(address), { code: 'OPTION_INVALID' }, address)
  t.throws(() => sftpAddress('sftp://hr:hunter2@files/x.csv'), {
    code: 'OPTION_INVALID',
    message: /^(?!.*hunter2)/,
  })
})

t.test('a pattern matches whole names, and only * is special in it', async t => {
  const matches = matcherOf('people-*.csv')
  t.strictSame(
    ['people-1.csv', 'people-.csv', 'people-1.csv.sha256', 'old-people-1.csv', 'people-1xcsv'].map(matches),
    [true, true, false, false, false],
  )
  t.equal(matcherOf('a+(1)[2].csv')('a+(1)[2].csv'), true)
})
