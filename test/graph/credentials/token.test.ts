import t from 'tap'
import { token } from '../../../src/graph/credentials/token.ts'
import { fakeClock } from '../../fake-clock.ts'
import { makeToken } from '../fixtures.ts'

const at = (value: string | undefined) => {
  const { clock, advance } = fakeClock()
  const environment = { variable: () => value, cwd: '/', home: '/', tmp: '/', platform: 'linux' as const }
  return { clock, advance, credential: token({ env: 'GRAPH_TOKEN' }, { environment, clock }) }
}

t.test('a ready-made token is used until it expires', async t => {
  const exp = Date.UTC(2026, 0, 1, 1) / 1000
  const { credential, advance } = at(`Bearer ${makeToken({ exp })}\n`)
  t.strictSame(await credential.token(), { token: makeToken({ exp }), expiresAtMs: exp * 1000 })
  await t.rejects(credential.token({ refresh: true }), { code: 'SIGN_IN_FAILED', message: /cannot be renewed/ })
  advance(3_600_000)
  await t.rejects(credential.token(), {
    code: 'SIGN_IN_FAILED',
    message: 'The access token in GRAPH_TOKEN expired at 2026-01-01T01:00:00.000Z.',
  })
})

t.test('a missing token is reported with the name of its variable', async t => {
  await t.rejects(at(undefined).credential.token(), { code: 'SECRET_MISSING', message: /GRAPH_TOKEN/ })
  await t.rejects(at('opaque').credential.token(), { code: 'SIGN_IN_FAILED' })
})
