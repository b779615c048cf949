import t from 'tap'
import { compare, type CheckedRow } from './compare.ts'

const row = (more: Partial<CheckedRow> = {}): CheckedRow => ({
  key: '1',
  outcome: 'done',
  code: undefined,
  attempts: ['a'],
  deeds: ['a'],
  mustBeDone: true,
  isAsWanted: true,
  ...more,
})
const wrong = (...rows: readonly CheckedRow[]) => compare(rows, new Set(['earlier'])).wrong

t.test('results that say what the truth says are right', async t => {
  t.strictSame(
    compare(
      [
        row(),
        row({ key: '2', outcome: 'unchanged', attempts: ['b'], deeds: [null], mustBeDone: false }),
        row({ key: '3', outcome: 'failed', attempts: [], deeds: ['earlier'], mustBeDone: false, isAsWanted: false }),
        row({ key: '4', outcome: 'unknown', attempts: ['c'], deeds: ['c'] }),
        row({ key: '5', outcome: 'unknown', attempts: ['d'], deeds: [null] }),
      ],
      new Set(['earlier']),
    ),
    { outcomes: { done: 1, unchanged: 1, failed: 1, unknown: 2 }, unknown: { done: 1, notDone: 1 }, wrong: [] },
  )
})

for (const [what, altered, words] of [
  ['a result that is missing', row({ outcome: undefined }), 'row 1 (none, 1 attempts): has no result'],
  [
    'done, and performed twice',
    row({ attempts: ['a', 'b'], deeds: ['a', 'b'] }),
    'row 1 (done, 2 attempts): was performed 2 times',
  ],
  [
    'done by somebody else',
    row({ deeds: [null] }),
    'row 1 (done, 1 attempts): was performed by nobody, or by somebody else',
  ],
  [
    'done by an earlier run',
    row({ deeds: ['earlier'] }),
    'row 1 (done, 1 attempts): was performed by nobody, or by somebody else',
  ],
  [
    'done by an attempt that is not recorded',
    row({ deeds: ['a', 'x'] }),
    'row 1 (done, 1 attempts): was performed by x, which is no attempt of the run',
  ],
  [
    'unchanged, and performed',
    row({ outcome: 'unchanged', mustBeDone: false }),
    'row 1 (unchanged, 1 attempts): was performed by this run',
  ],
  [
    'failed, and performed',
    row({ outcome: 'failed', code: 'X', mustBeDone: false }),
    'row 1 (failed X, 1 attempts): was performed by this run',
  ],
  ['failed without a cause', row({ outcome: 'failed', deeds: [] }), 'row 1 (failed, 1 attempts): is missing'],
  ['done, and not there', row({ isAsWanted: false }), 'row 1 (done, 1 attempts): is not as wanted in the directory'],
] as const)
  t.test(`wrong: ${what}`, async t => t.strictSame(wrong(altered), [words]))
