import t from 'tap'
import type { FaultRule } from '../../../src/sandbox/faults/types.ts'
import { fakeClock } from '../../fake-clock.ts'
import { started } from './started.ts'
import { steppedClock } from './stepped-clock.ts'
import { entry, patch, statuses, writing } from './writing.ts'

type Test = Parameters<typeof started>[0]

const struck = async (t: Test, faults: readonly FaultRule[], clock = fakeClock().clock, stateDir = t.testdir()) => {
  const { applied, resources } = writing()
  const at = await started(t, { clock, resources, faults, stateDir })
  /** The status, or `cut` without a reply. */
  const write = (url = '/groups/a') =>
    at.graph(url, patch).then(
      reply => reply.status,
      () => 'cut',
    )
  /** The statuses of the entries, or `cut` without a reply. */
  const writeAll = (entries: readonly object[]) =>
    at.batch(entries).then(
      ({ status, body }) => (status === 200 ? statuses(body) : status),
      () => 'cut',
    )
  return { ...at, applied, write, writeAll }
}

const [a, b, c] = [entry('1', '/groups/a'), entry('2', '/groups/b'), entry('3', '/groups/c')] as const
const chained = [a, { ...b, dependsOn: ['1'] }, { ...c, dependsOn: ['2'] }]
const [ofA, ofB, ofC] = ['PATCH /groups/a', 'PATCH /groups/b', 'PATCH /groups/c'] as const

t.test('lostReply: the write is applied, and no reply arrives', async t => {
  const { write, applied, control } = await struck(t, [{ fault: 'lostReply', nth: 1 }])
  t.strictSame([await write(), applied], ['cut', [ofA]])
  t.strictSame([await write(), applied], [204, [ofA, ofA]])
  t.match((await control('GET', '/log')).body.requests, [{ status: 'reset', fault: 'lostReply' }, { retried: true }])
})

t.test('resetBeforeWrite: the write is never applied, and no reply arrives', async t => {
  const { write, applied } = await struck(t, [{ fault: 'resetBeforeWrite', nth: 1 }])
  t.strictSame([await write(), applied], ['cut', []])
  t.strictSame([await write(), applied], [204, [ofA]])
})

t.test('lateWrite: no reply arrives, and the write is applied delayMs later', async t => {
  const { clock, wake } = steppedClock()
  const { write, applied, control } = await struck(t, [{ fault: 'lateWrite', nth: 1, delayMs: 5_000 }], clock)
  t.strictSame([await write(), applied], ['cut', []])
  const writes = async () => (await control('GET', '/counters')).body.writes
  t.strictSame(await writes(), { attempted: { 'PATCH /groups/a': 1 }, applied: {}, refused: {} })
  t.strictSame(await wake(1), [5_000])
  t.strictSame(await wake(1), [20])
  await control('GET', '')
  t.strictSame(applied, [ofA])
  t.strictSame(await writes(), {
    attempted: { 'PATCH /groups/a': 1 },
    applied: { 'PATCH /groups/a': { 204: 1 } },
    refused: {},
  })
})

t.test('lateWrite: a later write of the same object is applied first', async t => {
  const { clock, wake } = steppedClock()
  const at = await struck(t, [{ fault: 'lateWrite', nth: 1 }], clock)
  t.equal(await at.write('/groups/a/late'), 'cut')
  await at.control('PUT', '/knobs', { writeMs: 0 })
  t.equal(await at.write('/groups/a/early'), 204)
  t.strictSame(await wake(1), [1_000], 'the default')
  await at.control('GET', '')
  t.strictSame(at.applied, ['PATCH /groups/a/early', 'PATCH /groups/a/late'])
})

t.test('a late write ends with the sandbox', async t => {
  const { clock, asleep } = steppedClock()
  const { write, applied, sandbox, defects } = await struck(t, [{ fault: 'lateWrite' }], clock)
  t.equal(await write(), 'cut')
  await asleep(1)
  await sandbox.close()
  await asleep(0)
  t.strictSame([applied, defects], [[], []])
})

t.test('a status can be sent although the write is applied', async t => {
  const { write, applied, control } = await struck(t, [])
  for (const fault of ['500', '502', '503', '504']) {
    await control('PUT', '/faults', { fault, applied: true })
    t.strictSame([await write(), applied.splice(0)], [Number(fault), [ofA]])
    await control('PUT', '/faults', { fault })
    t.strictSame([await write(), applied], [Number(fault), []])
  }
})

t.test(
  'an entry of a batch can get 503 with or without being applied, and its dependants are not performed',
  async t => {
    const { writeAll, applied } = await struck(t, [
      { fault: '503', match: 'PATCH /groups/a', applied: true },
      { fault: '504', match: 'PATCH /groups/b' },
    ])
    t.strictSame(await writeAll([a, b, c]), { 1: 503, 2: 504, 3: 204 })
    t.strictSame(applied.splice(0), [ofA, ofC])
    t.strictSame(await writeAll(chained), { 1: 503, 2: 424, 3: 424 })
    t.strictSame(applied, [ofA])
  },
)

t.test('missingEntry: the reply of the batch lacks the entry', async t => {
  const { writeAll, write, applied, control } = await struck(t, [
    { fault: 'missingEntry', match: 'PATCH /groups/a', applied: true },
    { fault: 'missingEntry', match: 'PATCH /groups/b' },
  ])
  t.strictSame(await writeAll([a, b, c]), { 3: 204 })
  t.strictSame(applied.splice(0), [ofA, ofC])
  t.strictSame(await writeAll(chained), { 3: 424 }, 'of a chain, what depends on an unapplied one is not performed')
  t.strictSame(applied.splice(0), [ofA])
  t.strictSame([await write('/groups/b'), applied], [204, [ofB]], 'only entries are struck')
  t.strictSame((await control('GET', '/counters')).body.writes, {
    attempted: { 'PATCH /groups/a': 2, 'PATCH /groups/b': 3, 'PATCH /groups/c': 1 },
    applied: { 'PATCH /groups/a': { 204: 2 }, 'PATCH /groups/c': { 204: 1 }, 'PATCH /groups/b': { 204: 1 } },
    refused: { 'PATCH /groups/b': { missing: 2 } },
  })
})

t.test('the cut of one entry is that of the batch, and all other entries are performed', async t => {
  const { writeAll, applied, control } = await struck(t, [])
  const only = (fault: string) => control('PUT', '/faults', [{ fault, match: 'PATCH /groups/b', nth: 1 }])
  await only('lostReply')
  t.strictSame([await writeAll([a, b, c]), applied.splice(0).sort()], ['cut', [ofA, ofB, ofC]])
  await only('resetBeforeWrite')
  t.strictSame([await writeAll([a, b, c]), applied.splice(0).sort()], ['cut', [ofA, ofC]])
  await only('lostReply')
  t.strictSame([await writeAll(chained), applied.splice(0)], ['cut', [ofA, ofB, ofC]])
  await only('resetBeforeWrite')
  t.strictSame([await writeAll(chained), applied.splice(0)], ['cut', [ofA]], 'what depends on it is not performed')
  t.strictSame(await writeAll([a, b, c]), { 1: 204, 2: 204, 3: 204 })
})

t.test('a late entry is performed after the others', async t => {
  const { clock, wake } = steppedClock()
  const at = await struck(t, [{ fault: 'lateWrite', match: 'PATCH /groups/a', delayMs: 70 }], clock)
  await at.control('PUT', '/knobs', { writeMs: 0 })
  t.strictSame([await at.writeAll([a, b]), at.applied], ['cut', [ofB]])
  t.strictSame(await wake(1), [70])
  await at.control('GET', '')
  t.strictSame(at.applied, [ofB, ofA])
})

const ofBatches = async (t: Test) => {
  const { control, writeAll, applied } = await struck(t, [])
  return async (fault: object, entries: readonly object[]) => {
    await control('PUT', '/faults', { match: 'POST /$batch', ...fault })
    return [await writeAll(entries), applied.splice(0).sort()] as const
  }
}

t.test('a whole batch can be lost before or after it is performed', async t => {
  const lost = await ofBatches(t)
  t.strictSame(await lost({ fault: 'lostReply' }, [a, b, c]), ['cut', [ofA, ofB, ofC]])
  t.strictSame(await lost({ fault: 'resetBeforeWrite' }, [a, b, c]), ['cut', []])
  t.strictSame(await lost({ fault: '502' }, [a, b, c]), [502, []])
  t.strictSame(await lost({ fault: '502', applied: true }, [a, b, c]), [502, [ofA, ofB, ofC]])
})

t.test('of a lost batch, only a share may have been applied', async t => {
  const lost = await ofBatches(t)
  const urls = Array.from({ length: 20 }, (_, at) => `/groups/${at}`)
  const twenty = urls.map((url, at) => entry(String(at), url))
  const [reply, applied] = await lost({ fault: 'lostReply', share: 0.25 }, twenty)
  t.strictSame([reply, applied.length, new Set(applied).size], ['cut', 5, 5])
  const first = urls.slice(0, 5).map(url => `PATCH ${url}`)
  t.notSame(applied, first.sort(), 'random entries, not the first ones')
  t.strictSame(await lost({ fault: 'lostReply', share: 0.7 }, chained), ['cut', [ofA, ofB]], 'a chain ends early')
  t.strictSame(await lost({ fault: 'lostReply', share: 0 }, [a, b]), ['cut', []])
})

t.test('a late batch is performed as a whole', async t => {
  const { clock, wake } = steppedClock()
  const { writeAll, applied, control } = await struck(t, [{ fault: 'lateWrite', match: 'POST /$batch' }], clock)
  t.strictSame([await writeAll(chained), applied], ['cut', []])
  t.strictSame(await wake(1), [1_000])
  for (let step = 0; step < 3; step++) await wake(1)
  await control('GET', '')
  t.strictSame(applied, [ofA, ofB, ofC])
})

t.test('a fault of the connection does not strike an entry, and does not count it', async t => {
  const { writeAll, control } = await struck(t, [{ fault: 'reset', match: 'PATCH *', nth: 1 }])
  t.strictSame(await writeAll([a, b]), { 1: 204, 2: 204 })
  t.match((await control('GET', '/faults')).body.faults, [{ matched: 0, struck: 0 }])
})

t.test('a wait can be a fraction of a second, also for an entry', async t => {
  const { graph, batch } = await struck(t, [{ fault: '429', match: '* /groups/a', retryAfter: 0.05 }])
  t.equal((await graph('/groups/a')).headers.get('retry-after'), '0.05')
  const { body } = await batch([a, b])
  t.match(
    body.responses.find((one: { id: string }) => one.id === '1'),
    {
      status: 429,
      headers: { 'Retry-After': '0.05' },
    },
  )
})

t.test('applied and share are refused where they have no meaning', async t => {
  const { control } = await struck(t, [])
  t.match(await control('POST', '/faults', { fault: '429', applied: true }), {
    status: 400,
    body: { error: 'Unexpected applied in a fault 429; only 500, 502, 503, 504, missingEntry can have it.' },
  })
  t.match(await control('POST', '/faults', { fault: 'reset', share: 0.5 }), {
    status: 400,
    body: { error: 'Unexpected share in a fault reset; only lostReply can have it.' },
  })
})
