import { join } from 'node:path'
import t from 'tap'
import { trustedAuthorities } from '../../src/graph/authorities.ts'

const environment = (variables: Readonly<Record<string, string>> = {}) => ({
  variable: (name: string) => variables[name],
  cwd: '/',
  home: '/',
  tmp: '/',
  platform: 'linux' as const,
})

t.test("a company's certificate authorities are trusted in addition to those of Node", async t => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  const folder = t.testdir({ 'one.pem': pem, 'two.pem': pem.replace('AAAA', 'BBBB'), 'note.txt': 'no certificate' })
  t.equal(await trustedAuthorities(environment()), undefined)
  const all = await trustedAuthorities(
    environment({ NODE_EXTRA_CA_CERTS: join(folder, 'one.pem') }),
    join(folder, 'two.pem'),
  )
  t.ok((all?.length ?? 0) > 50)
  t.strictSame(
    all?.slice(-2).map(text => /[AB]{4}/.exec(text.split('\n')[1] ?? '')?.[0]),
    ['BBBB', 'AAAA'],
  )
  await t.rejects(trustedAuthorities(environment({ SSL_CERT_FILE: join(folder, 'gone.pem') })), {
    code: 'FILE_UNREADABLE',
    message: /\(SSL_CERT_FILE\) cannot be read: the file was not found\.$/,
    fix: 'Correct the variable SSL_CERT_FILE in the environment, or unset it.',
  })
  await t.rejects(trustedAuthorities(environment(), folder), {
    message: /\(caFile\) cannot be read: it is a folder\.$/,
    fix: /caFile in the configuration/,
  })
  await t.rejects(trustedAuthorities(environment(), join(folder, 'note.txt')), {
    code: 'FILE_UNREADABLE',
    message: /does not contain a PEM certificate/,
  })
})
