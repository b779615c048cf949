import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { attempts, tidying, type Refusal } from '../../src/places/object-attempts.ts'
import { objectRequests } from '../../src/places/object-requests.ts'
import { fakeClock } from '../fake-clock.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'

/** Answers of a store, as errors. */
class Answer extends Error {
  readonly refusal: Refusal
  constructor(status: number, retryAfterMs?: number) {
    super(`answer ${status}`)
    this.refusal = { status, code: 'Busy', retryAfterMs }
  }
}

const bed = () => {
  const { clock, slept } = fakeClock()
  const stop = new AbortController()
  const store = attempts({
    name: 'The bucket lake',
    refusalOf: error => (error instanceof Answer ? error.refusal : undefined),
    explain: ({ status, code }) => new EntrapipeError('WRITE_FAILED', `${status} ${code}`),
  })
  return { ...store, ctx: { clock, signal: stop.signal }, slept, stop }
}

/** A request without an answer: nothing listens there. */
const unanswered = async (): Promise<never> => {
  const send = await objectRequests(fakeEnvironment('/'))
  await send({ url: 'http://127.0.0.1:1/', method: 'GET', headers: {} })
  throw new Error('something answered')
}

t.test('a request that fails for a time is repeated, and waits as long as the store asks', async t => {
  const { request, ctx, slept } = bed()
  const again: boolean[] = []
  const result = await request(ctx, async repeated => {
    again.push(repeated)
    if (again.length === 1) throw new Answer(503, 7_000)
    if (again.length === 2) throw new Answer(500)
    return 'done'
  })
  t.equal(result, 'done')
  t.strictSame(again, [false, true, true])
  t.equal(slept[0], 7_000)
  t.ok(slept[1]! > 0 && slept[1]! <= 400)
})

t.test('a refusal that a retry would meet again is explained at once', async t => {
  const { request, seek, ctx, slept } = bed()
  const refused = (status: number) => async () => {
    throw new Answer(status)
  }
  await t.rejects(request(ctx, refused(403)), { code: 'WRITE_FAILED', message: '403 Busy' })
  await t.rejects(request(ctx, refused(404)), { code: 'WRITE_FAILED', message: '404 Busy' })
  t.equal(await seek(ctx, refused(404)), undefined)
  t.strictSame(slept, [])
})

t.test('a store that answers again within ten minutes is waited for, later ones leave a run that resumes', async t => {
  const { request, ctx } = bed()
  const sinceMs = ctx.clock.now()
  await t.rejects(
    request(ctx, async () => {
      throw new Answer(503)
    }),
    {
      code: 'SERVER_UNAVAILABLE',
      message: 'The bucket lake cannot be used: it answers 503 Busy.',
      facts: { status: 503 },
    },
  )
  t.ok(ctx.clock.now() - sinceMs > 540_000 && ctx.clock.now() - sinceMs <= 600_000)
})

t.test('a store that never answered is given up after half a minute', async t => {
  const { request, ctx } = bed()
  const sinceMs = ctx.clock.now()
  await t.rejects(request(ctx, unanswered), {
    code: 'SERVER_UNAVAILABLE',
    message: 'The bucket lake cannot be used: nothing listens there (connection refused).',
  })
  t.ok(ctx.clock.now() - sinceMs <= 30_000)
})

t.test('a run that is stopped does not wait', async t => {
  const { request, ctx, stop } = bed()
  const reason = new EntrapipeError('INTERRUPTED', 'stopped')
  await t.rejects(
    request(ctx, async () => {
      stop.abort(reason)
      throw new Answer(503)
    }),
    reason,
  )
})

t.test('a run that was stopped can still remove what it left', async t => {
  const { request, ctx, stop } = bed()
  t.equal(tidying(ctx).signal, ctx.signal)
  stop.abort(new Error('stopped'))
  const tidy = tidying(ctx)
  t.notOk(tidy.signal.aborted)
  t.equal(await request(tidy, async () => 'removed'), 'removed')
})

t.test('an error of the program is not repeated', async t => {
  const { request, ctx, slept } = bed()
  const bug = new TypeError('x is not a function')
  await t.rejects(
    request(ctx, async () => {
      throw bug
    }),
    bug,
  )
  t.strictSame(slept, [])
})
