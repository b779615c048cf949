import t from 'tap'
import { expressionOf } from '../../src/hr/values.ts'
import { judgeFailures, judgeChanges, judgeClock, judgeFeed, type EarlierFeed } from '../../src/hr/safety.ts'

const facts = { rows: 1000, nameless: 0, columns: { EmpNo: 1000, Dept: 900, Mobile: 100 } }
const last: EarlierFeed = {
  ordinal: 3,
  sha256: 'before',
  date: '2026-06-14',
  rows: 1000,
  columns: facts.columns,
  at: '2026-06-14T22:00:00.000Z',
}
const file = { sha256: 'now', date: '2026-06-15' }
const empNo = expressionOf('EmpNo')
const wanted = {
  person: empNo,
  match: [{ from: empNo }],
  columns: [
    { name: 'EmpNo', at: 'hr.ts:4' },
    { name: 'Dept', at: undefined },
  ],
}
const reasons = (changes: {
  readonly file?: object
  readonly facts?: object
  readonly last?: object | undefined
  readonly isEarlier?: boolean
}) =>
  judgeFeed(
    { ...file, ...changes.file },
    { ...facts, ...changes.facts },
    wanted,
    'last' in changes ? (changes.last as EarlierFeed | undefined) : last,
    changes.isEarlier ?? false,
  ).map(({ reason }) => reason)

t.test('a feed like the last one is safe, also the last one itself', async t => {
  t.strictSame(reasons({}), [])
  t.strictSame(reasons({ file: { sha256: 'before', date: '2026-06-01' } }), [])
})

t.test('a feed that is cut off, empty or still growing is not safe, also if it is the first one', async t => {
  t.strictSame(reasons({ file: { cutOff: 'The trailer is missing.' }, last: undefined }), ['cut-off'])
  t.strictSame(reasons({ facts: { rows: 0, columns: {} }, last: undefined }), ['cut-off'])
  t.strictSame(reasons({ facts: { torn: 'Line 9 has 3 cells' }, last: undefined }), ['cut-off'])
  t.strictSame(reasons({ facts: { doubt: 'The feed was limited to 4 rows.' }, last: undefined }), ['cut-off'])
  t.strictSame(reasons({ file: { growing: true }, last: undefined }), ['growing'])
})

t.test('a feed of an earlier day is not safe, and one that was acted on before the last one neither', async t => {
  t.strictSame(reasons({ file: { date: '2026-06-13' } }), ['older'])
  t.strictSame(reasons({ file: { date: '2026-06-14' } }), [])
  t.strictSame(reasons({ isEarlier: true }), ['older'])
  t.strictSame(reasons({ file: { date: undefined } }), ['older'], 'nothing says that it is newer')
  t.strictSame(reasons({ file: { date: undefined }, last: { ...last, date: null } }), [])
})

t.test('more than 2 % fewer rows are not safe, and fewer than five rows are no sign', async t => {
  t.strictSame(reasons({ facts: { rows: 980 } }), [])
  t.strictSame(reasons({ facts: { rows: 979, columns: { EmpNo: 979, Dept: 881, Mobile: 98 } } }), ['shorter'])
  const small = { rows: 10, columns: { EmpNo: 10, Dept: 9, Mobile: 1 } }
  t.strictSame(
    reasons({ facts: { ...small, rows: 6, columns: { EmpNo: 6, Dept: 5, Mobile: 1 } }, last: { ...last, ...small } }),
    [],
  )
})

t.test('a column that the mapping reads must be there, and one that the last feed had too', async t => {
  const found = judgeFeed(file, { ...facts, columns: { Dept: 900, Mobile: 100 } }, wanted, undefined, false)
  t.match(found, [
    {
      reason: 'column-missing',
      text: 'The feed has no column EmpNo, which the mapping reads (hr.ts:4).',
      isFinal: true,
    },
  ])
  t.strictSame(reasons({ facts: { columns: { EmpNo: 1000, Dept: 900 } } }), ['column-missing'])
})

t.test(
  'where rows leave out empty cells, a column without a filled cell may be missing, and a key may not',
  async t => {
    const judged = (columns: object, earlier?: EarlierFeed) =>
      judgeFeed(file, { ...facts, isSparse: true, columns: { ...columns } }, wanted, earlier, false).map(
        ({ reason, isFinal }) => [reason, isFinal],
      )
    t.strictSame(judged({ EmpNo: 1000 }), [['column-missing', undefined]])
    t.strictSame(judged({ EmpNo: 1000 }, { ...last, columns: { EmpNo: 1000 } }), [], 'the last feed had it neither')
    t.strictSame(judged({ EmpNo: 1000 }, { ...last, columns: { EmpNo: 1000, Dept: 1 } }), [
      ['column-missing', undefined],
    ])
    t.strictSame(judged({ Dept: 1000 }), [['column-missing', true]])
  },
)

t.test('a column that is emptied by five points is not safe', async t => {
  t.strictSame(reasons({ facts: { columns: { EmpNo: 1000, Dept: 851, Mobile: 100 } } }), [])
  t.strictSame(reasons({ facts: { columns: { EmpNo: 1000, Dept: 850, Mobile: 0 } } }), [
    'column-emptied',
    'column-emptied',
  ])
})

t.test('a property that more than a tenth of the people would lose or get is not safe', async t => {
  const judged = (count: number, people: number) => judgeChanges(new Map([['department', count]]), people).length
  t.strictSame([judged(100, 1000), judged(101, 1000), judged(4, 10), judged(5, 10)], [0, 1, 0, 1])
  t.match(judgeChanges(new Map([['department', 150]]), 1000), [
    { text: 'department would change of 150 of 1000 people (15 %).' },
  ])
})

t.test('a clock that is more than an hour behind the last feed is not safe', async t => {
  const judged = (now: string, earlier: EarlierFeed | undefined) => judgeClock(Date.parse(now), earlier)
  t.strictSame(judged('2026-06-14T21:00:00Z', last), [])
  t.strictSame(judged('2020-01-01T00:00:00Z', undefined), [])
  t.match(judged('2026-06-13T22:00:00Z', last), [
    {
      reason: 'clock',
      text: /says 2026-06-13T22:00:00\.000Z, and the last feed was acted on at 2026-06-14T22:00:00\.000Z/,
    },
  ])
})

t.test(
  'a feed in which many people have rows that cannot be used is not acted on, and one in which all have never',
  async t => {
    const first = { line: 7, fault: 'Status is "Q".' }
    t.strictSame(judgeFailures(0, 0, undefined), [])
    t.strictSame(judgeFailures(4, 5, first), [])
    t.strictSame(judgeFailures(10, 100, first), [])
    t.strictSame(judgeFailures(11, 100, first), [
      {
        reason: 'failing',
        text: '11 of 100 people have rows that cannot be used (11 %), first in line 7: Status is "Q".',
      },
    ])
    for (const all of [1, 4, 5]) t.match(judgeFailures(all, all, first), [{ reason: 'failing', isFinal: true }])
  },
)
