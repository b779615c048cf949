import { request } from 'node:http'
import t from 'tap'
import { started } from './started.ts'
import { steppedClock } from './stepped-clock.ts'
import { entry, patch, statuses, writing } from './writing.ts'

type Options = Parameters<typeof started>[1]

const stepped = async (t: Parameters<typeof started>[0], options: Options = {}) => {
  const { clock, ...time } = steppedClock()
  const { applied, resources } = writing()
  return { applied, ...time, ...(await started(t, { clock, resources, ...options })) }
}

t.test('a write holds its object for 20 ms, and a second write of it is refused at once', async t => {
  const { graph, applied, wake, asleep } = await stepped(t)
  const first = graph('/groups/a', patch)
  await asleep(1)
  t.strictSame(applied, [])
  const second = await graph('/groups/a/members/$ref', { ...patch, method: 'POST' })
  t.strictSame(
    [second.status, ((await second.json()) as { error: { code: string; message: string } }).error],
    [
      409,
      {
        code: 'Directory_ConcurrencyViolation',
        message: 'Error due to concurrent requests being made to the tenant. Please wait briefly and retry.',
        innerError: {
          date: '2026-01-01T00:00:00',
          'request-id': second.headers.get('request-id'),
          'client-request-id': second.headers.get('client-request-id'),
        },
      },
    ],
  )
  t.strictSame(await wake(1), [20])
  t.equal((await first).status, 204)
  t.strictSame(applied, ['PATCH /groups/a'])
  const third = graph('/groups/a', patch)
  await wake(1)
  t.equal((await third).status, 204, 'the object is released')
})

t.test('writes of different objects overlap, and reads do not wait for them', async t => {
  const { graph, applied, wake, asleep } = await stepped(t)
  const both = [graph('/groups/a', patch), graph('/groups/b', patch)]
  await asleep(2)
  t.strictSame(await (await graph('/groups/a')).json(), { applied: [] })
  await wake(2)
  t.strictSame(
    (await Promise.all(both)).map(reply => reply.status),
    [204, 204],
  )
  t.strictSame(applied.sort(), ['PATCH /groups/a', 'PATCH /groups/b'])
})

t.test('the entries of a parallel batch overlap, and collide on one object', async t => {
  const { batch, applied, wake } = await stepped(t)
  const reply = batch([entry('1', '/groups/a'), entry('2', '/groups/b'), entry('3', '/groups/a')])
  t.strictSame(await wake(2), [20, 20])
  t.strictSame(statuses((await reply).body), { 1: 204, 2: 204, 3: 409 })
  t.strictSame(applied, ['PATCH /groups/a', 'PATCH /groups/b'])
})

t.test('two batches collide on one object', async t => {
  const { batch, wake, asleep } = await stepped(t)
  const first = batch([entry('1', '/groups/a')])
  await asleep(1)
  t.strictSame(statuses((await batch([entry('1', '/groups/a')])).body), { 1: 409 })
  await wake(1)
  t.strictSame(statuses((await first).body), { 1: 204 })
})

t.test('the entries of a chain follow one another on one object, each with its own time', async t => {
  const { batch, applied, wake } = await stepped(t)
  const reply = batch([
    entry('1', '/groups/a'),
    entry('2', '/groups/a', { dependsOn: ['1'] }),
    entry('3', '/groups/a', { dependsOn: ['2'] }),
  ])
  for (let step = 0; step < 3; step++) {
    t.equal(applied.length, step)
    t.strictSame(await wake(1), [20])
  }
  t.strictSame(statuses((await reply).body), { 1: 204, 2: 204, 3: 204 })
})

t.test('the latency is part of the time of a write, and is paid by each entry of a chain', async t => {
  const { batch, graph, applied, wake, sign } = await stepped(t, { latencyMs: 200 })
  const token = sign()
  t.strictSame(await wake(1), [200])
  await token
  const single = graph('/groups/a', patch)
  await wake(1)
  t.strictSame([(await wake(2)).join(), applied.length], ['200,200', 0], 'the reply and the write')
  t.strictSame(await wake(1), [20])
  t.equal((await single).status, 204)
  const chain = batch([entry('1', '/groups/a'), entry('2', '/groups/a', { dependsOn: ['1'] })])
  t.strictSame(await wake(3), [200, 200, 200], 'the reply, the batch and its first entry')
  t.strictSame(await wake(1), [20])
  t.strictSame(await wake(1), [200])
  t.strictSame(await wake(1), [20])
  t.strictSame(statuses((await chain).body), { 1: 204, 2: 204 })
})

t.test('the knobs set the time and the status of a collision', async t => {
  const { graph, control, wake, asleep } = await stepped(t)
  await control('PUT', '/knobs', { writeMs: 1_000, concurrencyStatus: 400 })
  const first = graph('/groups/a', patch)
  await asleep(1)
  t.equal((await graph('/groups/a', patch)).status, 400)
  t.strictSame(await wake(1), [1_000])
  await first
  await control('PUT', '/knobs', { writeMs: 0 })
  t.equal((await graph('/groups/a', patch)).status, 204, 'nothing sleeps')
  t.match((await control('PUT', '/knobs', { concurrencyStatus: 500 })).body, {
    error: 'Expected concurrencyStatus in knobs to be 409 or 400, got 500.',
  })
})

t.test('with queueWrites, writes of one object follow one another in their order', async t => {
  const { batch, control, applied, wake } = await stepped(t)
  await control('PUT', '/knobs', { queueWrites: true })
  const reply = batch([
    entry('1', '/groups/a'),
    entry('2', '/groups/a/members/$ref'),
    entry('3', '/groups/b'),
    entry('4', '/groups/a/owners/$ref'),
  ])
  t.strictSame(await wake(2), [20, 20])
  t.strictSame(await wake(1), [20])
  t.strictSame(await wake(1), [20])
  t.strictSame(statuses((await reply).body), { 1: 204, 2: 204, 3: 204, 4: 204 })
  t.strictSame(applied, [
    'PATCH /groups/a',
    'PATCH /groups/b',
    'PATCH /groups/a/members/$ref',
    'PATCH /groups/a/owners/$ref',
  ])
})

t.test('a write that was accepted is performed, although the client has gone', async t => {
  const { applied, sandbox, sign, asleep, wake, graph } = await stepped(t)
  const { access_token: token } = (await sign()).body
  const sent = request(`${sandbox.baseUrl}/groups/a`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  }).end('{}')
  sent.on('error', () => undefined)
  await asleep(1)
  const closed = new Promise<void>(resolve => sent.on('close', () => resolve()))
  sent.destroy()
  await closed
  await wake(1)
  await graph('/groups/a')
  t.strictSame(applied, ['PATCH /groups/a'])
})

t.test('changes by the control endpoint take no time', async t => {
  const { control, directory } = await stepped(t)
  await control('POST', '/mutations', { do: 'update', kind: 'user', id: 'x', values: {} })
  t.equal(directory.done.length, 1)
})

t.test('a write that waits when the sandbox closes is not applied', async t => {
  const { graph, sandbox, applied, asleep, defects } = await stepped(t)
  const lost = graph('/groups/a', patch).then(
    reply => reply.status,
    () => 'cut',
  )
  await asleep(1)
  await sandbox.close()
  await lost
  t.strictSame([applied, defects], [[], []])
})
