import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { createSession } from '../../src/graph/session.ts'
import { fakeClock } from '../fake-clock.ts'
import { credentialOf, makeToken, tenant } from './fixtures.ts'

const turn = () => new Promise(resolve => setImmediate(resolve))
const tokens = ['1', '2', '3'].map(jti => makeToken({ jti }))

t.test('concurrent callers share one sign-in, and later ones its token', async t => {
  const { clock } = fakeClock()
  const credential = credentialOf(tokens)
  const session = createSession(credential, tenant, clock)
  const both = await Promise.all([session.current(), session.current()])
  t.strictSame(
    both.map(one => one.token),
    [tokens[0], tokens[0]],
  )
  t.equal((await session.current()).token, tokens[0])
  t.strictSame(credential.given, [false])
})

t.test('a token is renewed in the background five minutes before it expires', async t => {
  const { clock, advance } = fakeClock()
  const start = clock.now()
  const credential = credentialOf(tokens, nth => start + (nth + 1) * 3_600_000)
  const session = createSession(credential, tenant, clock)
  await session.current()
  advance(3_299_999)
  t.equal((await session.current()).token, tokens[0])
  t.strictSame(credential.given, [false])
  advance(1)
  t.equal((await session.current()).token, tokens[0])
  await turn()
  t.strictSame(credential.given, [false, true])
  t.equal((await session.current()).token, tokens[1])
})

t.test('a short-lived token is renewed when a fifth of its lifetime is left', async t => {
  const { clock, advance } = fakeClock()
  const start = clock.now()
  const credential = credentialOf(tokens, nth => start + 60_000 * (nth + 1))
  const session = createSession(credential, tenant, clock)
  await session.current()
  advance(47_999)
  await session.current()
  await turn()
  t.equal(credential.given.length, 1)
  advance(1)
  await session.current()
  await turn()
  t.equal(credential.given.length, 2)
})

t.test('without a valid token, requests wait for the new one', async t => {
  const { clock, advance } = fakeClock()
  const start = clock.now()
  const session = createSession(
    credentialOf(tokens, nth => start + 60_000 * (nth + 1)),
    tenant,
    clock,
  )
  await session.current()
  advance(60_000)
  t.equal((await session.current()).token, tokens[1])
})

t.test(
  'a failed early renewal goes unnoticed until the token expires, and is not repeated for every request',
  async t => {
    const { clock, advance } = fakeClock()
    const end = clock.now() + 3_600_000
    let asked = 0
    const session = createSession(
      {
        kind: 'failing',
        async token() {
          if (asked++ === 0) return { token: tokens[0] ?? '', expiresAtMs: end }
          throw new EntrapipeError('SIGN_IN_FAILED', 'no')
        },
      },
      tenant,
      clock,
    )
    await session.current()
    advance(3_400_000)
    for (let nth = 0; nth < 3; nth++) {
      t.equal((await session.current()).token, tokens[0])
      await turn()
    }
    t.equal(asked, 2)
    advance(200_000)
    await t.rejects(async () => await session.current(), { code: 'SIGN_IN_FAILED' })
  },
)

t.test('a token that Graph refused is replaced once, for all requests that sent it', async t => {
  const { clock } = fakeClock()
  const credential = credentialOf(tokens)
  const session = createSession(credential, tenant, clock)
  const first = (await session.current()).token
  session.refused(first)
  t.equal((await session.current()).token, tokens[1])
  session.refused(first)
  t.equal((await session.current()).token, tokens[1])
  t.strictSame(credential.given, [false, true])
})

t.test('a token that is expired on arrival is reported as a wrong clock', async t => {
  const { clock } = fakeClock()
  const session = createSession(
    credentialOf(tokens, () => clock.now()),
    tenant,
    clock,
  )
  await t.rejects(async () => await session.current(), { code: 'SIGN_IN_FAILED', fix: /clock/ })
})

t.test('a sign-in is aborted when all callers that wait for it have given up, not before', async t => {
  const { clock } = fakeClock()
  let aborted = false
  const session = createSession(
    {
      kind: 'slow',
      token: ({ signal } = {}) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => {
            aborted = true
            reject(signal.reason as Error)
          }),
        ),
    },
    tenant,
    clock,
  )
  const first = new AbortController()
  const second = new AbortController()
  const waiting = [session.current(first.signal), session.current(second.signal)]
  first.abort(new Error('first'))
  await t.rejects(waiting[0] as Promise<unknown>, /first/)
  t.notOk(aborted)
  second.abort(new Error('second'))
  await t.rejects(waiting[1] as Promise<unknown>, /second/)
  t.ok(aborted)
})

t.test('a tenant id in capitals is the same tenant', async t => {
  const id = 'abcdef01-2222-3333-4444-555555555555'
  const { clock } = fakeClock()
  const token = makeToken({ tid: id.toUpperCase() })
  const session = createSession(credentialOf([token]), { name: 'contoso', id }, clock)
  t.equal((await session.current()).token, token)
  const other = createSession(credentialOf([makeToken({ tid: id })]), { name: 'contoso', id: id.toUpperCase() }, clock)
  await t.resolves(async () => await other.current())
})

t.test('a caller that arrives after all others gave up gets a new sign-in, not the aborted one', async t => {
  const { clock } = fakeClock()
  const aborted = Promise.withResolvers<never>()
  let asked = 0
  const session = createSession(
    {
      kind: 'slow',
      token: async () =>
        asked++ === 0 ? await aborted.promise : { token: tokens[0] ?? '', expiresAtMs: clock.now() + 3_600_000 },
    },
    tenant,
    clock,
  )
  const first = new AbortController()
  const gaveUp = t.rejects(async () => await session.current(first.signal), /first/)
  first.abort(new Error('first'))
  await gaveUp
  t.equal((await session.current()).token, tokens[0])
  aborted.reject(new Error('aborted'))
  t.equal(asked, 2)
})
