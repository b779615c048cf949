import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { columnsOf, emptyRow, type Fields } from '../../src/core/json.ts'
import type { Key } from '../../src/core/row.ts'
import type { RunPhase } from '../../src/store/store.ts'
import type { StoredFailure } from '../../src/store/types.ts'
import { newRun, storeIn } from './fixtures.ts'

const runOf = (t: Test) => storeIn(t, t.testdir({})).create(newRun())

const failed = (key: Key, message: string, more: { step?: number; input?: Fields } = {}) =>
  ({ key, ...more, operation: 'test', outcome: 'failed', message }) as const

const all = async (run: RunPhase, limit: number): Promise<readonly StoredFailure<Fields>[]> => {
  const found: StoredFailure<Fields>[] = []
  for (let page = await run.readFailures({ limit }); page.length > 0;) {
    found.push(...page)
    page = await run.readFailures({ limit, after: page.at(-1)! })
  }
  return found
}

const told = async (run: RunPhase, limit = 2) =>
  (await all(run, limit)).map(({ result: { key, step, message } }) => [key, step ?? 0, message])

t.test('failures are in the order of their rows, however they were settled, and other keys come last', async t => {
  const run = await runOf(t)
  await run.appendResults(0, [
    failed('b2f0', 'an id'),
    failed(7, 'seven'),
    failed('5/2', 'made of five'),
    failed('5/10', 'also made of five'),
    failed(5, 'five'),
    { key: 1, operation: 'test', outcome: 'done' },
    { ...failed(3, 'no reply'), outcome: 'unknown' },
    failed('a1', 'another id'),
    failed(7, 'second step', { step: 1 }),
  ])
  for (const limit of [1, 2, 100])
    t.strictSame(await told(run, limit), [
      [3, 0, 'no reply'],
      ['5/2', 0, 'made of five'],
      ['5/10', 0, 'also made of five'],
      [5, 0, 'five'],
      [7, 0, 'seven'],
      [7, 1, 'second step'],
      ['b2f0', 0, 'an id'],
      ['a1', 0, 'another id'],
    ])
})

t.test('the last result of a row and step is valid, and results written after a read are found', async t => {
  const run = await runOf(t)
  await run.appendResults(0, [failed(1, 'first'), failed(2, 'first'), failed(3, 'first')])
  t.equal((await run.readFailures()).length, 3)
  await run.appendResults(0, [
    { ...failed(1, 'done now'), outcome: 'done' },
    { ...failed(2, 'no reply'), outcome: 'unknown' },
    failed(4, 'late'),
  ])
  t.strictSame(await told(run), [
    [2, 0, 'no reply'],
    [3, 0, 'first'],
    [4, 0, 'late'],
  ])
  t.strictSame(await run.countResults(), { done: 1, unchanged: 0, waiting: 0, skipped: 0, failed: 2, unknown: 1 })
})

t.test('rewinding to a checkpoint restores replaced results and their counts', async t => {
  const run = await runOf(t)
  await run.appendResults(0, [failed(1, 'before'), failed(2, 'before')])
  await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, mark: 1, counters: {} })
  await run.appendResults(1, [{ ...failed(1, 'done now'), outcome: 'done' }, failed(3, 'after')])
  t.strictSame(await told(run), [
    [2, 0, 'before'],
    [3, 0, 'after'],
  ])
  await run.rewind()
  t.strictSame(await told(run), [
    [1, 0, 'before'],
    [2, 0, 'before'],
  ])
  t.strictSame(await run.countResults(), { done: 0, unchanged: 0, waiting: 0, skipped: 0, failed: 2, unknown: 0 })
  await run.appendResults(1, [failed(1, 'again')])
  t.strictSame(await told(run), [
    [1, 0, 'again'],
    [2, 0, 'before'],
  ])
})

t.test('many results, half of them replaced, are counted and read once each', async t => {
  const run = await runOf(t)
  const page = (from: number, outcome: 'failed' | 'done') =>
    Array.from({ length: 3000 }, (_, at) => ({ key: `k${from + at}`, operation: 'test', outcome }) as const)
  await run.appendResults(0, page(0, 'failed'))
  await run.appendResults(0, page(1500, 'done'))
  t.match(await run.countResults(), { done: 3000, failed: 1500 })
  t.equal((await run.readResults({ limit: 10_000 })).length, 4500)
  t.equal((await run.readFailures({ limit: 10_000 })).length, 1500)
  t.equal((await run.readResults({ limit: 10_000, outcomes: ['done'] })).length, 3000)
})

const strange: Fields = {
  name: 'Anna "Å" \n 😀',
  empty: '',
  none: null,
  list: ['a', { b: 1 }],
  truth: false,
  number: 1.5,
  constructor: 'c',
}

t.test('the input of a failed row is read unchanged, also by the next holder', async t => {
  const store = storeIn(t, t.testdir({}))
  const run = await store.create(newRun())
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  await run.appendResults(0, [
    failed(1, 'strange', { input: strange }),
    failed(2, 'no JSON', { input: { a: 1, circle, big: 12345678901234567890n, f: () => 1, b: 2 } }),
    failed(3, 'not read'),
    failed(4, 'numbers', { input: Object.assign(emptyRow(['name', '2024', '10'])(), { name: 'n', 2024: 1, 10: 'x' }) }),
  ])
  await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, mark: 1, counters: {} })
  await run.release()
  const next = await store.hold(run.id)
  t.strictSame(
    (await all(next, 10)).map(({ input }) => input && JSON.parse(JSON.stringify(input))),
    [strange, { a: 1, big: '12345678901234567890', b: 2 }, undefined, { 10: 'x', 2024: 1, name: 'n' }],
  )
  t.strictSame(columnsOf((await all(next, 10))[3]!.input!), ['name', '2024', '10'], 'numbers keep their order')
  await next.release()
})

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))

t.test(
  'secret columns are encrypted: no file of the store contains their values, and only the run’s key decrypts them',
  async t => {
    const folder = t.testdir({})
    const store = storeIn(t, folder)
    const run = await store.create(newRun())
    const input = {
      upn: 'anna@contoso.com',
      'Initial password [passwordProfile] Required': 'Tr0ub4dor&3',
      passwordProfile: { password: 'correct horse' },
      'temporary access pass': '',
      city: 'Berlin',
    }
    await run.appendResults(0, [failed(1, 'refused', { input }), failed(2, 'open', { input: { city: 'Bonn' } })])
    await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, mark: 1, counters: {} })
    for (const path of filesIn(folder))
      t.notMatch(readFileSync(path, 'latin1'), /Tr0ub4dor|correct horse/, `${path} has a password`)
    t.match(JSON.stringify(await run.readResults()), /refused/)
    t.notMatch(JSON.stringify(await run.readResults()), /Tr0ub4dor|anna/, 'results have no inputs')
    const key = filesIn(folder).find(path => path.endsWith('/key'))!
    if (process.platform !== 'win32') t.equal(statSync(key).mode & 0o777, 0o600)
    t.strictSame(await run.readFailures(), [
      { ...(await run.readFailures())[0]!, input },
      { ...(await run.readFailures())[1]!, input: { city: 'Bonn' } },
    ])
    t.strictSame(
      (await store.read(run.id, look => look.readFailures()))[0]!.input?.columns.map(column => column.length),
      [2, 1, 1, 2, 2],
      'other holders see the columns, and no secret',
    )
    await run.release()
    rmSync(key)
    const next = await store.hold(run.id)
    await t.rejects(next.readFailures(), { code: 'STORE_UNUSABLE', message: /is missing or was changed/ })
    await next.release()
  },
)

t.test('an encrypted value cannot be decrypted in another row', async t => {
  const run = await runOf(t)
  await run.appendResults(0, [failed(1, 'a', { input: { secret: 'one' } })])
  const { openSeal } = await import('../../src/store/seal.ts')
  const seal = openSeal({ key: join(t.testdir({}), 'key') })
  const sealed = seal.close('one', 'row 1')
  t.equal(seal.open(sealed, 'row 1'), 'one')
  t.throws(() => seal.open(sealed, 'row 2'), { code: 'STORE_UNUSABLE' })
  t.throws(() => seal.open(`${sealed.slice(0, 4)}A${sealed.slice(5)}`, 'row 1'), { code: 'STORE_UNUSABLE' })
  t.not(seal.close('one', 'row 1'), sealed, 'no nonce is used twice')
})

t.test('results of one row that are settled out of order are counted right after a rewind', async t => {
  const run = await runOf(t)
  await run.saveCheckpoint({ cut: 5, positions: {}, states: {}, mark: 1, counters: {} })
  await run.appendResults(5, [failed(1, 'by a transform, ahead')])
  await run.appendResults(4, [failed(1, 'by the sink, behind')])
  await run.rewind()
  t.match(await run.countResults(), { failed: 1 })
  await run.appendResults(5, [failed(1, 'again')])
  t.match(await run.countResults(), { failed: 1 })
  t.strictSame(await told(run), [[1, 0, 'again']])
})

t.test('a message does not quote the value of a secret column', async t => {
  const run = await runOf(t)
  const input = { upn: 'anna', 'PIN code': 'abc"def', Kennwort: 'geheim1', profile: { password: 'inner secret' } }
  await run.appendResults(0, [
    failed(1, 'Expected a number, got "abc\\"def"', { input }),
    failed(2, 'geheim1 and inner secret of anna', { input }),
  ])
  const messages = (await run.readResults()).map(({ message }) => message)
  t.strictSame(messages, ['Expected a number, got "***"', '*** and *** of anna'])
  const [first] = await run.readFailures()
  t.strictSame(first?.input, input)
})

t.test('failures of negative keys are read too', async t => {
  const run = await runOf(t)
  await run.appendResults(0, [failed(-5, 'below'), failed(0, 'zero')])
  t.strictSame(await told(run, 1), [
    [-5, 0, 'below'],
    [0, 0, 'zero'],
  ])
})
