import t, { type Test } from 'tap'
import type { Key } from '../../src/core/row.ts'
import type { Run } from '../../src/store/types.ts'
import { newRun, storeIn } from './fixtures.ts'

const runOf = (t: Test): Promise<Run> => storeIn(t, t.testdir({})).create(newRun())

const failed = (key: Key, message: string, step?: number) =>
  ({ key, ...(step === undefined ? {} : { step }), operation: 'test', outcome: 'failed', message }) as const

const told = async (run: Run, keys: readonly Key[]) =>
  [...(await run.failuresOf(keys))].map(([key, results]) => [
    key,
    results.map(({ key, step, message }) => [key, step ?? 0, message]),
  ])

t.test('failures are found by their rows, numbers apart from texts', async t => {
  const run = await runOf(t)
  await run.appendResults(0, [failed(1, 'one'), failed('1', 'text'), failed('ä b', 'letters'), failed(7, 'seven')])
  t.strictSame(await told(run, ['ä b', 3, 1]), [
    ['ä b', [['ä b', 0, 'letters']]],
    [1, [[1, 0, 'one']]],
  ])
  t.strictSame(await told(run, ['1']), [['1', [['1', 0, 'text']]]])
  t.strictSame(await told(run, []), [])
})

t.test(
  'those of rows made from a row come with it, in the order made, and not with a row that begins alike',
  async t => {
    const run = await runOf(t)
    await run.appendResults(0, [
      failed('5/10', 'ten'),
      failed('5/2', 'two'),
      failed('5/2/1', 'one of two'),
      failed('50/1', 'of fifty'),
      failed('5/x', 'a name'),
      failed(5, 'second step', 1),
      failed(5, 'first step'),
    ])
    t.strictSame(await told(run, [5]), [
      [
        5,
        [
          [5, 0, 'first step'],
          [5, 1, 'second step'],
          ['5/2', 0, 'two'],
          ['5/2/1', 0, 'one of two'],
          ['5/10', 0, 'ten'],
        ],
      ],
    ])
    t.strictSame(await told(run, ['5/2']), [
      [
        '5/2',
        [
          ['5/2', 0, 'two'],
          ['5/2/1', 0, 'one of two'],
        ],
      ],
    ])
  },
)

t.test('the last result of a row and step counts, and results written after a look are found', async t => {
  const run = await runOf(t)
  await run.appendResults(0, [failed(1, 'first'), failed(2, 'first'), failed(3, 'first')])
  t.equal((await run.failuresOf([1, 2, 3])).size, 3)
  await run.appendResults(0, [
    { ...failed(1, 'done now'), outcome: 'done' },
    { ...failed(2, 'no reply'), outcome: 'unknown' },
    failed(4, 'late'),
  ])
  t.strictSame(await told(run, [1, 2, 3, 4]), [
    [2, [[2, 0, 'no reply']]],
    [3, [[3, 0, 'first']]],
    [4, [[4, 0, 'late']]],
  ])
})

t.test('a run that was cut back has no failures of what came after its checkpoint', async t => {
  const run = await runOf(t)
  await run.appendResults(0, [failed(1, 'before')])
  await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, mark: 1, counters: {} })
  await run.appendResults(1, [failed(2, 'after')])
  t.equal((await run.failuresOf([1, 2])).size, 2)
  await run.rewind()
  t.strictSame(await told(run, [1, 2]), [[1, [[1, 0, 'before']]]])
})
