import t from 'tap'
import { readToken } from '../../src/graph/read-token.ts'
import { appId, makeToken, tenant } from './fixtures.ts'

t.test('an application token has roles, and an expiry in milliseconds', async t => {
  t.strictSame(readToken(makeToken({ roles: ['User.Read.All', 'Group.Read.All'] })), {
    tenantId: tenant.id,
    appId,
    objectId: '',
    name: '',
    kind: 'application',
    roles: ['User.Read.All', 'Group.Read.All'],
    scopes: [],
    directoryRoles: [],
    expiresAtMs: 4_000_000_000_000,
  })
})

t.test('a delegated token has scopes and the directory roles of the person', async t => {
  const claims = {
    idtyp: 'user',
    scp: 'User.Read  Group.Read.All',
    wids: ['62e90394'],
    roles: undefined,
    appid: undefined,
    azp: 'v2',
  }
  const { kind, scopes, roles, directoryRoles, appId: app } = readToken(makeToken(claims))
  t.strictSame(
    { kind, scopes, roles, directoryRoles, app },
    { kind: 'delegated', scopes: ['User.Read', 'Group.Read.All'], roles: [], directoryRoles: ['62e90394'], app: 'v2' },
  )
})

t.test('a token that is not of Entra is refused without being quoted', async t => {
  for (const text of ['', 'secret-text', 'a.b.c', makeToken({ tid: undefined }), makeToken({ exp: undefined })]) {
    t.throws(() => readToken(text), { code: 'SIGN_IN_FAILED' })
    try {
      readToken(text)
    } catch (error) {
      t.notMatch((error as Error).message, /secret-text/)
    }
  }
})
