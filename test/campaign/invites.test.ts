import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('200 guests are invited while everything goes wrong: nobody gets two mails, or one that was not asked for', t =>
  expectTruth(t, 'invites', 200, 4),
)
