import t from 'tap'
import { failureReasons, mostFrequent } from '../../../src/cli/report/failure-reasons.ts'

const of = (messages: readonly string[]) =>
  failureReasons({
    async readResults({ after = 0 } = {}) {
      return messages.slice(after, after + 2).map(
        (message, at) =>
          ({
            sequence: after + at + 1,
            key: after + at + 1,
            outcome: 'failed',
            code: 'ROW_INVALID',
            message,
          }) as never,
      )
    },
  })

t.test('the most frequent reason comes first; values in messages do not make another reason', async t => {
  const found = await of([
    'mail is missing',
    'hired: "x" is not a date',
    'hired: "y" is not a date',
    'hired: "1" is not a date',
  ])
  t.strictSame(found, {
    of: 4,
    reasons: [
      { code: 'ROW_INVALID', key: 2, message: 'hired: "x" is not a date', rows: 3 },
      { code: 'ROW_INVALID', key: 1, message: 'mail is missing', rows: 1 },
    ],
  })
  t.equal(mostFrequent(found!), 'Most often (3 of 4), for example row 2: hired: "x" is not a date.')
  t.equal(await of([]), undefined)
})

t.test('ids and user principal names in messages do not make another reason', async t => {
  const ids = [
    '1cabe5a4-0000-4000-8000-00000000abcd',
    'fe22be00-beef-4bad-9bad-cafecafecafe',
    'ann@contoso.com',
    'b.c@x.example.',
  ]
  const found = await of([...ids.map(id => `No user has the id ${id}`), 'No group has the id ann@contoso.com'])
  t.match(found, { of: 5, reasons: [{ rows: 4 }, { rows: 1 }] })
})

t.test(
  'the row of the example is named, and a reason that is not more frequent than others is not called so',
  async t => {
    const told = async (...messages: readonly string[]) => mostFrequent((await of(messages))!)
    const same = (lines: string) => `It names the same object as lines ${lines}, with other values.`
    t.equal(await told(same('4, 5'), same('2, 5'), same('2, 4')), `All 3, for example row 1: ${same('4, 5')}`)
    t.equal(await told('mail is missing', 'id is missing'), 'For example row 1: mail is missing.')
    t.equal(await told('mail is missing'), 'mail is missing.')
  },
)

t.test('what to do about the most frequent reason is said with it', t => {
  const first = { key: 2, message: 'inviteRedirectUrl is missing', fix: 'Add --redirect-url', rows: 3 }
  t.equal(
    mostFrequent({ of: 4, reasons: [first] }),
    'Most often (3 of 4), for example row 2: inviteRedirectUrl is missing. Add --redirect-url.',
  )
  t.end()
})
